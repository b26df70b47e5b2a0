"""The work during which faults happen: parcels by hand from lab-b to spf, and the real programs of lab-a and cnam.

Each step can be done again: that is how participants answer a fault. What was said is in the journal before the next step.
"""

import hashlib
import json
import re
import threading

from house import Violated
from wire import Caller, Unanswered

REPORTS = 12
# What an end says of a liar or a loss; anything else passes.
GRAVE = ("alarm=", "failure=trust-", "failure=forged-", "failure=other-manifest", "failure=not-for-me", "failure=binding",
         "repeated-", "missing-parcels")


class Interrupted(Exception):
    """The relay gave no answer, or one of the kind 5xx: the step is done again once it is well."""


class Load:
    """One thing after the other; `go` can be called again and goes on where it was."""

    def __init__(self, house, journal, parcels, ends=True):
        self.house, self.journal, self.parcels = house, journal, parcels
        self.lab, self.spf = Caller(house, "lab-b"), Caller(house, "spf")
        self.reports = None
        self.steps = self._steps(ends)

    def _steps(self, ends):
        steps = [self.publish]
        if ends:
            steps += [self.enrol, self.write_file]
        for place, parcel in enumerate(self.parcels):
            steps.append(lambda parcel=parcel, whole=place % 2: self.upload(parcel, whole))
            if ends and place == 0:
                steps.append(self.send)
            steps.append(lambda parcel=parcel: self.fetch(parcel))
            steps.append(lambda parcel=parcel: self.acknowledge(parcel))
            if ends and place == 0:
                steps += [self.receive, self.collect]
        return steps

    def go(self):
        while self.steps:
            self.steps[0]()
            self.steps.pop(0)

    def close(self):
        self.lab.close()
        self.spf.close()

    def ask(self, caller, *arguments, good, **keywords):
        try:
            answer = caller(*arguments, **keywords)
        except Unanswered as failure:
            raise Interrupted(str(failure)) from failure
        if answer.status >= 500:
            raise Interrupted(str(answer))
        if answer.status not in good:
            raise Violated("I4", f"an answer that is none of {good}: {answer}")
        return answer

    def see_log(self, caller):
        try:
            size, root = caller.checkpoint()
        except (Unanswered, IndexError, ValueError) as failure:
            raise Interrupted(f"no checkpoint: {failure}") from failure
        self.journal.note("checkpoint", size, root=root)

    # -- by hand

    def publish(self):
        for caller in (self.lab, self.spf):
            note = (self.house.cast / f"{caller.who}.keys").read_bytes()
            self.ask(caller.ask, "POST", f"/v1/participants/{caller.who}/keys", note, good=(200, 201))

    def upload(self, parcel, whole):
        """Goes on at the offset that the relay names; the last bytes are answered once the parcel is durable."""
        half = len(parcel.body) // 2
        self.journal.note("sent", parcel.id)
        answer = self.ask(self.lab.create, parcel, body=parcel.body if whole else None, good=(200, 201))
        offset = answer.offset
        while offset is None or offset < len(parcel.body):
            if offset is None:
                offset = self.ask(self.lab.head, parcel, good=(200,)).offset
                continue
            end = half if offset < half else len(parcel.body)
            answer = self.ask(self.lab.patch, parcel, offset, parcel.body[offset:end], good=(204, 409))
            offset = answer.offset if answer.status == 204 else None
        self.journal.note("accepted", parcel.id)
        self.see_log(self.lab)

    def fetch(self, parcel):
        half = len(parcel.body) // 2
        parts = []
        for first, last in ((0, half - 1), (half, len(parcel.body) - 1)):
            parts.append(self.ask(
                self.spf.ask, "GET", parcel.path, fields={"Range": f"bytes={first}-{last}"}, good=(206,)).body)
        if hashlib.sha256(b"".join(parts)).hexdigest() != parcel.sha256:
            raise Violated("I1", f"parcel {parcel.number} is served with another body")
        self.journal.note("fetched", parcel.id)

    def acknowledge(self, parcel):
        self.ask(self.spf.ask, "POST", parcel.path + "/receipt", parcel.receipt, good=(200, 201))
        self.journal.note("receipted", parcel.id)
        self.see_log(self.spf)

    # -- the real ends

    def agent(self, *arguments, good=(0,)):
        done = self.house.pli(*arguments)
        if done.returncode in good:
            return done
        if done.returncode in (1, 3) and not any(word in done.stderr for word in GRAVE):
            raise Interrupted(done.stderr[-300:])
        raise Violated("I4", f"pli {arguments[0]}: {done.returncode} {done.stderr[-600:]}")

    def enrol(self):
        self.agent("inbox", "--config", "cnam.yaml", "--publish-keys")

    def write_file(self):
        self.agent("synth", "--reports", REPORTS, "--seed", 7, "-o", "day.hl7")
        text = (self.house.folder / "day.hl7").read_text()
        # What stands in each report: identifiers of 13 or 15 digits, and family names.
        for person in set(re.findall(r"\b[12]\d{12}(?:\d\d)?\b", text)) | set(re.findall(r"\|([A-Z]{5,})\^[A-Z]", text)):
            self.journal.note("person", person)

    def send(self):
        self.agent("send", "day.hl7", "--config", "lab-a.yaml")

    def receive(self):
        """What is handed over is taken away at once, by a reader that remembers each report."""
        try:
            self.agent("inbox", "--config", "cnam.yaml", "--once")
        finally:
            for path in sorted((self.house.folder / "sink").glob("*.ndjson")):
                if path.name in self.journal.said("delivered"):
                    raise Violated("I2", "a parcel was handed over twice")
                self.journal.note("delivered", path.name, lines=[
                    self._report(line) for line in path.read_text().splitlines()])
                path.unlink()

    @staticmethod
    def _report(line):
        """A report by its content, whichever parcel it came in."""
        source = json.loads(line)["meta"]["source"]
        return hashlib.sha256(line.replace(source, "").encode()).hexdigest()

    def collect(self):
        """The laboratory sends what waits and takes its receipts; then nothing of it is left there."""
        self.agent("send", "day.hl7", "--config", "lab-a.yaml", "--wait-seconds", "20")
        spool = list((self.house.folder / "lab-a-data" / "spool").glob("*"))
        if spool:
            self.receive()
            raise Interrupted("parcels of the laboratory still wait")


class Crowd:
    """Many senders and recipients at once, each with a connection and a parcel of its own, so that the relay groups what they
    ask for: several parcels share a commit, a sync of the shred keys, a checkpoint. `go` can be called again, too."""

    def __init__(self, house, journal, parcels):
        self.house, self.journal = house, journal
        self.first = Load(house, journal, [], ends=False)
        self.loads = [Load(house, journal, [parcel], ends=False) for parcel in parcels]
        for place, load in enumerate(self.loads):
            parcel = parcels[place]
            # In pieces and whole in turn; who the participants are is known from the first one.
            load.steps = [lambda load=load, parcel=parcel, whole=place % 2: load.upload(parcel, whole),
                          lambda load=load, parcel=parcel: load.fetch(parcel),
                          lambda load=load, parcel=parcel: load.acknowledge(parcel)]

    def go(self):
        self.first.go()
        failures = []

        def work(load):
            try:
                load.go()
            except BaseException as failure:  # whatever it is, it is raised again below, in the thread that asked
                failures.append(failure)

        threads = [threading.Thread(target=work, args=(load,)) for load in self.loads]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for failure in failures:
            if not isinstance(failure, Interrupted):
                raise failure
        if failures:
            raise failures[0]

    def close(self):
        for load in (self.first, *self.loads):
            load.close()
