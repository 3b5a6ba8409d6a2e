"""Lesson 12: the typical time of a step."""

import time
from collections.abc import Callable
from typing import Any
from unittest import mock

from legacy_cnn.lessons.checking import require

FUNCTION = "typical"

#: Seconds of a program's steps. The first one traces; another one is disturbed.
STEPS = (0.9, 0.02, 0.04, 0.5, 0.02, 0.03, 0.04)
WARM_UP, COUNT, EXPECTED = 1, 6, 0.035

#: Results of common mistakes, and what they mean.
MISTAKES = (
    (sum(STEPS) / len(STEPS), "This is the mean of all steps, with tracing and the disturbance."),
    (sum(STEPS[1:]) / COUNT, "This is a mean. One disturbed step of half a second spoils it."),
    (
        sorted(STEPS)[3],
        "This is the median including the step that traces, or the upper of the two middle values. "
        "The median of an even number of values is the mean of the two middle ones.",
    ),
    (min(STEPS), "This is the minimum: how fast a step can be, not how fast it typically is."),
    (sum(STEPS[1:]), "This is the time of all six steps. Return the time of one."),
    (0.9, "This is the time of the first step, which traces."),
)


class _Clock:
    """A clock that advances only during a step."""

    def __init__(self) -> None:
        self.now, self.steps = 1000.0, 0

    def step(self) -> None:
        self.now += STEPS[self.steps % len(STEPS)]
        self.steps += 1

    def read(self) -> float:
        return self.now


def check(typical: Callable[[Callable[[], None], int], Any]) -> str:
    clock = _Clock()
    with mock.patch.object(time, "perf_counter", clock.read):
        seconds = typical(clock.step, COUNT)
    require(clock.steps, "`typical` did not call `step`.")
    require(
        isinstance(seconds, float), f"`typical` returned {seconds!r}. Expected seconds, a float."
    )
    require(
        seconds > 0.001,
        "`typical` returned 0. Call `time.perf_counter()`, by this name, before and after each "
        "step.",
    )
    for value, meaning in MISTAKES:
        require(abs(seconds - value) > 1e-9, f"`typical` returned {seconds:.4f} s. {meaning}")
    expected = WARM_UP + COUNT
    require(
        clock.steps == expected,
        f"`typical` called `step` {clock.steps} times. Expected {expected}: 1 that is not counted, "
        f"then {COUNT} that are timed.",
    )
    require(
        abs(seconds - EXPECTED) < 1e-9,
        f"`typical` returned {seconds:.4f} s. Expected {EXPECTED} s.",
    )
    return (
        "Correct: the first step, which traces, is not counted, and the disturbed step does not "
        "change the median. The mean would be three times as large."
    )
