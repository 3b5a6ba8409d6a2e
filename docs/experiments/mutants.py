"""Compares every mutant of the tests with the tutorial, and records where it was caught.

A mutant is a port with one mistake planted in it, or an equal rewrite of a port. The tests compare
them, and note what they found as properties in their JUnit report, which is read here: so the
record is of what the tests run. `expected` is where the mistake is, `found` the first difference in
the report. Both are null for a rewrite, in which there is nothing to find.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from experiments.support import recorded
from legacy_cnn.errors import BenchError

HELP = "compare all mutants of the tests with the tutorial"
WRITES = ("mutants.json",)
TAKES = "half an hour"

TESTS = recorded.RESULTS.parents[1] / "tests" / "test_mutants.py"

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
    with tempfile.TemporaryDirectory() as directory:
        report = Path(directory) / "report.xml"
        command = [
            sys.executable, "-m", "pytest", "-q", str(TESTS),
            "-m", "slow or not slow", "-k", selection,
            # The only format of pytest's in which a test has properties.
            f"--junitxml={report}", "-o", "junit_family=xunit1",
        ]  # fmt: skip
        # A failed test is recorded like any other.
        done = subprocess.run(command, cwd=TESTS.parents[1], stdout=sys.stderr, check=False)
        if done.returncode not in (0, 1):
            raise BenchError(f"pytest ended with exit status {done.returncode}.")
        return rows(report)


def rows(report: Path) -> list[dict[str, Any]]:
    """The rows of the record, in the order of the tests."""
    properties = ElementTree.parse(report).iter("property")
    return [json.loads(each.attrib["value"]) for each in properties if each.get("name") == PROPERTY]
