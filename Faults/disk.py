"""Disks that can be broken: calls that fail (calls.c), a power cut, a small one."""

import atexit
import ctypes
import fcntl
import functools
import os
import pathlib
import shutil
import struct
import subprocess
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
CLONE_NEWNS = 0x00020000
EXT4_IOC_SHUTDOWN, WITHOUT_FLUSHING_ITS_LOG = 0x8004587D, 2


def compiler():
    return shutil.which("clang") or shutil.which("cc")


def why_no_calls():
    return None if compiler() else "no C compiler (clang or cc) for Faults/calls.c"


@functools.cache
def library():
    """calls.c, built once for all runs."""
    folder = tempfile.mkdtemp(prefix="pli-fault-calls-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    made = os.path.join(folder, "calls.so")
    subprocess.run([compiler(), "-shared", "-fPIC", "-O1", "-o", made, str(HERE / "calls.c"), "-ldl"], check=True)
    return made


class Calls:
    """Counts the relay's calls on the disk under test; `environment` makes one of them fail."""

    def __init__(self, house, calls="fsync", paths=None):
        self.house, self.calls = house, calls
        self.paths = paths or str(house.tested)
        self.book = house.folder / "calls"

    def environment(self, at=0, do="kill", after=False, last=None):
        self.book.unlink(missing_ok=True)
        return {
            "LD_PRELOAD": library(), "PLI_FAULT_CALLS": self.calls, "PLI_FAULT_PATHS": self.paths,
            "PLI_FAULT_AT": str(at), "PLI_FAULT_DO": str(do), "PLI_FAULT_AFTER": "1" if after else "0",
            "PLI_FAULT_LAST": str(last if last is not None else at), "PLI_FAULT_BOOK": str(self.book)}

    def seen(self):
        """The calls so far: of each its name and its file."""
        if not self.book.exists():
            return []
        return [line.split(" ", 2)[1:] for line in self.book.read_text().splitlines()]


def why_no_mounts():
    """Why this account may not mount, or None: it is tried."""
    if os.geteuid() != 0:
        return "mounting needs root"
    try:
        with SmallDisk(1):
            return None
    except (OSError, subprocess.CalledProcessError) as failure:
        return f"mounting is not allowed here: {getattr(failure, 'stderr', None) or failure}"


def why_no_loop():
    if not shutil.which("mkfs.ext4"):
        return "mkfs.ext4 is not installed"
    reason = why_no_mounts()
    if reason:
        return reason
    try:
        with LoopDisk(16):
            return None
    except subprocess.CalledProcessError as failure:
        return f"no loop device can be mounted here: {failure.stderr}"


@functools.cache
def own_mounts():
    """Mounts that nobody else sees: a copy of them in another's namespace would keep a disk alive past its power cut."""
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNS) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    subprocess.run(["mount", "--make-rprivate", "/"], check=True, capture_output=True, text=True)


class Mounted:
    def __init__(self):
        own_mounts()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="pli-fault-disk-"))
        self.place = self.folder / "disk"
        self.place.mkdir()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        subprocess.run(["umount", "-l", str(self.place)], capture_output=True)
        shutil.rmtree(self.folder, ignore_errors=True)


class SmallDisk(Mounted):
    """A tmpfs of so many MiB."""

    def __init__(self, size_mib):
        super().__init__()
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={size_mib}m", "none", str(self.place)], check=True, capture_output=True,
            text=True)


class LoopDisk(Mounted):
    """An ext4 image on a loop device: the power can be cut, and all that was not synced is gone."""

    def __init__(self, size_mib=64):
        super().__init__()
        self.image = self.folder / "image"
        with open(self.image, "wb") as file:
            file.truncate(size_mib << 20)
        subprocess.run(["mkfs.ext4", "-q", "-F", str(self.image)], check=True, capture_output=True, text=True)
        self._mount()

    def _mount(self):
        subprocess.run(
            ["mount", "-o", "loop", str(self.image), str(self.place)], check=True, capture_output=True, text=True)

    def cut_power(self):
        """What is in the page cache and the file system's journal never reaches the image. Programs must have ended."""
        folder = os.open(self.place, os.O_RDONLY)
        try:
            fcntl.ioctl(folder, EXT4_IOC_SHUTDOWN, struct.pack("I", WITHOUT_FLUSHING_ITS_LOG))
        finally:
            os.close(folder)
        subprocess.run(["umount", str(self.place)], check=True, capture_output=True, text=True)
        self._mount()
