"""The journal of what was said on the wire, kept outside of the disk under test, and what decides by it:

I1 no acknowledged parcel is lost; I2 none is handed over twice; I3 none can be read at the relay; I4 memory, disk and time
have bounds; I5 the log never forks or shrinks; I6 no clear text is left behind; I7 deletion by the deadline, and never
before a receipt.
"""

import base64
import hashlib
import json
import pathlib
import threading
import time

from house import PROGRAMS, Violated
from wire import Caller

START_SECONDS_MAX = 60


class Journal:
    """Append-only: a fact a line, written before anybody acts on it."""

    def __init__(self, path):
        self.file = open(path, "a", buffering=1)
        self.lock = threading.Lock()
        self.facts = {}

    def note(self, what, subject, **more):
        with self.lock:
            self.file.write(json.dumps({"at": time.time(), "what": what, "of": subject, **more}) + "\n")
            self.facts.setdefault(what, {})[subject] = more

    def said(self, what):
        with self.lock:
            return dict(self.facts.get(what, {}))


class Log:
    """The relay's log as it lies on disk, read and hashed by no code of Pli's."""

    def __init__(self, data):
        self.folder = pathlib.Path(data) / "log"
        lines = (self.folder / "checkpoint").read_text().split("\n")
        self.size, self.root_text = int(lines[1]), lines[2]
        self.entries = list(self._entries())
        self.leaves = [json.loads(entry) for entry in self.entries]

    def _entries(self):
        for number in range((self.size + 255) // 256):
            count = min(256, self.size - number * 256)
            digits = f"{number:03}"
            name = digits if count == 256 else f"{digits}.p/{count}"
            bundle = (self.folder / "tile" / "entries" / name).read_bytes()
            for _ in range(count):
                length = int.from_bytes(bundle[:2], "big")
                yield bundle[2:2 + length]
                bundle = bundle[2 + length:]

    def root(self, size):
        def tree(hashes):
            if len(hashes) == 1:
                return hashes[0]
            half = 1
            while half * 2 < len(hashes):
                half *= 2
            return hashlib.sha256(b"\1" + tree(hashes[:half]) + tree(hashes[half:])).digest()

        hashes = [hashlib.sha256(b"\0" + entry).digest() for entry in self.entries[:size]]
        return base64.b64encode(tree(hashes) if hashes else hashlib.sha256().digest()).decode()


class Oracle:
    def __init__(self, house, journal, parcels, reports=None):
        self.house, self.journal, self.parcels, self.reports = house, journal, parcels, reports

    def decide(self):
        """Once all is at rest: raises at the first promise that was broken. The relay runs, and runs on."""
        self.log()
        self.raw_parcels()
        self.sink()
        self.folders()
        self.clear_text()
        self.outsiders()

    # -- I5, I7, and the log's side of I1 and I2

    def log(self):
        log = Log(self.house.data)
        if log.root(log.size) != log.root_text:
            raise Violated("I5", f"the checkpoint of {log.size} leaves has another root")
        for size, more in self.journal.said("checkpoint").items():
            if size > log.size:
                raise Violated("I5", f"the log showed {size} leaves and has {log.size}")
            if log.root(size) != more["root"]:
                raise Violated("I5", f"the log showed another tree of {size} leaves")
        count, receipted, expired = {}, set(), set()
        receipts = {parcel.receipt_hash: parcel.text_hash for parcel in self.parcels}
        known = {parcel.text_hash for parcel in self.parcels}
        for leaf in log.leaves:
            event, note = leaf["event"], leaf["note"]
            count[event, note] = count.get((event, note), 0) + 1
            if event in ("accepted", "fetched", "receipt", "deleted") and count[event, note] > 1:
                raise Violated("I2", f"two leaves {event} of one note")
            if event == "receipt":
                receipted.add(receipts.get(note))
            if event == "expired":
                expired.add(note)
            if event == "deleted" and note in known and note not in receipted | expired:
                raise Violated("I7", "a parcel was deleted before its receipt")
        if expired:
            raise Violated("I7", "a parcel expired ten days before its deadline")
        for parcel in self.parcels:
            if parcel.id in self.journal.said("accepted") and ("accepted", parcel.text_hash) not in count:
                raise Violated("I1", f"parcel {parcel.number} was acknowledged and is not in the log")
            if parcel.id in self.journal.said("receipted"):
                for event, note in (("receipt", parcel.receipt_hash), ("deleted", parcel.text_hash)):
                    if (event, note) not in count:
                        raise Violated("I7", f"parcel {parcel.number} was receipted, and the log has no leaf {event}")
        return log

    # -- I1, I2, I7: the parcels that the driver sent and received itself

    def raw_parcels(self):
        spf = Caller(self.house, "spf")
        try:
            listed = {entry["id"] for entry in spf.inbox()}
            for parcel in self.parcels:
                if parcel.id in self.journal.said("receipted"):
                    if parcel.id in listed or spf.ask("GET", parcel.path).status != 410:
                        raise Violated("I2", f"parcel {parcel.number} is shown again after its receipt")
                    answer = spf.ask("GET", parcel.path + "/receipt")
                    if answer.status != 200 or answer.body != parcel.receipt:
                        raise Violated("I1", f"the receipt of parcel {parcel.number} is gone: {answer}")
                elif parcel.id in self.journal.said("accepted"):
                    answer = spf.ask("GET", parcel.path)
                    if parcel.id not in listed or answer.status != 200:
                        raise Violated("I1", f"parcel {parcel.number} was acknowledged and is gone: {answer}")
                    if hashlib.sha256(answer.body).hexdigest() != parcel.sha256:
                        raise Violated("I1", f"parcel {parcel.number} is served with another body")
        finally:
            spf.close()

    # -- I1, I2 at the application

    def sink(self):
        taken = self.journal.said("delivered")
        lines = [line for more in taken.values() for line in more["lines"]]
        if len(set(lines)) != len(lines):
            raise Violated("I2", f"{len(lines) - len(set(lines))} reports were handed over twice")
        if self.reports is not None and len(lines) != self.reports:
            raise Violated("I1", f"the laboratory sent {self.reports} reports, the sink has {len(lines)}")

    # -- I4

    def folders(self):
        if self.house.slowest_start > START_SECONDS_MAX:
            raise Violated("I4", f"a start took {self.house.slowest_start:.0f} s")
        waiting = len(set(self.journal.said("accepted")) - set(self.journal.said("receipted")))
        payload = len(list((self.house.data / "payload").iterdir()))
        if payload > waiting:
            raise Violated("I7", f"{payload} payloads for {waiting} parcels that wait")

    # -- I3, I6

    def clear_text(self):
        needles = [secret for parcel in self.parcels for secret in parcel.secrets]
        persons = list(self.journal.said("person"))
        for path in [*self.house.data.rglob("*"), *self.house.folder.glob("relay-*.err")]:
            if path.is_file():
                text = path.read_bytes()
                if any(needle in text for needle in needles):
                    raise Violated("I3", f"a line of an age header lies in {path.name}")
                if any(person.encode() in text for person in persons):
                    raise Violated("I3", f"a person's data lie in {path.name}")
        for folder in ("cnam-data/opening", "sink/.pli-staging"):
            left = list((self.house.folder / folder).glob("*")) if (self.house.folder / folder).exists() else []
            if left:
                raise Violated("I6", f"{len(left)} files are left in {folder}")

    # -- the same, as Pli's own checkers see it

    def outsiders(self):
        check = self.house.fsck()
        if check.returncode != 0:
            raise Violated("I4", f"fsck disagrees: {check.stdout.strip()[-500:]} {check.stderr[-200:]}")
        self.verify()

    def verify(self):
        key = self.house.run("curl", "-sS", "--cacert", self.house.trusted(), f"https://127.0.0.1:{self.house.port}/v1/log/key")
        verified = self.house.run(
            PROGRAMS / "pli", "log", "verify", self.house.data / "log", "--key", key.stdout.strip(), "--state", "log-state")
        if verified.returncode != 0:
            raise Violated("I5", f"pli log verify: {verified.stderr.strip()[-400:]}")
