"""The relay dies, or its disk fails, at a chosen sync, write or read; then it is started again and everything is compared."""

import contextlib
import json

from disk import Calls, LoopDisk, why_no_loop
from house import House, Violated
from load import Crowd, Interrupted, Load
from oracle import Journal, Oracle
from wire import Parcel

SETTINGS = "limits: {reserveMegabytes: 16, requestsPerSecond: 100000}\n"
PARCELS = 2
CROWD = 12
LONG_LIFE = 20
EIO, ENOSPC = 5, 28


class Life:
    """One relay with its load, its journal and its oracle; on a disk whose power can be cut, if asked."""

    def __init__(self, run, loop=False, reports=None, parcels=PARCELS, ends=True, crowd=False):
        self.exit = contextlib.ExitStack()
        self.disk = self.exit.enter_context(LoopDisk()) if loop else None
        self.house = House(run.cast, self.disk.place / "tested" if loop else None, SETTINGS)
        self.exit.callback(self.house.remove)
        self.journal = Journal(self.house.folder / "journal")
        self.parcels = [Parcel(run.cast, run.next_parcel()) for _ in range(parcels)]
        self.load = (Crowd(self.house, self.journal, self.parcels) if crowd
                     else Load(self.house, self.journal, self.parcels, ends))
        self.oracle = Oracle(self.house, self.journal, self.parcels, reports)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.load.close()
        self.exit.close()

    def live(self, tries=20):
        """Until all is done, or the relay ends: whether all is done."""
        for _ in range(tries):
            try:
                self.load.go()
                return True
            except Interrupted as reason:
                # A relay that ends waits for those connections a while.
                self.load.close()
                if self.house.wait_end(1) is not None:
                    return False
                self.last_reason = str(reason)
        raise Violated("I4", f"it does not come to rest: {self.last_reason}")

    def finish(self):
        """After the fault: what was begun is done, and the oracle asked, before another start and behind it."""
        if not self.live():
            raise Violated("I4", f"the relay ended without a fault: {self.house.last_words()}")
        self.oracle.decide()
        self.load.close()
        self.house.stop()
        self.house.start()
        self.oracle.decide()


def measured(run, calls, paths=None, ends=True, parcels=PARCELS, crowd=False):
    """A life without faults: the calls of one run, and how many reports are delivered. Lived once a cast."""
    of = ("-crowd" if crowd else "") + (f"-{parcels}" if parcels != PARCELS else "") + (f"-{paths.__name__}" if paths else "") + ("" if ends else "-alone")
    known = run.cast / f"measured-{calls}{of}.json"
    if not known.exists():
        known.write_text(json.dumps(_measure(run, calls, paths, ends, parcels, crowd)))
    return json.loads(known.read_text())


def _measure(run, calls, paths, ends, parcels, crowd):
    with Life(run, ends=ends, parcels=parcels, crowd=crowd) as life:
        counter = Calls(life.house, calls, paths(life.house) if paths else None)
        life.house.start(environment=counter.environment())
        if not life.live():
            raise Violated("I4", f"the relay ended without a fault: {life.house.last_words()}")
        seen = counter.seen()
        life.load.close()
        life.house.stop()
        life.house.start()
        life.oracle.decide()
        reports = sum(len(more["lines"]) for more in life.journal.said("delivered").values())
        return seen, reports if ends else None


def kill(run):
    """kill -9 at each sync of the relay's life, before the call and behind it."""
    _kill(run, loop=False)


def power(run):
    """The same on a disk that loses what was not synced: a power cut at each sync."""
    _kill(run, loop=True)


def crowd_kill(run):
    """kill -9 at a sync while a dozen parcels are sent, fetched and acknowledged at once: a sync is several parcels' then."""
    _kill(run, loop=False, crowd=True)


def crowd_power(run):
    """The power cut at such a sync."""
    _kill(run, loop=True, crowd=True)


def _kill(run, loop, crowd=False):
    parcels = CROWD if crowd else PARCELS
    seen, reports = measured(run, "fsync", ends=not crowd, parcels=parcels, crowd=crowd)
    run.say(f"{len(seen)} syncs in a life, {reports} reports")
    if crowd:
        shared = [path for _, path in seen if path.endswith("/shred-keys")]
        run.say(f"{len(shared)} syncs of the shred keys for {parcels} parcels that come and go")
    for at, after in run.choose([(at, after) for at in range(1, len(seen) + 1) for after in (False, True)]):
        with run.watching(f"sync {at} ({name(seen, at)}), {'behind' if after else 'before'} it"), \
                Life(run, loop, reports, parcels, crowd=crowd) as life:
            counter = Calls(life.house)
            if life.house.start(environment=counter.environment(at, "kill", after), must=False) and life.live():
                # This life had fewer syncs than the one that was counted.
                life.house.kill()
            if loop:
                life.load.close()
                life.disk.cut_power()
            life.house.start()
            life.finish()


