#!/usr/bin/env python3
"""Faults on the real programs and a real disk (docs/faults.md).

  run.py fast|full EXPERIMENT… --cast FOLDER [--runs N] [--seed S]
  run.py possible EXPERIMENT

Without experiments: all. `fast` is a handful of runs of each, chosen by the seed; `full` is all of them, or N. FOLDER is
what `WholeFlowTests.FaultTests/cast` leaves in PLI_FAULT_CAST; scripts/faults does both. `possible` says why this machine
cannot do an experiment. Exit code 1: a promise was broken.
"""

import argparse
import contextlib
import pathlib
import random
import sys
import time
import traceback

import bit_rot
import clock
import crash
import crowds
import full_disk
import network
import slow
import stops
import storm
from disk import why_no_calls, why_no_loop, why_no_mounts
from house import Violated

CAST_PARCELS = 240


class Run:
    """What an experiment is given, and what came of it."""

    def __init__(self, name, cast, seed, runs, is_fast):
        self.name, self.cast, self.seed, self.is_fast = name, pathlib.Path(cast).resolve(), seed, is_fast
        self.dice = random.Random(f"{name} {seed}")
        self.limit = runs
        self.runs = 0
        self.violations = []
        self.parcel = 0

    def say(self, text):
        print(f"{self.name}: {text}", flush=True)

    def choose(self, cases, always=()):
        """All of them, or as many as are asked for, spread by the seed; those that found something once are always among
        them."""
        if self.limit and self.limit < len(cases):
            step = len(cases) / self.limit
            cases = [cases[int(step * (place + self.dice.random()))] for place in range(self.limit)]
        return [*always, *(case for case in cases if case not in always)]

    def next_parcel(self):
        """Each life has a relay of its own: the cast's parcels can be sent again and again."""
        self.parcel = (self.parcel + 1) % CAST_PARCELS
        return self.parcel

    @contextlib.contextmanager
    def watching(self, place):
        """One run: a broken promise is written down, and the next run begins."""
        self.runs += 1
        if self.runs % 50 == 0:
            self.say(f"run {self.runs}, {len(self.violations)} violations so far")
        try:
            yield
        except Violated as violated:
            self.violations.append(f"{place}: {violated}")
            self.say(f"VIOLATION at {place}: {violated}")
        except Exception as trouble:
            self.violations.append(f"{place}: the experiment failed: {trouble}")
            self.say(f"FAILED at {place}: {trouble!r}")
            traceback.print_exc()


class Experiment:
    def __init__(self, work, fast, why_not=lambda: None):
        self.work, self.fast, self.why_not = work, fast, why_not


EXPERIMENTS = {
    "kill": Experiment(crash.kill, 2, why_no_calls),
    "power": Experiment(crash.power, 1, lambda: why_no_calls() or why_no_loop()),
    "crowd-kill": Experiment(crash.crowd_kill, 2, why_no_calls),
    "crowd-power": Experiment(crash.crowd_power, 1, lambda: why_no_calls() or why_no_loop()),
    "sync-error": Experiment(crash.sync_error, 1, why_no_calls),
    "body-error": Experiment(crash.body_error, 2, why_no_calls),
    "write-error": Experiment(crash.write_error, 2, why_no_calls),
    "full-disk": Experiment(full_disk.full_disk, 1, why_no_mounts),
    "bit-rot": Experiment(bit_rot.bit_rot, 1),
    "storm": Experiment(storm.storm, 1),
    "slow": Experiment(slow.slow, 1),
    "idle": Experiment(crowds.idle, 1),
    "stops": Experiment(stops.stops, 4, why_no_calls),
    "stalled": Experiment(stops.stalled, 1, why_no_calls),
    "descriptors": Experiment(crowds.descriptors, 1),
    "lost-answers": Experiment(network.lost_answers, 2),
    "network": Experiment(network.network, 1, network.why_no_network),
    "clock": Experiment(clock.clock, 1, clock.why_not),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pace", choices=["fast", "full", "possible"])
    parser.add_argument("experiments", nargs="*", metavar="EXPERIMENT", help=", ".join(EXPERIMENTS))
    parser.add_argument("--cast")
    parser.add_argument("--runs", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if unknown := set(options.experiments) - set(EXPERIMENTS):
        parser.error(f"no such experiment: {', '.join(unknown)}")
    names = options.experiments or list(EXPERIMENTS)
    if options.pace == "possible":
        reasons = [reason for name in names if (reason := EXPERIMENTS[name].why_not())]
        print("\n".join(reasons))
        sys.exit(bool(reasons))
    if not options.cast:
        parser.error("--cast is needed")
    sys.exit(run_all(names, options))


def run_all(names, options):
    table, is_broken = [], False
    for name in names:
        experiment = EXPERIMENTS[name]
        if reason := experiment.why_not():
            table.append((name, 0, "skipped: " + reason))
            continue
        is_fast = options.pace == "fast"
        run = Run(name, options.cast, options.seed, options.runs or (experiment.fast if is_fast else 0), is_fast)
        begun = time.monotonic()
        try:
            experiment.work(run)
        except Violated as violated:
            run.violations.append(str(violated))
            run.say(f"VIOLATION: {violated}")
        table.append((name, run.runs, f"{len(run.violations)} violations, {time.monotonic() - begun:.0f} s"))
        is_broken |= bool(run.violations)
    print(f"seed {options.seed}")
    for name, runs, what in table:
        print(f"{name:14} {runs:6} runs  {what}")
    return int(is_broken)


if __name__ == "__main__":
    main()
