"""Compares every mutant of the tests with the tutorial, and records where it was caught.

A mutant is a port with one mistake planted in it, or an equal rewrite of a port. The tests compare
them, and note what they found as properties in their JUnit report, which is read here: so the
record is of what the tests run. `expected` is where the mistake is, `found` the first difference in
the report. Both are null for a rewrite, in which there is nothing to find.
"""

import argparse
from typing import Any

from experiments.support import recorded, tests

HELP = "compare all mutants of the tests with the tutorial"
WRITES = ("mutants.json",)
TAKES = "half an hour"

#: The property of a test that has the row of the record.
PROPERTY = "mutant"

#: The mutant that a quick run compares.
QUICK = "data-another-order"


def add_options(parser: argparse.ArgumentParser) -> None:
    recorded.add_quick(parser)
    parser.add_argument(
        "--only",
        metavar="NAME,...",
        help="compare these mutants, and leave the rows of all others in the record as they are",
    )


def run(arguments: argparse.Namespace) -> None:
    if arguments.only:
        rows = compared(" or ".join(f"[{name}]" for name in arguments.only.split(",")))
        recorded.write(arguments, "mutants.json", replaced(recorded.read("mutants"), rows))
    else:
        recorded.write(arguments, "mutants.json", compared(QUICK if arguments.quick else ""))


def replaced(record: list[dict[str, Any]], rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The record with some rows in the place of those of the same names; new ones at the end."""
    by_name = {row["name"]: row for row in [*record, *rows]}
    return list(by_name.values())


def compared(selection: str) -> list[dict[str, Any]]:
    """Runs the tests of the mutants, slow ones as well; returns what they found.

    Args:
      selection: pytest's `-k`; "" is all.
    """
    return tests.properties("test_mutants.py", PROPERTY, selection, may_fail=True)
