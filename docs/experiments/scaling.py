"""How the cost of a step grows with the workers of a cluster, measured part by part.

Four processes on two cores do not run at the same time, so nothing is read off them directly.
Each part of a step is timed by itself, and whole steps of real clusters check the model that is
made of the parts (`support/scaling_model.py`). In every round, each measurement has processes of
its own, one after another in a new order.
"""

import argparse
import math
import os
import random
import statistics
import sys
from collections.abc import Sequence
from typing import Any

from experiments.support import apart, recorded
from legacy_cnn import provenance, vocabulary
from legacy_cnn.settings import Settings
from legacy_cnn.threads import available_cores

HELP = "measure the parts of a cluster's step, and whole steps with 1 to 4 workers"
WRITES = ("scaling.json",)
TAKES = "ten minutes on an idle machine, on Linux"

WHAT = (
    "Seconds: median and quartiles over the rounds, of the median of a round. Processor times "
    "(cpu; ps_cpu at the parameter server) are the mean of all. [of] is what a part depends on: "
    "rows, images, or workers. Crossing is in bytes, from the parameter server and to it."
)
WORKERS, SERVERS, BATCHES = (1, 2, 3, 4), (1, 2, 4, 8), (128, 512, 2048)
ROWS = (128, 64, 43, 32, 16, 8, 4, 2)
ROUNDS, REPEATS, STEPS = 5, 15, 25

Rows = list[dict[str, Any]]


def add_options(parser: argparse.ArgumentParser) -> None:
    recorded.add_quick(parser)


def run(arguments: argparse.Namespace) -> None:
    quick = bool(arguments.quick)
    workers = WORKERS[:2] if quick else WORKERS
    rounds, sizes = (1, (2, 3)) if quick else (ROUNDS, (REPEATS, STEPS))
    facts = _facts()
    found = [one for number in range(rounds) for one in _round(number, workers, *sizes)]
    crossing = {one["of"]: one["crossing"] for one in found if "crossing" in one}
    record = {
        "what": WHAT,
        **facts,
        "rounds": rounds,
        "crossing": [{"workers": number, **crossing[number]} for number in workers],
        "parts": summarised([part for one in found for part in one["parts"]]),
    }
    recorded.write(arguments, "scaling.json", record)


def _facts() -> dict[str, Any]:
    """What is known without a measurement, and how busy the machine was just before."""
    return {
        "versions": provenance.versions(),
        "machine": {**provenance.machine(), "cores": available_cores()},
        "load": round(os.getloadavg()[0], 2),
        "batch": Settings().batch_size,
        "bytes": {name: 4 * math.prod(one.shape) for name, one in vocabulary.PARAMETERS.items()},
        **apart.call(placed, numbers=SERVERS),
    }


def _round(number: int, workers: Sequence[int], repeats: int, steps: int) -> Rows:
    """What one process each has measured: the parts, and what crosses the network."""
    calls: list[tuple[Any, dict[str, Any]]] = [
        (alone, {"repeats": repeats, "one_thread": one}) for one in (False, True)
    ]
    calls += [(together, {"workers": one, "repeats": repeats, "steps": steps}) for one in workers]
    random.Random(number).shuffle(calls)
    found = []
    for function, arguments in calls:
        print(f"round {number}: {function.__name__} {arguments}", file=sys.stderr)
        found.append(apart.call(function, **arguments))
    return found


def alone(repeats: int, one_thread: bool) -> dict[str, Any]:
    """What a machine needs without a cluster; the first session of a process sets its threads."""
    from experiments.support import scaling_alone

    if one_thread:
        return {"parts": scaling_alone.steps(", 1 thread", ROWS, repeats, 1)}
    batches = scaling_alone.batches(BATCHES, repeats)
    return {"parts": [*batches, *scaling_alone.steps("", ROWS, repeats, available_cores())]}


def together(workers: int, repeats: int, steps: int) -> dict[str, Any]:
    """What a cluster needs."""
    from experiments.support import scaling_together

    return scaling_together.measured(workers, repeats, steps)


def placed(numbers: list[int]) -> dict[str, Any]:
    """Bytes that each parameter server has, of so many; and seconds between two looks."""
    from experiments.support import scaling_together
    from legacy_cnn.cluster.board import INTERVAL

    servers = [scaling_together.placed(number) for number in numbers]
    return {"servers": servers, "interval": INTERVAL}


def summarised(parts: Rows) -> Rows:
    """The figures of each part over the rounds."""
    groups: dict[tuple[str, int], Rows] = {}
    for one in parts:
        groups.setdefault((one["part"], one["of"]), []).append(one)
    return [{"part": part, "of": of, **_summary(groups[part, of])} for part, of in sorted(groups)]


def _summary(rows: Rows) -> dict[str, float]:
    import numpy as np

    low, median, high = np.quantile([one["seconds"] for one in rows], [0.25, 0.5, 0.75])
    others = [name for name in rows[0] if name not in ("part", "of", "seconds")]
    means = {name: statistics.mean(one[name] for one in rows) for name in others}
    figures = {"median": median, "low": low, "high": high, **means}
    return {name: float(f"{value:.4g}") for name, value in figures.items()}
