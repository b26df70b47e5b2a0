#!/usr/bin/env python3
"""Seals and opens one file with `age` and with Pli's library in turns, and prints ratios of the medians.

Usage: age.py BENCHMARK [MEBIBYTES [ROUNDS]]   (BENCHMARK: the built age-benchmark program)
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time


def run(command):
    """Wall seconds, processor seconds and peak memory in MiB of a command that must succeed."""
    start = time.perf_counter()
    pid = os.spawnvp(os.P_NOWAIT, command[0], command)
    _, status, usage = os.wait4(pid, 0)
    if status != 0:
        sys.exit(f"failed: {' '.join(command)}")
    return time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main():
    program = sys.argv[1]
    mebibytes = int(sys.argv[2]) if len(sys.argv) > 2 else 1024
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 7
    subprocess.run([program, "parts"], check=True)
    subprocess.run([program, "rejections"], check=True)
    age = shutil.which("age")
    if age is None:
        sys.exit("age is not installed: no comparison")
    with tempfile.TemporaryDirectory() as folder:
        key, text, sealed, out = (os.path.join(folder, name) for name in ("key", "text", "sealed", "out"))
        made = subprocess.run([program, "keygen", "classic"], check=True, capture_output=True, text=True).stdout
        with open(key, "w", encoding="utf-8") as file:
            file.write(made)
        recipient = made.split("public key: ")[1].split()[0]
        block = os.urandom(1 << 20)
        with open(text, "wb") as file:
            for _ in range(mebibytes):
                file.write(block)
        run([age, "-r", recipient, "-o", sealed, text])
        print(f"{mebibytes} MiB, {rounds} rounds in turns, {os.cpu_count()} cores")
        for target in ("/dev/null", out):
            compare("seal", rounds, target, mebibytes, {
                "age": [age, "-r", recipient, "-o", target, text],
                "pli": [program, "seal", key, text, target],
                "pli, one thread": [program, "seal", key, text, target, "1"],
            })
            compare("open", rounds, target, mebibytes, {
                "age": [age, "-d", "-i", key, "-o", target, sealed],
                "pli": [program, "open", key, sealed, target],
                "pli, one thread": [program, "open", key, sealed, target, "1"],
            })


def compare(what, rounds, target, mebibytes, commands):
    seconds = {name: [] for name in commands}
    work = {name: [] for name in commands}
    memory = {name: 0 for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            if target != "/dev/null" and os.path.exists(target):
                os.remove(target)
            # What the run before left to be written to disk is none of this one's time.
            os.sync()
            wall, processor, peak = run(command)
            seconds[name].append(wall)
            work[name].append(processor)
            memory[name] = max(memory[name], peak)
    base = statistics.median(seconds["age"])
    where = "/dev/null" if target == "/dev/null" else "a file"
    for name in commands:
        median = statistics.median(seconds[name])
        print(f"{what} to {where}: {name}: {median:.3f} s, {mebibytes * 1048576 / median / 1e9:.2f} GB/s, "
              f"{base / median:.2f} x age, processor {statistics.median(work[name]):.2f} s, peak {memory[name]:.0f} MiB")


main()
