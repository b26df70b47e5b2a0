"""One bit flips in a file of the relay's folder. It is found by fsck, at the start, or by whoever reads what is served; or it
changes nothing that anybody is told."""

import hashlib
import shutil

from crash import Life
from house import Violated
from wire import BROKEN, Caller, Unanswered

WAITING = 4
# Every bit of these files says something: a flip that nothing finds would be a fault.
ALWAYS_FOUND = {"ciphertext", "tile", "entry bundle", "checkpoint", "copy of the checkpoint", "shred key"}


class _Folder:
    """A relay that was killed with parcels waiting, others gone, and a write-ahead log that is not empty."""

    def __init__(self, run):
        self.run = run
        self.life = Life(run, parcels=WAITING + 2, ends=False)
        self.house = self.life.house

    def prepare(self):
        life = self.life
        life.house.start()
        gone = {parcel.id for parcel in life.parcels[:2]}
        life.load.steps = [life.load.publish]
        life.load.go()
        for parcel in life.parcels:
            life.load.upload(parcel, whole=False)
            if parcel.id in gone:
                life.load.fetch(parcel)
                life.load.acknowledge(parcel)
        life.load.close()
        life.house.kill()
        self._keep("killed")
        # A relay that stopped as asked has written everything into the database itself.
        life.house.start()
        life.house.stop()
        self._keep("stopped")
        self.restore("write-ahead log")

    def _keep(self, name):
        shutil.copytree(self.house.data, self.house.folder / name, symlinks=True)

    def restore(self, kind):
        shutil.rmtree(self.house.data)
        name = "stopped" if kind == "database page" else "killed"
        shutil.copytree(self.house.folder / name, self.house.data, symlinks=True)

    def places(self):
        """Of each class its files."""
        data = self.house.data
        found = {
            "ciphertext": sorted((data / "payload").iterdir()),
            "database page": [data / "relay.sqlite"],
            "write-ahead log": [data / "relay.sqlite-wal"],
            "tile": [path for path in (data / "log" / "tile" / "0").rglob("*") if path.is_file()],
            "entry bundle": [path for path in (data / "log" / "tile" / "entries").rglob("*") if path.is_file()],
            "checkpoint": [data / "log" / "checkpoint"],
            "copy of the checkpoint": [data / "log-checkpoint"],
            "shred key": [data / "shred-keys"],
            "log's key": [data / "tls" / "log.key"],
            "certificate": [data / "tls" / name for name in ("certificate.pem", "key.pem") if (data / "tls" / name).exists()],
        }
        return {kind: [path for path in paths if path.exists() and path.stat().st_size] for kind, paths in found.items()}


def bit_rot(run):
    folder = _Folder(run)
    with folder.life:
        folder.prepare()
        places = folder.places()
        rounds = run.limit or 20
        tally = {}
        for kind, paths in places.items():
            for _ in range(rounds):
                folder.restore(kind)
                path = run.dice.choice(_newest(kind, paths))
                at, bit = _offset(run, kind, path), run.dice.randrange(8)
                with run.watching(f"{kind}: {path.name}, byte {at}, bit {bit}"):
                    _flip(path, at, bit)
                    verdict = _judge(folder)
                    if kind in ALWAYS_FOUND and verdict == "harmless":
                        raise Violated("I1", "nobody finds it")
                    tally.setdefault(kind, {}).setdefault(verdict, 0)
                    tally[kind][verdict] += 1
        with run.watching("ciphertext, read by pli inbox"):
            _rot_before_an_inbox(run)
        for kind, verdicts in tally.items():
            run.say(f"{kind}: " + ", ".join(f"{count} {verdict}" for verdict, count in sorted(verdicts.items())))


def _rot_before_an_inbox(run):
    """The real recipient hands nothing over, signs no receipt and says so; the laboratory keeps its reports."""
    with Life(run, parcels=0) as life:
        house, load = life.house, life.load
        house.start()
        for step in (load.publish, load.enrol, load.write_file, load.send):
            step()
        load.close()
        house.stop()
        body = next((house.data / "payload").iterdir())
        _flip(body, run.dice.randrange(body.stat().st_size), run.dice.randrange(8))
        if house.fsck().returncode != 1:
            raise Violated("I1", "fsck does not find it")
        house.start()
        done = house.pli("inbox", "--config", "cnam.yaml", "--once")
        if list((house.folder / "sink").glob("*.ndjson")):
            raise Violated("I1", "a parcel that rotted is handed over")
        if done.returncode == 0 or not done.stderr:
            raise Violated("I1", f"the inbox says nothing: {done.returncode}")
        if not list((house.folder / "lab-a-data" / "journal").iterdir()):
            raise Violated("I1", "the laboratory keeps nothing")
        run.say(f"pli inbox: {done.stderr.strip().splitlines()[0][-220:]}")


def _newest(kind, paths):
    """Of the log's files those that the checkpoint covers: partial ones before the last are history."""
    if kind in ("tile", "entry bundle"):
        return [max(paths, key=lambda path: int(path.name) if path.parent.name.endswith(".p") else 0)]
    return paths


def _offset(run, kind, path):
    """A byte that says something: of a file with room to grow, none that was never written."""
    content = path.read_bytes()
    unit = {"shred key": 32, "database page": 1, "write-ahead log": 1}.get(kind)
    if unit is None:
        return run.dice.randrange(len(content))
    return run.dice.choice([at for at in range(len(content)) if any(content[at // unit * unit:at // unit * unit + unit])])


def _flip(path, at, bit):
    mode = path.stat().st_mode
    content = bytearray(path.read_bytes())
    content[at] ^= 1 << bit
    path.chmod(0o600)
    path.write_bytes(content)
    path.chmod(mode & 0o7777)


def _judge(folder):
    """How it was found; or harmless, where everything is as it was."""
    house, life = folder.house, folder.life
    check = house.fsck()
    if check.returncode not in (0, 1, 2):
        raise Violated("I4", f"fsck ended with {check.returncode}: {check.stderr[-300:]}")
    found = "found by fsck" if check.returncode == 1 and _is_damage(check.stdout) else None
    if check.returncode == 2:
        found = "found by fsck"
    if not house.start(must=False):
        return found or "found at the start"
    refused = False
    try:
        spf = Caller(house, "spf", timeout=20)
        try:
            refused = _serve(life, spf)
        finally:
            spf.close()
    except (Unanswered, *BROKEN):
        refused = True
    house.kill()
    if found:
        return found
    if refused:
        return "found at reading"
    return "harmless"


def _is_damage(text):
    return any('"unfinished":true' not in line for line in text.strip().splitlines())


def _serve(life, spf):
    """Asks for everything: an answer may refuse, and may not be wrong. Whether anything was refused."""
    refused = False
    listed = spf.ask("GET", "/v1/inbox?after=0&wait=0")
    refused |= listed.status != 200
    for parcel in life.parcels:
        is_gone = parcel.id in life.journal.said("receipted")
        answer = spf.ask("GET", parcel.path)
        if answer.status == 200:
            if is_gone:
                raise Violated("I2", "a parcel that was acknowledged is served again")
            # A body that rotted is for its reader to refuse, who compares it with the manifest.
            refused |= hashlib.sha256(answer.body).hexdigest() != parcel.sha256
        else:
            refused |= not is_gone
        note = spf.ask("GET", parcel.path + "/manifest")
        # Whoever gets another note than was signed sees it by its signatures.
        refused |= note.status == 200 and note.body != parcel.manifest
        if is_gone:
            receipt = spf.ask("GET", parcel.path + "/receipt")
            refused |= receipt.status != 200 or receipt.body != parcel.receipt
    return refused
