"""What each dialect costs: it takes turns with the graph, each in its own process.

Why two at a time: a process with TensorFlow takes half a gigabyte.
"""

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
    reference, *others = programs.IMPLEMENTATIONS
    results: dict[str, DialectResult] = {}
    with Rounds(programs.IMPLEMENTATIONS, watch) as rounds:
        first = _started(reference, settings, rounds, watch)
        taken: Seconds = ()
        for name in others:
            begun = _started(name, settings, rounds, watch)
            pair = (reference, name)
            measured = rounds.take(f"{name}: steps", settings.rounds, pair, train=settings.steps)
            own, others_own = (measured[each]["seconds"] for each in pair)
            times = step_times(others_own, own, settings.batch_size)
            results[name] = _result(name, rounds, watch, begun, times)
            rounds.end(name)
            taken = (*taken, *own)
        times = step_times(taken, taken, settings.batch_size)
        return {reference: _result(reference, rounds, watch, first, times), **results}


def _started(
    name: str, settings: CompareSettings, rounds: Rounds, watch: Callable[[str], object]
) -> dict[str, Any]:
    """Starts a dialect and returns its first reply."""
    watch(f"starting: {name}")
    return rounds.start(name, _worker(name, settings), WARM_UP)


def _result(
    name: str,
    rounds: Rounds,
    watch: Callable[[str], object],
    begun: dict[str, Any],
    times: dict[str, Any],
) -> DialectResult:
    """Inspects a dialect, and puts together what was measured."""
    watch(f"inspecting: {name}")
    title = programs.IMPLEMENTATIONS[name].title
    return DialectResult(title=title, **begun, **times, **_inspected(rounds.ask(name, inspect=1)))


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