def sync_error(run):
    """A sync fails with EIO, done or not: the process ends, and nothing is acknowledged on the strength of it."""
    seen, reports = measured(run, "fsync")
    loop = why_no_loop() is None
    cases = [(at, after, stays) for at in range(1, len(seen) + 1) for after, stays in (
        (False, False), (True, False), (False, True))]
    # The first sync of a new database: without its write-ahead log it must not be used.
    first = next(at for at in range(1, len(seen) + 1) if seen[at - 1][1].endswith("-journal"))
    for at, after, stays in run.choose(cases, always=[(first, False, False)]):
        place = f"EIO at sync {at} ({name(seen, at)}), {'done' if after else 'not done'}{', for good' if stays else ''}"
        with run.watching(place), Life(run, loop, reports) as life:
            counter = Calls(life.house)
            environment = counter.environment(at, EIO, after, last=1 << 30 if stays else at)
            if life.house.start(environment=environment, must=False):
                calls = counter.seen() if life.live() else []
                if len(calls) >= at and not _is_sqlites_folder(life.house, calls[at - 1]):
                    raise Violated("I1", f"all was acknowledged in spite of a failed sync: {life.house.last_words()}")
            if life.house.runs:
                life.house.kill()
            elif life.house.process.returncode != 1:
                raise Violated("I4", f"the relay ended with {life.house.process.returncode}")
            if loop:
                life.load.close()
                life.disk.cut_power()
            life.house.start()
            life.finish()
    _ends_without_write_ahead_log(run)


def _is_sqlites_folder(house, call):
    """SQLite takes no notice when its folder's sync fails (with fdatasync; Pli's own are by fsync). The relay syncs that
    folder itself before it acknowledges anything, and the power cut shows whether that is enough."""
    return call == ["fdatasync", str(house.data)]


def _ends_without_write_ahead_log(run):
    """The same at the first start of the ends: they refuse, or their database has its write-ahead log."""
    with Life(run, parcels=0) as life:
        house, load = life.house, life.load
        house.start()
        for step in (load.publish, load.enrol, load.write_file):
            step()
        for end, command in (("lab-a", ("send", "day.hl7")), ("cnam", ("inbox", "--once"))):
            data = house.folder / f"{end}-data"
            for at in range(1, 2 if run.is_fast else 8):
                with run.watching(f"EIO at sync {at} of a database of {end}"):
                    for path in data.glob("*.sqlite*"):
                        path.unlink()
                    counter = Calls(house, paths=f"{data}/inbox.sqlite:{data}/outbox.sqlite")
                    done = house.pli(*command, "--config", f"{end}.yaml", environment=counter.environment(at, EIO))
                    database = next(data.glob("*.sqlite"), None)
                    versions = database.read_bytes()[18:20] if database else b""
                    if len(counter.seen()) >= at and done.returncode == 0 and versions != b"\2\2":
                        raise Violated("I1", f"pli {command[0]} works without a write-ahead log")


def body_error(run):
    """Writing or reading a body fails, once or for good: nothing half there is shown, nothing wrong is served."""
    kinds = []
    for calls in ("write", "read"):
        seen, _ = measured(run, calls, bodies, ends=False)
        run.say(f"{len(seen)} calls {calls} on bodies in a life")
        kinds += [(calls, at, error, stays) for at in range(1, len(seen) + 1)
                  for error in ((EIO, ENOSPC) if calls == "write" else (EIO,)) for stays in (False, True)]
    for calls, at, error, stays in run.choose(kinds):
        place = f"error {error} at {calls} {at}{', for good' if stays else ''}"
        with run.watching(place), Life(run, ends=False) as life:
            counter = Calls(life.house, calls, bodies(life.house))
            environment = counter.environment(at, error, last=1 << 30 if stays else at)
            if life.house.start(environment=environment, must=False):
                try:
                    is_done = life.live(3 if stays else 20)
                except Violated as violated:
                    # On a disk that stays broken it cannot come to rest; what it acknowledged is judged below.
                    if not stays or violated.promise != "I4":
                        raise
                    is_done = False
                if is_done and life.house.runs:
                    life.oracle.raw_parcels()
            life.house.kill()
            life.house.start()
            life.finish()


