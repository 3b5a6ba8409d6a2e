"""Times the listing's training step on releases of its time, and here, in turns.

There, the listing runs as it is, with the loader and the random numbers of the release. Here, three
contenders of `legacy-cnn bench` take part: `legacy-cnn train`, and the listing in a session of
today's TensorFlow, with oneDNN and without. Each is a process that stays alive.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from experiments.support import recorded
from legacy_cnn import provenance
from legacy_cnn.bench.contenders import BASELINE, CONTENDERS
from legacy_cnn.originals import environments, listing
from legacy_cnn.originals.environments import Environment
from legacy_cnn.processes.ratios import timing
from legacy_cnn.processes.rounds import Measured, Rounds
from legacy_cnn.processes.worker import Worker
from legacy_cnn.settings import Settings
from legacy_cnn.threads import available_cores

HELP = "time a training step of the listing on old releases of TensorFlow, and of ours, in turns"
WRITES = ("original_steps.json",)
TAKES = "five minutes on an idle machine"

WHAT = (
    "Seconds of training steps with batches of 128 images and the dropout on. All contenders have "
    "the same cores and as many threads, and take one turn in each round. Ratios are the time of a "
    "step, divided by that of legacy-cnn train in the same round: median and quartiles."
)

RELEASES = ("0.12.1", "1.4.0", "1.15.5")
HERE = (BASELINE, "listing-onednn", "listing")

ROUNDS, STEPS = 10, 20
QUICK_ROUNDS, QUICK_STEPS = 1, 2

#: Steps before any that count.
WARM_UP = 5

#: More epochs than a measurement lasts.
FOREVER = 10**6

#: What runs there.
SCRIPT = Path(__file__).parent / "support" / "turns_there.py"


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "releases",
        nargs="*",
        metavar="RELEASE",
        help=f"releases that are set up (default: {', '.join(RELEASES)})",
    )
    recorded.add_quick(parser)


def run(arguments: argparse.Namespace) -> None:
    there = [environments.find(name) for name in arguments.releases or RELEASES]
    rounds, steps = (QUICK_ROUNDS, QUICK_STEPS) if arguments.quick else (ROUNDS, STEPS)
    listing.provide_data()
    threads = available_cores()
    contenders, failed = measured(there, threads, rounds, steps)
    recorded.write(
        arguments,
        WRITES[0],
        {
            "what": WHAT,
            "machine": provenance.machine(),
            "threads": threads,
            "rounds": rounds,
            "steps": steps,
            "contenders": contenders,
            "failed": failed,
        },
    )


def measured(
    there: Sequence[Environment], threads: int, rounds: int, steps: int
) -> tuple[dict[str, Any], dict[str, str]]:
    """What was measured of each contender; and who failed, and why.

    Raises:
      BenchError: `legacy-cnn train` failed.
    """
    versions = {}
    with tempfile.TemporaryDirectory() as directory, Rounds({BASELINE}, _tell) as turns:
        for name, worker in _workers(there, threads, Path(directory)):
            _tell(f"starting: {worker.name}")
            first = turns.start(name, worker, WARM_UP)
            versions[name] = first.get("versions") or provenance.versions()
        taken = turns.take("training", rounds, turns.names, train=steps)
        for name, reason in turns.failed.items():
            _tell(f"{name} is left out: {reason}")
        return {name: _figures(name, taken, versions[name]) for name in taken}, turns.failed


def _tell(text: str) -> None:
    print(text, file=sys.stderr)


def _workers(
    there: Sequence[Environment], threads: int, directory: Path
) -> Iterator[tuple[str, Worker]]:
    """Starts one contender after another."""
    from legacy_cnn.bench.timings import begin

    for name in HERE:
        yield name, begin(CONTENDERS[name], threads)
    for environment in there:
        script = directory / f"listing-{environment.version}.py"
        script.write_text(listing.source(environment.version, FOREVER))
        yield (
            environment.version,
            Worker(
                f"TensorFlow {environment.version}",
                str(SCRIPT),
                (str(script), str(threads)),
                interpreter=[str(environment.python)],
            ),
        )


def _figures(name: str, taken: Measured, versions: dict[str, str]) -> dict[str, Any]:
    seconds = taken[name]["seconds"]
    return {
        "title": CONTENDERS[name].title if name in HERE else f"listing, TensorFlow {name}",
        "versions": versions,
        **timing(seconds, taken[BASELINE]["seconds"], Settings().batch_size),
        "seconds": seconds,
    }
