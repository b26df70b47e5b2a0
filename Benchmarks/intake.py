#!/usr/bin/env python3
"""What intake costs: Pli beside PyPI `hl7`, the laboratory's whole side, bytes on the wire, time and memory by file size.

Usage: intake.py BENCHMARK [MESSAGES [ROUNDS [LARGEST]]]   (BENCHMARK: the built intake-benchmark program)

MESSAGES (200,000) for the rates, in ROUNDS (5) taken in turns with the peer, so that both see the same machine. LARGEST
(1,000,000) messages in the largest file of the last table. The peer takes 26 fields of each message and checks nothing.
Rates are by the clock, and by the processor time used: on a machine that does other work meanwhile, only the second says
something.
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
STEPS = ["read, model, rules, duplicates", "+ route", "+ minimise", "+ put the like together, FHIR", "+ compress (fast) and seal",
         "  the same, compressed densely"]
FAST, DENSE = 4, 5


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


def said(program, *arguments):
    words = subprocess.run(
        [program, *map(str, arguments)], check=True, capture_output=True, text=True).stdout.split()
    return {name: float(value) for name, value in zip(words[::2], words[1::2])}


def rates(result, threads):
    """Messages a second by the clock, and by processor time."""
    count = result["messages"]
    return count / result["seconds"], count / result["processor"] * threads


def compare(program, what, path, texts, cores, rounds, size):
    ours, peers, result = [], [], {}
    for _ in range(rounds):
        result = said(program, what, path, cores)
        ours.append(rates(result, cores))
        peers.append(peer_rates(texts, cores))
    for index, clock in enumerate(("clock", "processor")):
        rate = statistics.median(each[index] for each in ours)
        other = statistics.median(each[index] for each in peers)
        print(f"  {cores} core(s), by {clock}: {rate:,.0f} messages/s, {rate * size / 1e6:,.0f} MB/s; "
              f"PyPI hl7 {other:,.0f} messages/s; {rate / other:,.0f} x")
    details = ", ".join(f"{name} {result[name]:,.0f}" for name in ("taken", "held", "findings") if name in result)
    print(f"    peak {result['peak_mib']:.0f} MiB {details}")


def lab_side(program, path, rounds):
    """Where a report's time goes, and how many go through."""
    micros = [[] for _ in STEPS]
    results = [{} for _ in STEPS]
    for _ in range(rounds):
        for step in range(len(STEPS)):
            results[step] = said(program, "lab", path, 1, step)
            micros[step].append(results[step]["processor"] / results[step]["messages"] * 1e6)
    upto = [statistics.median(each) for each in micros]
    print("The laboratory's whole side, two recipients a report; us of one core a report: the step, and up to there")
    for step, name in enumerate(STEPS):
        before = 0 if step == 0 else upto[step - 1] if step != DENSE else upto[FAST - 1]
        print(f"  {name:36}{upto[step] - before:8.2f}{upto[step]:8.2f}")
    for step in (FAST, DENSE):
        both = [said(program, "lab", path, 2, step) for _ in range(rounds)]
        clock = statistics.median(each["messages"] / each["seconds"] for each in both)
        processor = statistics.median(2 * each["messages"] / each["processor"] for each in both)
        result = results[step]
        print(f"  two cores, {'fast' if step == FAST else 'dense'}: {clock:,.0f} reports/s by the clock, "
              f"{processor:,.0f} by the processor; {result['lines'] / result['deliveries']:,.0f} bytes of FHIR, "
              f"{result['sealed'] / result['deliveries']:,.0f} on the wire, a report and recipient in parcels of 1,000; "
              f"peak {both[-1]['peak_mib']:.0f} MiB")


def sizes(program, folder, largest):
    print("By file size: us of one core a message, and peak memory with one and with two threads")
    count = 1_000
    while count <= largest:
        path = os.path.join(folder, "sized.hl7")
        subprocess.run([program, "make", path, str(count)], check=True)
        one = said(program, "read", path, 1)
        two = said(program, "read", path, 2)
        print(f"  {count:>10,} messages {one['processor'] / count * 1e6:8.2f}"
              f"{one['peak_mib']:8.0f} MiB{two['peak_mib']:8.0f} MiB")
        os.remove(path)
        count *= 10


def main():
    program = sys.argv[1]
    numbers = [int(word) for word in sys.argv[2:]]
    count, rounds, largest = (numbers + [200_000, 5, 1_000_000][len(numbers):])[:3]
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "messages.hl7")
        subprocess.run([program, "make", path, str(count)], check=True)
        size = os.path.getsize(path) / count
        print(f"{count:,} messages, {size:,.0f} bytes each, {rounds} rounds in turns, {os.cpu_count()} cores")
        texts = messages(path, PEER_MESSAGES)
        print("Fields alone, on both sides")
        compare(program, "fields", path, texts, 1, rounds, size)
        print("Pli: parse, model, all rules, duplicates; the peer: fields alone")
        for cores in (1, 2):
            compare(program, "read", path, texts, cores, rounds, size)
        subprocess.run([program, "parts", path], check=True)
        lab_side(program, path, rounds)
        os.remove(path)
        sizes(program, folder, largest)


main()
