"""What each dialect costs: built, traced, and stepping in turns, each in its own process."""

import contextlib
import dataclasses
import json

import numpy as np

from legacy_cnn.processes.worker import Worker
from legacy_cnn.settings import IMPLEMENTATIONS

MODULE = "legacy_cnn.comparison.worker"

#: Steps before those that are timed: memory is taken, and kernels are chosen, in the first ones.
WARM_UP = 3


def measure(settings, watch):
    """
    Args:
      settings: `CompareSettings`.
      watch: called with a text about what is going on.

    Returns:
      Dict from each of `settings.IMPLEMENTATIONS` to a dict:
        build, first_step: seconds, of everything before the first step, and of that.
        step: median of the later steps' seconds.
        least, most: of the medians of the rounds.
        times: how many times the graph's step it takes, median over rounds.
        memory, memory_of_imports: peaks, in bytes.
        trace, operations, handed_over, prints: see `dialects.looked_at`.

    Raises:
      BenchError: one of them has failed.
    """
    with contextlib.ExitStack() as stack:
        processes, found = {}, {}
        for name in IMPLEMENTATIONS:
            watch(f"starting: {name}")
            arguments = name, json.dumps(dataclasses.asdict(settings), default=str)
            processes[name] = stack.enter_context(Worker(name, MODULE, arguments))
            found[name] = processes[name].reply()
            processes[name].ask(train=WARM_UP)
        seconds = _in_turns(processes, settings, watch)
        for name, process in processes.items():
            watch(f"looking into: {name}")
            found[name] |= summary(seconds[name], seconds["graph"]) | process.ask(look=1)
    return found


def _in_turns(processes, settings, watch):
    """Dict from each dialect to the seconds of its steps, an array for each round."""
    seconds: dict = {name: [] for name in processes}
    for number in range(settings.rounds):
        watch(f"steps: round {number + 1} of {settings.rounds}")
        for name, process in processes.items():
            seconds[name].append(process.ask(train=settings.steps)["seconds"])
    return seconds


def summary(rounds, graph):
    medians, others = np.median(rounds, axis=1), np.median(graph, axis=1)
    return {
        "step": float(np.median(rounds)),
        "least": float(medians.min()),
        "most": float(medians.max()),
        "times": float(np.median(medians / others)),
    }
