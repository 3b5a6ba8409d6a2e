"""Runs the listing on the releases of its time, as it was: its own loader and random numbers.

A run that is done is recorded at once, so the experiment can be stopped, and resumed with the same
command. What other runs printed can be recorded, too: their files are named RELEASE-EPOCHS-N.txt.
"""

import argparse
import json
import re
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from experiments.support import recorded
from legacy_cnn.errors import OriginalsError, ResultError
from legacy_cnn.originals import environments, listing
from legacy_cnn.processes.child import Child, with_environment

HELP = "run the listing on old releases of TensorFlow"
WRITES = ("originals.json",)
TAKES = "six minutes for each run of two epochs, half an hour for each of ten"

WHAT = (
    "Runs of the listing, unseeded, with the loader and the random numbers of the release, and "
    "with the dropout on in the evaluation. Seconds are null for a run that was not timed."
)

#: Release, epochs, and how many runs of it there should be.
PLAN = (("0.12.1", 2, 20), ("1.4.0", 2, 5), ("0.12.1", 10, 5))
QUICK = (("0.12.1", 1, 1),)

#: Python 2 prints a line of several parts as a tuple: quotes and commas are between its parts.
_EPOCH = re.compile(r"Epoch\W+(\d+)\W+completed out of\W+(\d+)\W+loss:\W+([\d.]+(?:e\+?\d+)?)")
_ACCURACY = re.compile(r"Accuracy:\W+([\d.]+)")
_NAME = re.compile(r"(\d+\.\d+\.\d+)-\d+-\d+")

Run = dict[str, Any]


def add_options(parser: argparse.ArgumentParser) -> None:
    recorded.add_quick(parser)
    parser.add_argument(
        "--from",
        dest="files",
        metavar="FILE",
        nargs="+",
        type=Path,
        help="record what finished runs printed, instead of running the listing",
    )


def run(arguments: argparse.Namespace) -> None:
    target = recorded.target(arguments, WRITES[0])
    runs: list[Run] = json.loads(target.read_text())["runs"] if target.exists() else []
    for finished in _printed(arguments.files) if arguments.files else _taken(arguments, runs):
        # Runs are unseeded, so equal losses are of the same run.
        if finished["losses"] not in [other["losses"] for other in runs]:
            runs.append(finished)
            recorded.write(arguments, WRITES[0], {"what": WHAT, "runs": runs})


def _printed(files: Iterable[Path]) -> Iterable[Run]:
    """The runs whose printed lines are in files; an unfinished one is left out."""
    for path in files:
        name = _NAME.fullmatch(path.stem)
        if name is None:
            raise ResultError(f"{path} must be named RELEASE-EPOCHS-N.txt, such as 0.12.1-2-1.txt.")
        text = path.read_text(errors="replace")
        if _ACCURACY.search(text):
            yield {"release": name[1], **parsed(text, str(path)), "seconds": None}
        else:
            print(f"{path}: not finished, left out", file=sys.stderr)


def _taken(arguments: argparse.Namespace, runs: list[Run]) -> Iterable[Run]:
    """Takes the runs that are missing; yields each when it is done."""
    for release, epochs, wanted in QUICK if arguments.quick else PLAN:
        done = [run for run in runs if (run["release"], run["epochs"]) == (release, epochs)]
        for number in range(len(done), wanted):
            print(f"{release}, {epochs} epochs: run {number + 1} of {wanted}", file=sys.stderr)
            yield take(release, epochs)


def take(release: str, epochs: int) -> Run:
    """Runs the listing once.

    Raises:
      OriginalsError: the release is not set up, or the listing fails in it.
    """
    environment = environments.find(release)
    listing.provide_data()
    begin = time.monotonic()
    program = ["-u", "-c", listing.source(release, epochs)]
    python = [str(environment.python)]
    with Child(program, environment=with_environment({}), pipes=True, interpreter=python) as child:
        text = child.output()
        failure = child.failure()
    if failure:
        raise OriginalsError(f"The listing failed on TensorFlow {release}: {failure}")
    seconds = time.monotonic() - begin
    return {"release": release, **parsed(text, f"TensorFlow {release}"), "seconds": seconds}


def parsed(text: str, source: str) -> Run:
    """What the listing printed.

    Args:
      text: all that it printed.
      source: names it in messages.

    Returns:
      "epochs", "losses" and "accuracy".

    Raises:
      ResultError: an epoch or the accuracy is missing.
    """
    lines, accuracy = _EPOCH.findall(text), _ACCURACY.findall(text)
    epochs = [int(number) for number, _, _ in lines]
    if not lines or len(accuracy) != 1 or epochs != list(range(int(lines[0][1]))):
        raise ResultError(f"{source} must have printed every epoch once, and the accuracy.")
    losses = [float(loss) for _, _, loss in lines]
    return {"epochs": len(lines), "losses": losses, "accuracy": float(accuracy[0])}