def write_error(run):
    """A write to the database, its write-ahead log, the shred keys, the log or its copy apart fails, once or for good, or a
    sync finds no room; then the power cut. The relay waits for room, or ends where nobody knows what is on the disk; nothing
    is acknowledged on the strength of what failed."""
    loop = why_no_loop() is None
    seen = {("write", PARCELS): measured(run, "write", records, ends=False)[0],
            ("fsync", PARCELS): measured(run, "fsync", ends=False)[0]}
    # The database's own file is written by checkpoints only: a longer life has one.
    if not run.is_fast:
        seen["write", LONG_LIFE] = measured(run, "write", records, ends=False, parcels=LONG_LIFE)[0]
    places = {}
    for (calls, parcels), made in seen.items():
        for at, call in enumerate(made, 1):
            file = record(call) if calls == "write" else "any, a sync"
            if (file == "relay.sqlite") == (parcels == LONG_LIFE):
                places.setdefault(file, []).append((calls, parcels, at))
    run.say(", ".join(f"{len(calls)} to {file}" for file, calls in sorted(places.items())))
    faults = {"write": [(EIO, False, False), (ENOSPC, False, False), (EIO, True, False), (EIO, False, True),
                        (ENOSPC, False, True)],
              "fsync": [(ENOSPC, False, False), (ENOSPC, True, False)]}
    # Each file in turn: most writes are the write-ahead log's, and a spread over all would hardly meet the others.
    lanes = [[(*call, *fault) for call in calls for fault in faults[call[0]]] for _, calls in sorted(places.items())]
    for calls, parcels, at, error, after, stays in _in_turn(run, lanes):
        place = (f"{'EIO' if error == EIO else 'ENOSPC'} at {calls} {at} ({name(seen[calls, parcels], at)}), "
                 f"{'done' if after else 'not done'}{', for good' if stays else ''}")
        with run.watching(place), Life(run, loop, parcels=parcels, ends=False) as life:
            counter = Calls(life.house, calls, records(life.house) if calls == "write" else None)
            environment = counter.environment(at, error, after, last=1 << 30 if stays else at)
            _live_under_fault(life, counter, environment, at, error, stays)
            if loop:
                life.load.close()
                life.disk.cut_power()
            life.house.start()
            life.finish()


def _live_under_fault(life, counter, environment, at, error, stays):
    """A life in which one call, or each from one on, fails; whether the relay must end is judged by the first of them."""
    house, is_done = life.house, False
    if house.start(environment=environment, must=False):
        try:
            is_done = life.live(3 if stays else 20)
        except Violated as violated:
            # On a disk that stays broken it cannot come to rest; what it acknowledged is judged behind the next start.
            if not stays or violated.promise != "I4":
                raise
        calls = counter.seen()
        if len(calls) >= at and _must_end(house, calls[at - 1], error) and house.wait_end(30) is None:
            raise Violated("I1", f"the relay goes on: {house.last_words()}")
    if is_done and house.runs:
        life.oracle.raw_parcels()
    if house.runs:
        house.kill()
    elif house.process.returncode != 1:
        raise Violated("I4", f"the relay ended with {house.process.returncode}: {house.last_words()}")


def _must_end(house, call, error):
    """Behind a failed sync, and behind a write that the database or the log needs and that failed for another reason than want
    of room, nobody knows what is on the disk."""
    if call[0] in ("fsync", "fdatasync"):
        return not _is_sqlites_folder(house, call)
    return error == EIO and record(call) in ("relay.sqlite-wal", "log/tile", "log/checkpoint", "log-checkpoint")


def _in_turn(run, lanes):
    """As many cases as are asked for, the same number of each lane, spread over it by the seed."""
    limit = run.limit or sum(map(len, lanes))
    shares = [limit // len(lanes) + (place < limit % len(lanes)) for place in range(len(lanes))]
    if run.is_fast:
        # A handful: other lanes with another seed.
        run.dice.shuffle(shares)
    chosen = []
    for lane, share in zip(lanes, shares):
        step = len(lane) / share if share else 0
        chosen += lane if share >= len(lane) else [lane[int(step * (at + run.dice.random()))] for at in range(share)]
    return chosen


def records(house):
    """What the relay keeps beside bodies."""
    # The last of them: what is to be log-checkpoint is written under another name first.
    return ":".join(f"{house.data}/{name}" for name in ("relay.sqlite", "shred-keys", "log/", "."))


def record(call):
    """Which of them a call was made on."""
    path = call[1].rsplit("/relay/", 1)[1]
    if path.startswith("log/tile/"):
        return "log/tile"
    if path.startswith("log/"):
        return "log/checkpoint"
    return "log-checkpoint" if path.startswith(".") else path


def bodies(house):
    return f"{house.data}/incoming/:{house.data}/payload/"


def name(seen, at):
    call, path = seen[at - 1]
    return f"{call} {'/'.join(path.split('/')[-2:])}"
