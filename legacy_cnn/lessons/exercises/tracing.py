"""Lesson 11: how often a function is traced."""

from collections.abc import Callable
from typing import Any, NamedTuple

from legacy_cnn.lessons.checking import require

FUNCTION = "traces"

Call = tuple[str, Any]


class Case(NamedTuple):
    """Calls of a function, how often they are traced, and why."""

    calls: list[Call]
    traces: int
    reason: str


CASES = (
    Case(
        [("tensor", (128, 10)), ("tensor", (128, 10))],
        1,
        "two tensors of the same shape share a graph",
    ),
    Case(
        [("tensor", (128, 10)), ("tensor", (88, 10)), ("tensor", (128, 10))],
        2,
        "a new shape needs a new graph, and the first graph is used again for its shape",
    ),
    Case(
        [("tensor", (128, 10)), ("tensor", (88, 10)), ("tensor", (64, 10))],
        3,
        "by default, `tf.function` leaves no dimension unknown",
    ),
    Case(
        [("number", 1), ("number", 2), ("number", 1)],
        2,
        "each value of a Python number needs a graph, which is used again for the same value",
    ),
    Case(
        [("tensor", (1, 10)), ("number", 1), ("tensor", (2, 10))],
        3,
        "a tensor and a number share no graph, and neither do these shapes",
    ),
    Case([], 0, "without a call, nothing is traced"),
)


def check(traces: Callable[[list[Call]], Any]) -> str:
    for calls, expected, reason in CASES:
        count = traces(list(calls))
        require(
            isinstance(count, int),
            f"`traces` returned {count!r} for {calls}. Expected an int.",
        )
        again = traces(list(calls))
        require(
            count == again,
            f"`traces` returned {count} for {calls}, and {again} in a second call. Create a new "
            "function in each call; otherwise its graphs already exist.",
        )
        require(
            count == expected,
            f"`traces` returned {count} for {calls}. Expected {expected}: {reason}.",
        )
    return "Correct: one graph for each shape of a tensor, and for each value of a number."
