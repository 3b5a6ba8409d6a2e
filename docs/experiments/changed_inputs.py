"""Gives the commands thousands of inputs that were changed at random, and records how they end."""

import argparse
import resource

from experiments.support import recorded, tests

HELP = "give the commands inputs that were changed at random"
WRITES = ("changed_inputs.json",)
TAKES = "five minutes"

#: The property of a test that has a row of the record.
PROPERTY = "changed inputs"

#: The kind of inputs that a quick run tries.
QUICK = "test_a_changed_input and npz"


def add_options(parser: argparse.ArgumentParser) -> None:
    recorded.add_quick(parser)


def run(arguments: argparse.Namespace) -> None:
    rows = tests.properties("test_fuzz.py", PROPERTY, QUICK if arguments.quick else "")
    kinds: dict[str, dict[str, float]] = {}
    for row in rows:
        kind = kinds.setdefault(row["kind"], {"tried": 0, "refused": 0, "slowest": 0.0})
        kind["tried"] += row["tried"]
        kind["refused"] += row["refused"]
        kind["slowest"] = max(kind["slowest"], row["slowest"])
    # One process has tried them all: what it took at most, in bytes; Linux counts in KiB.
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    recorded.write(arguments, "changed_inputs.json", {"kinds": kinds, "memory": memory})
