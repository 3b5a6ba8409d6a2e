"""What each dialect costs: the dialects take turns, each in its own process."""

import contextlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from legacy_cnn import programs
from legacy_cnn.processes.worker import Worker
from legacy_cnn.results import DialectResult, jsonvalues
from legacy_cnn.settings import CompareSettings

MODULE = "legacy_cnn.comparison.worker"

#: Steps before those that are timed: the first ones allocate memory and choose kernels.
WARM_UP = 3

#: Seconds of each step, a list for each round.
Rounds = Sequence[Sequence[float]]


def measure(settings: CompareSettings, watch: Callable[[str], object]) -> dict[str, DialectResult]:
    """Builds, steps and inspects each of `programs.IMPLEMENTATIONS`.

    Args:
      settings: those of the comparison.
      watch: called with a text about the progress.

    Raises:
      BenchError: a dialect has failed.
    """
    with contextlib.ExitStack() as stack:
        workers, first_steps = {}, {}
        for name in programs.IMPLEMENTATIONS:
            watch(f"starting: {name}")
            workers[name] = stack.enter_context(_worker(name, settings))
            first_steps[name] = workers[name].reply()
            workers[name].ask(train=WARM_UP)
        seconds = _rounds(workers, settings, watch)
        reference = next(iter(seconds.values()))
        results = {}
        for name, worker in workers.items():
            watch(f"inspecting: {name}")
            results[name] = DialectResult(
                title=programs.IMPLEMENTATIONS[name].title,
                **first_steps[name],
                **step_times(seconds[name], reference, settings.batch_size),
                **_inspected(worker),
            )
    return results


def _worker(name: str, settings: CompareSettings) -> Worker:
    return Worker(name, MODULE, (name, json.dumps(jsonvalues.to_json(settings))))


def _rounds(
    workers: Mapping[str, Worker], settings: CompareSettings, watch: Callable[[str], object]
) -> dict[str, list[list[float]]]:
    """Dict from each dialect to the seconds of its steps, a list for each round."""
    seconds: dict[str, list[list[float]]] = {name: [] for name in workers}
    for number in range(settings.rounds):
        watch(f"steps: round {number + 1} of {settings.rounds}")
        for name, worker in workers.items():
            seconds[name].append(worker.ask(train=settings.steps)["seconds"])
    return seconds


def _inspected(worker: Worker) -> dict[str, Any]:
    """What `dialects.Dialect.inspect` returns, and the peak memory before it."""
    reply = worker.ask(inspect=1)
    prints = {moment: tuple(lines) for moment, lines in reply.pop("prints").items()}
    return {**reply, "prints": prints}


def step_times(rounds: Rounds, reference: Rounds, images: int) -> dict[str, Any]:
    """The times of a dialect's steps, as `DialectResult` names them.

    Args:
      rounds: seconds of each step, a list for each round.
      reference: the same of the dialect that all are compared with.
      images: number of images in a step.
    """
    medians, references = np.median(rounds, axis=1), np.median(reference, axis=1)
    step = float(np.median(rounds))
    return {
        "step": step,
        "least": float(medians.min()),
        "most": float(medians.max()),
        "times": float(np.median(medians / references)),
        "rate": images / step,
    }
