#!/usr/bin/env python3
"""Reads synthetic ORU^R01 messages with Pli (parse, model, all rules) and with PyPI `hl7` (fields only), in turns.

Usage: intake.py BENCHMARK [MESSAGES [ROUNDS]]   (BENCHMARK: the built intake-benchmark program)

The peer gets the easier work: it takes 26 fields of each message, and checks nothing. Rates are by the clock, and by the
processor time used: on a machine that does other work meanwhile, only the second says something.
"""

import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import time

PEER_MESSAGES = 1500
FIELDS = [("MSH", f) for f in (3, 4, 7, 9, 10, 11, 12, 18)] + [("PID", f) for f in (3, 5, 7, 8, 11, 13, 32)] + [
    ("OBR", f) for f in (2, 3, 4, 7, 16, 22, 25)] + [("OBX", f) for f in (3, 5, 11, 14)]


def messages(path, most):
    with open(path, "rb") as file:
        text = file.read(most * 4000).decode("utf-8", "ignore")
    start = "MSH|^~\\&"
    return [start + part for part in text.split(start)[1:most + 1]]


def peer(texts):
    """Processor seconds that PyPI hl7 takes."""
    import hl7
    start = time.process_time()
    for text in texts:
        message = hl7.parse(text)
        for name, field in FIELDS:
            segment = message.segment(name)
            if field < len(segment):
                segment(field)
    return time.process_time() - start


def peer_rates(texts, processes):
    """Messages a second by the clock, and by processor time."""
    with multiprocessing.Pool(processes) as pool:
        pool.map(peer, [texts[:10]] * processes)
        start = time.perf_counter()
        used = pool.map(peer, [texts] * processes)
        count = processes * len(texts)
        return count / (time.perf_counter() - start), count / sum(used) * processes


def our_rates(program, path, threads):
    """The same of Pli, peak memory in MiB, and what it said."""
    words = subprocess.run(
        [program, "read", path, str(threads)], check=True, capture_output=True, text=True).stdout.split()
    said = dict(zip(words[::2], words[1::2]))
    count = int(said["messages"])
    return count / float(said["seconds"]), count / float(said["processor"]) * threads, float(said["peak_mib"]), said


def main():
    program = sys.argv[1]
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 200_000
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "messages.hl7")
        subprocess.run([program, "make", path, str(count)], check=True)
        size = os.path.getsize(path)
        print(f"{count} messages, {size / count:.0f} bytes each, {rounds} rounds in turns, {os.cpu_count()} cores")
        subprocess.run([program, "parts", path], check=True)
        texts = messages(path, PEER_MESSAGES)
        for cores in (1, 2):
            compare(program, path, texts, cores, rounds, size / count)


def compare(program, path, texts, cores, rounds, size):
    ours, peers, peak = [], [], 0.0
    for _ in range(rounds):
        *rates, memory, said = our_rates(program, path, cores)
        ours.append(rates)
        peak = max(peak, memory)
        peers.append(peer_rates(texts, cores))
    for index, what in enumerate(("clock", "processor")):
        rate = statistics.median(rates[index] for rates in ours)
        other = statistics.median(rates[index] for rates in peers)
        print(f"{cores} core(s), by {what}: {rate:,.0f} messages/s, {rate * size / 1e6:,.0f} MB/s; "
              f"PyPI hl7 {other:,.0f} messages/s; {rate / other:,.0f} x")
    print(f"  peak {peak:.0f} MiB, taken {said['taken']}, held {said['held']}, findings {said['findings']}")


main()
