"""The relay's clock jumps by hours to years, while it runs or between two starts: nothing is deleted early, nothing is taken
with the clock in doubt, and all goes on once the clock is right."""

import json
import pathlib
import shutil
import subprocess

from crash import SETTINGS
from house import House, Trouble, Violated, until
from load import Load
from oracle import Journal, Oracle
from wire import Caller, Parcel, Unanswered

JUMPS = ("+10y", "-10y", "+30d", "-1d", "+1h", "-1h")
# So small a jump may pass: the relay goes by its own bounds.
SMALL = ("+1h", "-1h")


def library():
    return next(pathlib.Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)


def why_not():
    return None if library() and shutil.which("faketime") else "Debian's faketime is not installed"


class FakeClock:
    """A clock that programs started with `environment` go by; it is set while they run.

    libfaketime would set a variable in each program for its shared memory, and Swift then finds no arguments: so one
    process holds that memory for all.
    """

    def __init__(self, folder):
        self.file = folder / "clock"
        self.set("+0")
        self.holder = subprocess.Popen(
            ["faketime", "-f", "+0", "sh", "-c", "echo $FAKETIME_SHARED; exec cat"], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True)
        self.shared = self.holder.stdout.readline().strip()
        if not self.shared:
            raise Trouble("faketime shares no memory")

    @property
    def environment(self):
        return {
            "LD_PRELOAD": str(library()), "FAKETIME_SHARED": self.shared, "FAKETIME_TIMESTAMP_FILE": str(self.file),
            "FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}

    def set(self, jump):
        new = self.file.with_suffix(".new")
        new.write_text(jump + "\n")
        new.rename(self.file)

    def close(self):
        self.holder.stdin.close()
        self.holder.wait()
        self.holder.stdout.close()


def clock(run):
    for jump, is_running in run.choose([(jump, is_running) for jump in JUMPS for is_running in (True, False)]):
        with run.watching(f"{jump} {'while it runs' if is_running else 'between two starts'}"):
            house = House(run.cast, settings=SETTINGS)
            fake = FakeClock(house.folder)
            try:
                _jump(run, house, fake, jump, is_running)
            finally:
                fake.close()
                house.remove()


def _jump(run, house, fake, jump, is_running):
    journal = Journal(house.folder / "journal")
    parcels = [Parcel(run.cast, run.next_parcel()) for _ in range(3)]
    load = Load(house, journal, parcels, ends=False)
    oracle = Oracle(house, journal, parcels)
    house.start(environment=fake.environment)
    load.publish()
    load.upload(parcels[0], whole=True)
    load.upload(parcels[1], whole=False)
    load.fetch(parcels[0])
    load.acknowledge(parcels[0])
    load.close()
    if not is_running:
        house.stop()
    fake.set(jump)
    if not is_running:
        house.start(environment=fake.environment)
    said = Caller(house, "spf")
    reason = _reason(said) if jump in SMALL else until("the relay doubts its clock", lambda: _reason(said), 90)
    try:
        answer = load.lab.create(parcels[2])
        if answer.status in (200, 201) and reason:
            raise Violated("I7", "a parcel is begun with the clock in doubt")
    except Unanswered:
        pass
    fake.set("+0")
    until("the doubt ends when the clock is right", lambda: _reason(said) is False)
    said.close()
    run.say(f"{jump}, {'running' if is_running else 'at a start'}: {reason or 'no doubt'}")
    load.upload(parcels[2], whole=True)
    for parcel in parcels[1:]:
        load.fetch(parcel)
        load.acknowledge(parcel)
    load.close()
    oracle.decide()
    house.stop()
    house.start()
    oracle.decide()


def _reason(caller):
    """Why the relay is not ready; False where it is, None where it gives no answer."""
    try:
        return json.loads(caller.ask("GET", "/health", token=False).body).get("reason", False)
    except Unanswered:
        return None
