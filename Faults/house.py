"""A hospital's relay, a laboratory and an authority, set up for one run: the relay's folder lies on the disk under test,
everything else, the oracle's journal included, outside of it."""

import os
import pathlib
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAMS = pathlib.Path(os.environ.get("PLI_FAULT_PROGRAMS", ROOT / ".build/release"))
# Long past what any healthy machine takes; no run waits for it that comes to an end.
PATIENCE_SECONDS = 120
# Programs that end by themselves: past Pli's own deadlines, of which the longest of a request is some 300 s.
PROGRAM_SECONDS = 900


class Trouble(Exception):
    """The experiment could not be made: nothing is said about Pli."""


def until(what, holds, seconds=PATIENCE_SECONDS):
    """Waits for a condition; a machine that is slow only makes it wait longer."""
    end = time.monotonic() + seconds
    while True:
        value = holds()
        if value:
            return value
        if time.monotonic() > end:
            raise Trouble(f"gave up after {seconds} s: {what}")
        time.sleep(0.02)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class House:
    """`tested` is a folder on the disk under test; without one it lies beside the rest."""

    def __init__(self, cast, tested=None, settings="", origin=None):
        self.cast = pathlib.Path(cast)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="pli-fault-"))
        self.tested = pathlib.Path(tested) if tested else self.folder / "tested"
        self.data = self.tested / "relay"
        self.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.port = free_port()
        self.origin = origin or f"https://127.0.0.1:{self.port}"
        self.starts = 0
        self.slowest_start = 0.0
        self.process = None
        # One for each participant, however many connections it has.
        self.tokens, self.tokens_lock = {}, threading.Lock()
        self.pins = ", ".join((self.cast / "roots").read_text().split())
        for name in ("sink", "in"):
            (self.folder / name).mkdir()
        self.configure(settings)
        for name in ("lab-a", "lab-b"):
            self._end(name, self._outbox())
        for name in ("cnam", "spf"):
            self._end(name, self._inbox())

    # -- configuration

    def configure(self, settings=""):
        self.config = self.folder / "relay.yaml"
        self.config.write_text(
            f"listen: {{host: 127.0.0.1, port: {self.port}}}\norigin: {self.origin}\ndata: {self.data}\n"
            f"{self._directory()}{settings}\n")

    def _directory(self):
        return f"directory: {{file: {self.cast}/directory.note, threshold: 2, roots: [{self.pins}]}}\n"

    def _outbox(self):
        return ("outbox:\n  watch: {folder: in}\n  batch: {reports: 500, megabytes: 8, ageSeconds: 1}\n"
                "  site: {zone: Europe/Paris, charset: utf-8}\n  production: false\n")

    def _inbox(self):
        return "inbox: {sink: {folder: sink}, pollSeconds: 5}\n"

    def _end(self, name, own):
        (self.folder / f"{name}.yaml").write_text(
            f"participant: {name}\nrelay: {{origin: \"{self.origin}\", ca: {self.trusted()}}}\n{self._directory()}"
            f"keys: {{signing: {self.cast}/{name}.signing, sealing: [{self.cast}/{name}.sealing]}}\n"
            f"data: {name}-data\n{own}")

    def trusted(self):
        return self.data / "tls" / "ca.pem"

    # -- the relay

    def start(self, environment=None, limit_descriptors=None, must=True):
        """Starts the relay and waits until it answers. A run under a fault may end before: then False, unless it `must`."""
        self.starts += 1
        self.errors = self.folder / f"relay-{self.starts}.err"
        begun = time.monotonic()

        def prepare():
            if limit_descriptors:
                import resource
                resource.setrlimit(resource.RLIMIT_NOFILE, (limit_descriptors, limit_descriptors))

        with open(self.errors, "wb") as errors:
            self.process = subprocess.Popen(
                [str(PROGRAMS / "pli-relay"), "--config", str(self.config)], stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=errors, env={**os.environ, **(environment or {})}, preexec_fn=prepare)
        said = b""
        end = begun + PATIENCE_SECONDS
        while b"ready on" not in said:
            ready, _, _ = select.select([self.process.stdout], [], [], max(0, end - time.monotonic()))
            piece = os.read(self.process.stdout.fileno(), 4096) if ready else b""
            if not piece:
                if not ready:
                    self.kill()
                    raise Trouble("the relay did not start within two minutes")
                self.process.wait()
                self._close()
                if must:
                    raise Violated("I4", f"the relay does not start: {self.last_words()}")
                return False
            said += piece
        self.slowest_start = max(self.slowest_start, time.monotonic() - begun)
        return True

    def last_words(self):
        lines = self.errors.read_text(errors="replace").strip().splitlines()
        return " | ".join(lines[-4:])[-700:]

    def _close(self):
        self.process.stdout.close()

    @property
    def runs(self):
        return self.process is not None and self.process.poll() is None

    def wait_end(self, seconds=PATIENCE_SECONDS):
        """How the relay ended, or None where it did not."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None
        self._close()
        return self.process.returncode

    def kill(self):
        if self.runs:
            self.process.send_signal(signal.SIGKILL)
            self.wait_end()

    def stop(self):
        if self.runs:
            self.process.send_signal(signal.SIGTERM)
            if self.wait_end() is None:
                self.kill()
                raise Violated("I4", "the relay does not stop on SIGTERM")

    # -- programs

    def run(self, *command, environment=None):
        return subprocess.run(
            [*map(str, command)], cwd=self.folder, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            errors="replace", timeout=PROGRAM_SECONDS, env={**os.environ, **(environment or {})})

    def pli(self, *arguments, **keywords):
        return self.run(PROGRAMS / "pli", *arguments, **keywords)

    def fsck(self, *arguments):
        return self.run(PROGRAMS / "pli-relay", "fsck", "--config", self.config, "--json", *arguments)

    def remove(self):
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


class Violated(Exception):
    """A promise that was broken: its name (I1 to I7), and what happened."""

    def __init__(self, promise, what):
        super().__init__(f"{promise}: {what}")
        self.promise = promise
