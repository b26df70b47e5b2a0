"""Clients that go byte by byte: they are cut, and everyone else is served meanwhile."""

import pathlib
import ssl
import threading
import time

from house import Violated, until
from scene import Scene
from wire import BROKEN

# What a client that goes slowly is given, and what a loaded machine may add.
FIRST_HEAD_SECONDS, BODY_SECONDS, READER_SECONDS, SLACK_SECONDS = 15, 60, 75, 60


def slow(run):
    """Heads, bodies and readers that go byte by byte: they are cut, and everyone else is served meanwhile."""
    with run.watching("slow clients"), Scene(run, 8) as scene:
        clients = [_SlowHead(scene) for _ in range(40)]
        if not run.is_fast:
            for parcel in scene.parcels[4:6]:
                scene.load.upload(parcel, whole=False)
            clients += [_SlowBody(scene, scene.parcels[6]), _SlowBody(scene, scene.parcels[7])]
            clients += [_SlowReader(scene, scene.parcels[4]) for _ in range(20)]
        threads = [threading.Thread(target=client.go) for client in clients]
        for thread in threads:
            thread.start()
        waits = []
        for parcel in scene.parcels[:4]:
            begun = time.monotonic()
            scene.load.upload(parcel, whole=True)
            scene.load.fetch(parcel)
            scene.load.acknowledge(parcel)
            waits.append(time.monotonic() - begun)
        for thread, client in zip(threads, clients):
            thread.join(client.most + SLACK_SECONDS)
            if thread.is_alive() or client.lasted is None:
                raise Violated("I4", f"{type(client).__name__} is not cut after {client.most + SLACK_SECONDS} s")
        run.runs += len(clients) - 1
        longest = {}
        for client in clients:
            longest[type(client).__name__] = max(longest.get(type(client).__name__, 0), client.lasted)
        run.say(f"cut after {', '.join(f'{kind} {value:.0f} s' for kind, value in longest.items())}; "
                f"a whole parcel meanwhile in {max(waits):.2f} s at most")
        if not run.is_fast:
            # Ours were idle meanwhile, and may have been closed.
            scene.load.close()
            for parcel in scene.parcels[6:]:
                scene.load.upload(parcel, whole=False)
            for parcel in scene.parcels[4:]:
                scene.load.fetch(parcel)
                scene.load.acknowledge(parcel)
        scene.oracle.decide()


class _Slow:
    def __init__(self, scene):
        self.scene, self.lasted = scene, None

    def go(self):
        begun = time.monotonic()
        try:
            connection = self.scene.raw()
            self.drip(connection, begun)
        except (*BROKEN, ssl.SSLError):
            pass
        self.lasted = time.monotonic() - begun

    def drip(self, connection, begun):
        """A byte a second, until the other end closes; it reads what comes, so that the end is seen."""
        connection.settimeout(1)
        for byte in self.bytes():
            connection.sendall(byte)
            try:
                if not connection.recv(4096):
                    return
            except TimeoutError:
                pass
            if time.monotonic() - begun > self.most + SLACK_SECONDS:
                raise AssertionError("not cut")


class _SlowHead(_Slow):
    most = FIRST_HEAD_SECONDS

    def bytes(self):
        yield b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
        while True:
            yield b"a"


class _SlowBody(_Slow):
    most = BODY_SECONDS

    def __init__(self, scene, parcel):
        super().__init__(scene)
        scene.load.lab.create(parcel)
        self.parcel = parcel

    def bytes(self):
        lab = self.scene.load.lab
        yield (f"PATCH /v1/uploads/{self.parcel.id} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {lab._token()}\r\n"
               "Tus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\nContent-Type: application/offset+octet-stream\r\n"
               f"Content-Length: {len(self.parcel.body)}\r\n\r\n").encode()
        for at in range(len(self.parcel.body)):
            yield self.parcel.body[at:at + 1]


class _SlowReader(_Slow):
    """Asks for a body again and again and reads nothing of it."""

    most = READER_SECONDS

    def __init__(self, scene, parcel):
        super().__init__(scene)
        self.request = (f"GET {parcel.path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                        f"Authorization: Bearer {scene.load.spf._token()}\r\n\r\n").encode()

    def drip(self, connection, begun):
        connection.settimeout(self.most + SLACK_SECONDS)
        connection.sendall(self.request * 30)
        # Nothing is read, and behind a full window no end is seen from here.
        ours = connection.getsockname()[1]
        until("the reader is cut", lambda: not _is_open(self.scene.house.port, ours), self.most + SLACK_SECONDS)


def _is_open(port, theirs):
    """Whether the relay's end of a connection is established, as the kernel tells."""
    for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, local, remote, state = line.split()[:4]
        if local.endswith(f":{port:04X}") and remote.endswith(f":{theirs:04X}"):
            return state == "01"
    return False
