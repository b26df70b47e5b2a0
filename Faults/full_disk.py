"""A small disk: Pli keeps a reserve of it for receipts and deletions, and bears that somebody else fills it."""

import os

from disk import SmallDisk
from house import House, Violated
from load import Load
from oracle import Journal, Oracle
from wire import Caller, Parcel, Unanswered

DISK_MIB, RESERVE_MB = 48, 16
SETTINGS = f"limits: {{reserveMegabytes: {RESERVE_MB}, requestsPerSecond: 100000, senderPercent: 100}}\n"
UPLOADS_MAX = 60


def full_disk(run):
    for place in range(run.limit or 10):
        with run.watching(f"small disk {place}"), SmallDisk(DISK_MIB) as disk:
            _Filling(run, disk).go()


class _Filling:
    def __init__(self, run, disk):
        self.run, self.disk = run, disk
        self.house = House(run.cast, disk.place / "tested", SETTINGS)
        self.journal = Journal(self.house.folder / "journal")
        self.parcels = []
        self.load = Load(self.house, self.journal, self.parcels, ends=False)
        self.filler = disk.place / "filler"

    def go(self):
        try:
            self.house.start()
            self.load.go()
            self._leave(self._reserve() + 3_000_000)
            refused = self._upload_until_full()
            # Full for parcels: what waits is fetched, acknowledged and deleted all the same.
            first = self.parcels[0]
            self.load.fetch(first)
            self.load.acknowledge(first)
            self._somebody_else_fills_it()
            self.filler.unlink()
            if not self.house.runs:
                self.house.start()
            self._recover(refused)
        finally:
            self.load.close()
            self.house.remove()

    def _reserve(self):
        return RESERVE_MB * 1_000_000

    def _free(self):
        facts = os.statvfs(self.disk.place)
        return facts.f_bavail * facts.f_frsize

    def _leave(self, free):
        """Fills the disk up to so many bytes."""
        with open(self.filler, "ab") as file:
            while (more := self._free() - free) > 0:
                file.write(b"\0" * min(more, 1 << 20))
                file.flush()

    def _next(self):
        parcel = Parcel(self.run.cast, self.run.next_parcel())
        self.parcels.append(parcel)
        return parcel

    def _upload_until_full(self):
        for _ in range(UPLOADS_MAX):
            parcel = self._next()
            answer = self.load.lab.create(parcel)
            if answer.status == 507:
                if answer.problem != "full" or not answer.fields.get("Retry-After"):
                    raise Violated("I4", f"507 without its problem or time to wait: {answer}")
                if not 0 < self._free() - self._reserve() + len(parcel.body):
                    raise Violated("I4", "the reserve was taken by parcels")
                return parcel
            self.load.upload(parcel, whole=False)
        raise Violated("I4", f"{UPLOADS_MAX} parcels were taken on a disk of {DISK_MIB} MiB")

    def _somebody_else_fills_it(self):
        """No byte is left: no answer may promise what is not on disk. The process may live on or end."""
        try:
            with open(self.filler, "ab", buffering=0) as file:
                while True:
                    file.write(b"\0" * 4096)
        except OSError:
            pass
        spf = Caller(self.house, "spf")
        for parcel in self.parcels[1:4]:
            if parcel.id not in self.journal.said("accepted"):
                continue
            try:
                answer = spf.ask("POST", parcel.path + "/receipt", parcel.receipt)
            except Unanswered:
                continue
            if answer.status in (200, 201):
                self.journal.note("receipted", parcel.id)
            elif answer.status not in (500, 503, 507):
                raise Violated("I4", f"a receipt on a disk without a byte: {answer}")
        try:
            answer = self.load.lab.create(self._next())
            if answer.status in (200, 201):
                raise Violated("I4", "a parcel is begun on a disk without a byte")
        except Unanswered:
            pass
        finally:
            spf.close()

    def _recover(self, refused):
        self.load.upload(refused, whole=False)
        for parcel in self.parcels:
            if parcel.id in self.journal.said("accepted") and parcel.id not in self.journal.said("receipted"):
                self.load.fetch(parcel)
                self.load.acknowledge(parcel)
        oracle = Oracle(self.house, self.journal, self.parcels)
        oracle.decide()
        self.house.stop()
        self.house.start()
        oracle.decide()
