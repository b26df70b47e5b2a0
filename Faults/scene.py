"""A relay with parcels of the cast, and its oracle: what the experiments with many clients begin with."""

import os
import pathlib
import socket

from house import House
from load import Load
from oracle import Journal, Oracle
from wire import Parcel

LIMITS = "reserveMegabytes: 16, requestsPerSecond: 100000, senderPercent: 100"


class Scene:
    def __init__(self, run, parcels, limits=LIMITS, **start):
        self.house = House(run.cast, settings=f"limits: {{{limits}}}\n")
        self.journal = Journal(self.house.folder / "journal")
        self.parcels = [Parcel(run.cast, run.next_parcel()) for _ in range(parcels)]
        self.load = Load(self.house, self.journal, self.parcels, ends=False)
        self.oracle = Oracle(self.house, self.journal, self.parcels)
        self.start = start

    def __enter__(self):
        self.house.start(**self.start)
        self.load.publish()
        return self

    def __exit__(self, *_):
        self.load.close()
        self.house.remove()

    def memory_mib(self):
        text = pathlib.Path(f"/proc/{self.house.process.pid}/status").read_text()
        return int(next(line for line in text.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.house.process.pid}/fd"))

    def raw(self, timeout=30):
        """A bare TLS connection."""
        plain = socket.create_connection(("127.0.0.1", self.house.port), timeout)
        return self.load.lab.tls().wrap_socket(plain, server_hostname="127.0.0.1")
