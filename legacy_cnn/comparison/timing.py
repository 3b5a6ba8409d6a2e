"""What each dialect costs: the dialects take turns, each in its own process."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np

from legacy_cnn import programs
from legacy_cnn.processes.ratios import Seconds, timing
from legacy_cnn.processes.rounds import Rounds
from legacy_cnn.processes.worker import Worker
from legacy_cnn.results import DialectResult, jsonvalues
from legacy_cnn.settings import CompareSettings

MODULE = "legacy_cnn.comparison.worker"

#: Steps before those that are timed: the first ones allocate memory and choose kernels.
WARM_UP = 3


def measure(settings: CompareSettings, watch: Callable[[str], object]) -> dict[str, DialectResult]:
    """Builds, steps and inspects each of `programs.IMPLEMENTATIONS`.

    Args:
      settings: those of the comparison.
      watch: called with a text about the progress.

    Raises:
      BenchError: a dialect has failed.
    """
    implementations = programs.IMPLEMENTATIONS
    with Rounds(implementations, watch) as rounds:
        first_steps = {}
        for name in implementations:
            watch(f"starting: {name}")
            first_steps[name] = rounds.start(name, _worker(name, settings), WARM_UP)
        measured = rounds.take("steps", settings.rounds, rounds.names, train=settings.steps)
        reference = measured[rounds.names[0]]["seconds"]
        results = {}
        for name, replies in measured.items():
            watch(f"inspecting: {name}")
            results[name] = DialectResult(
                title=implementations[name].title,
                **first_steps[name],
                **step_times(replies["seconds"], reference, settings.batch_size),
                **_inspected(rounds.ask(name, inspect=1)),
            )
    return results


def _worker(name: str, settings: CompareSettings) -> Worker:
    return Worker(name, MODULE, (name, json.dumps(jsonvalues.to_json(settings))))


def _inspected(reply: dict[str, Any]) -> dict[str, Any]:
    """What `dialects.Dialect.inspect` returns, and the peak memory before it."""
    prints = {moment: tuple(lines) for moment, lines in reply.pop("prints").items()}
    return {**reply, "prints": prints}


def step_times(rounds: Seconds, reference: Seconds, images: int) -> dict[str, Any]:
    """The times of a dialect's steps, as `DialectResult` names them.

    Args:
      rounds: seconds of each step, a list for each round.
      reference: the same of the dialect that all are compared with.
      images: number of images in a step.
    """
    figures = timing(rounds, reference, images)
    medians = [float(np.median(seconds)) for seconds in rounds]
    return {
        "step": figures["median"],
        "least": min(medians),
        "most": max(medians),
        "times": figures["ratio"],
        "rate": figures["rate"],
    }
