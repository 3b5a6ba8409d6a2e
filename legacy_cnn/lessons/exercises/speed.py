"""The time of a step, measured so that it says something."""

import time
from unittest import mock

from legacy_cnn.lessons.checking import require

ASKED_FOR = "typical"

#: Seconds of the steps of a program: the first one traces; another one was disturbed.
STEPS = (0.9, 0.02, 0.04, 0.5, 0.02, 0.03, 0.04)
WARM_UP, COUNT, RIGHT = 1, 6, 0.035

#: What typical mistakes make of these steps -> what is said of them.
MISTAKES = (
    (sum(STEPS) / len(STEPS), "It is the mean of all steps, tracing and disturbances included."),
    (sum(STEPS[1:]) / COUNT, "It is a mean: one disturbed step of half a second spoils it."),
    (
        sorted(STEPS)[3],
        "It is the median with the step that traced, or the upper of the two middle ones: of an "
        "even count the median is their mean.",
    ),
    (min(STEPS), "It is the least: how fast a step can be, not how fast one typically is."),
    (sum(STEPS[1:]), "It is the time of all six steps, not of one."),
    (0.9, "It is the time of the first step, which traces."),
)


class _Clock:
    """Time goes by only in steps."""

    def __init__(self):
        self.now, self.steps = 1000.0, 0

    def step(self):
        self.now += STEPS[self.steps % len(STEPS)]
        self.steps += 1

    def read(self):
        return self.now


def check(typical):
    clock = _Clock()
    with mock.patch.object(time, "perf_counter", clock.read):
        found = typical(clock.step, COUNT)
    require(clock.steps, "`step` was not called.")
    require(isinstance(found, float), f"What came back is {found!r}, and should be seconds.")
    require(
        found > 0.001,
        "It is nothing: either the clock was not `time.perf_counter`, called by that name before "
        "and after the step, or it was read twice before it.",
    )
    for value, said in MISTAKES:
        require(abs(found - value) > 1e-9, f"{said} It came to {found:.4f} s.")
    expected = WARM_UP + COUNT
    require(
        clock.steps == expected,
        f"`step` was called {clock.steps} times; 1 and then {COUNT} that are timed make "
        f"{expected}.",
    )
    require(abs(found - RIGHT) < 1e-9, f"It is {found:.4f} s, and should be {RIGHT} s.")
    return (
        "Right: the first step, which traces, is not counted, and the median is deaf to the one "
        "that was disturbed. The mean would have been three times as much."
    )
