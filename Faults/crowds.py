"""Crowds of idle connections, and a relay without free descriptors."""

import os
import resource
import selectors
import socket
import ssl
import time

from house import Violated, until
from scene import LIMITS, Scene
from wire import Caller, Unanswered


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
    allowed = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, allowed))
    if count > allowed - 200:
        count = allowed - 200
        run.say(f"only {count}: this account may open {allowed} files")
    limits = LIMITS + f", connections: {cap}"
    with run.watching(f"{count} idle connections, cap {cap}"), \
            Scene(run, 2, limits) as scene:
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
                Scene(run, 3, limits, limit_descriptors=DESCRIPTORS) as scene:
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
