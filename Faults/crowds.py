"""Many clients at once, slow ones, idle ones, and a relay without free descriptors."""

import os
import pathlib
import selectors
import socket
import ssl
import threading
import time

from house import House, Violated, until
from load import Load
from oracle import Journal, Log, Oracle
from wire import BROKEN, Caller, Parcel, Unanswered

LIMITS = "reserveMegabytes: 16, requestsPerSecond: 100000, senderPercent: 100"
STORM_WORKERS = 200
# What a client that goes slowly is given, and what a loaded machine may add.
FIRST_HEAD_SECONDS, BODY_SECONDS, READER_SECONDS, SLACK_SECONDS = 15, 60, 75, 60


class _Scene:
    """A relay with parcels of the cast, and its oracle."""

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


# -- the same id, many times at once

def storm(run):
    """Workers upload one id at once, most of them rightly, some with a byte changed, some with another manifest."""
    for place in range(run.limit or 10):
        with run.watching(f"storm {place}"), _Scene(run, 1) as scene:
            _Storm(scene).rage()


class _Storm:
    def __init__(self, scene):
        self.scene, self.parcel = scene, scene.parcels[0]
        self.answers = {}
        self.lock = threading.Lock()
        self.stranger = None

    def rage(self):
        scene = self.scene
        token = scene.load.lab._token()
        start = threading.Barrier(STORM_WORKERS)
        workers = [threading.Thread(target=self._work, args=(number, start, token)) for number in range(STORM_WORKERS)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(300)
        if any(worker.is_alive() for worker in workers):
            raise Violated("I4", "workers are still not answered after five minutes")
        if self.stranger:
            raise self.stranger
        log = Log(scene.house.data)
        first = sum(leaf["event"] == "accepted" for leaf in log.leaves)
        if first != 1:
            raise Violated("I2", f"{first} leaves accepted of one id")
        accepted = [leaf["note"] for leaf in log.leaves if leaf["event"] == "accepted"][0]
        self.won = accepted == self.parcel.text_hash
        if self.won:
            scene.journal.note("accepted", self.parcel.id)
            scene.load.fetch(self.parcel)
            scene.load.acknowledge(self.parcel)
        scene.oracle.decide()

    def _work(self, number, start, token):
        caller = Caller(self.scene.house, "lab-b", timeout=120)
        caller.token, caller.token_until = token, time.monotonic() + 90
        body = self.parcel.body
        manifest = self.parcel.manifest
        if number % 10 == 1:
            body = body[:-1] + bytes([body[-1] ^ 1])
        if number % 10 == 2:
            manifest = self.parcel.other
        start.wait()
        try:
            self._upload(caller, manifest, body, is_right=number % 10 != 1)
        except Violated as violated:
            self.stranger = violated
        finally:
            caller.close()

    def _upload(self, caller, manifest, body, is_right):
        """Until it is accepted, or refused for good. Others' bytes may come between: then it asks where to go on."""
        end = time.monotonic() + 240
        while time.monotonic() < end:
            try:
                answer = caller.create(self.parcel, manifest, body)
                if answer.status == 409 and answer.problem == "offset-differs":
                    continue
                self._count(answer)
                if answer.status in (200, 201) and answer.offset is not None and answer.offset < len(body):
                    answer = caller.patch(self.parcel, answer.offset, body[answer.offset:])
                    self._count(answer)
            except Unanswered:
                continue
            if answer.status == 409 and answer.problem == "conflict":
                return
            if answer.offset == len(body):
                return
            if not is_right:
                return
        raise Violated("I4", "an upload did not come to its end in four minutes")

    def _count(self, answer):
        if answer.status not in (200, 201, 204, 404, 409, 422, 429):
            raise Violated("I4", f"an answer in the storm: {answer}")
        with self.lock:
            self.answers[str(answer)] = self.answers.get(str(answer), 0) + 1


# -- slow clients

def slow(run):
    """Heads, bodies and readers that go byte by byte: they are cut, and everyone else is served meanwhile."""
    with run.watching("slow clients"), _Scene(run, 8) as scene:
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


# -- idle connections

def idle(run):
    """Thousands of connections that ask for nothing: they have a cap, memory too, and the relay goes on."""
    if run.is_fast:
        run.say("cap of 40 connections, 200 idle ones")
        _idle(run, cap=40, count=200, memory_mib=256)
    else:
        run.say("the default cap of 400 connections, 10,000 idle ones")
        _idle(run, cap=400, count=10_000, memory_mib=256)
        run.say("room for all 10,000")
        _idle(run, cap=12_000, count=10_000, memory_mib=1_024)


def _idle(run, cap, count, memory_mib):
    limits = LIMITS + f", connections: {cap}"
    with run.watching(f"{count} idle connections, cap {cap}"), \
            _Scene(run, 2, limits, limit_descriptors=20_000) as scene:
        before, own = scene.memory_mib(), scene.descriptors()
        most, most_open = 0.0, 0

        def look():
            nonlocal most, most_open
            most, most_open = max(most, scene.memory_mib()), max(most_open, scene.descriptors() - own)

        crowd = _Crowd(scene)
        try:
            crowd.open(count, look=look)
            # Whoever was there before the crowd goes on.
            for parcel in scene.parcels:
                scene.load.upload(parcel, whole=True)
                look()
                scene.load.fetch(parcel)
                scene.load.acknowledge(parcel)
            run.say(f"{crowd.greeted} of {count} spoke TLS, {most_open} descriptors at once, memory {before:.0f} MiB before "
                    f"and {most:.0f} MiB with them")
            if most_open > cap + 32:
                raise Violated("I4", f"{most_open} descriptors for a cap of {cap}")
            if most > memory_mib:
                raise Violated("I4", f"{most:.0f} MiB of memory")
        finally:
            crowd.close()
        newcomer = Caller(scene.house, "spf", timeout=120)
        until("a newcomer is served after the crowd", lambda: _answers(newcomer))
        newcomer.close()
        scene.oracle.decide()


def _answers(caller):
    try:
        return caller.ask("GET", "/health", token=False).status == 200
    except Unanswered:
        return False


class _Crowd:
    """Connections that are opened together, each as far as the other end lets it come; then they do nothing."""

    def __init__(self, scene):
        self.scene, self.greeted = scene, 0
        self.sockets, self.places = [], {}

    def open(self, count, seconds=90, look=lambda: None):
        context = self.scene.load.lab.tls()
        waiting = selectors.DefaultSelector()
        end = time.monotonic() + seconds
        for _ in range(count):
            plain = socket.socket()
            plain.setblocking(False)
            plain.connect_ex(("127.0.0.1", self.scene.house.port))
            self.places[plain] = len(self.sockets)
            self.sockets.append(plain)
            waiting.register(plain, selectors.EVENT_WRITE)
        quiet = 0
        while waiting.get_map() and time.monotonic() < end and quiet < 8:
            ready = waiting.select(0.25)
            quiet = 0 if ready else quiet + 1
            look()
            for key, _ in ready:
                self._step(waiting, key.fileobj, context)
        waiting.close()

    def _step(self, waiting, channel, context):
        waiting.unregister(channel)
        try:
            if not isinstance(channel, ssl.SSLSocket):
                place = self.places.pop(channel)
                channel = context.wrap_socket(channel, server_hostname="127.0.0.1", do_handshake_on_connect=False)
                self.sockets[place] = channel
            channel.do_handshake()
            self.greeted += 1
        except ssl.SSLWantReadError:
            waiting.register(channel, selectors.EVENT_READ)
        except ssl.SSLWantWriteError:
            waiting.register(channel, selectors.EVENT_WRITE)
        except (OSError, ValueError):
            channel.close()

    def close(self):
        for channel in self.sockets:
            channel.close()


# -- no free descriptors

# What the relay needs for itself, and twenty connections' worth.
DESCRIPTORS = 64 + 3 * (os.cpu_count() or 1) + 40


def descriptors(run):
    """A relay that may open few files, and a crowd that wants more: whoever is being served is served to the end."""
    for place in range(run.limit or 10):
        limits = LIMITS + ", connections: 400"
        with run.watching(f"{DESCRIPTORS} descriptors, {place}"), \
                _Scene(run, 3, limits, limit_descriptors=DESCRIPTORS) as scene:
            first, second, third = scene.parcels
            scene.load.upload(first, whole=True)
            scene.load.upload(second, whole=True)
            scene.load.spf.ask("GET", "/health", token=False)
            crowd = _Crowd(scene)
            try:
                crowd.open(DESCRIPTORS * 3, seconds=10)
                for parcel in (first, second):
                    scene.load.fetch(parcel)
                    scene.load.acknowledge(parcel)
            finally:
                crowd.close()
            newcomer = Caller(scene.house, "spf", timeout=120)
            until("a newcomer is served after the crowd", lambda: _answers(newcomer))
            newcomer.close()
            scene.load.upload(third, whole=True)
            scene.load.fetch(third)
            scene.load.acknowledge(third)
            scene.oracle.decide()
