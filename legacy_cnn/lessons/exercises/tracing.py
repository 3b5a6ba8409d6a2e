"""How often a function is traced."""

from legacy_cnn.lessons.checking import require

ASKED_FOR = "traces"

#: Calls, how often they are traced, and what is wrong with whoever says something else.
CASES: tuple[tuple[list, int, str], ...] = (
    (
        [("tensor", (128, 10)), ("tensor", (128, 10))],
        1,
        "two tensors of one shape share a graph",
    ),
    (
        [("tensor", (128, 10)), ("tensor", (88, 10)), ("tensor", (128, 10))],
        2,
        "another shape needs another graph, and the first is kept for when its shape comes again",
    ),
    (
        [("tensor", (128, 10)), ("tensor", (88, 10)), ("tensor", (64, 10))],
        3,
        "by itself `tf.function` leaves no dimension open",
    ),
    (
        [("number", 1), ("number", 2), ("number", 1)],
        2,
        "each value of a Python number needs a graph, and the same value none again",
    ),
    (
        [("tensor", (1, 10)), ("number", 1), ("tensor", (2, 10))],
        3,
        "nothing is shared between a tensor and a number, nor between these shapes",
    ),
    ([], 0, "without a call nothing is traced"),
)


def check(traces):
    for calls, expected, why in CASES:
        found = traces(list(calls))
        require(
            isinstance(found, int),
            f"What came back for {calls} is {found!r}, and should be an int.",
        )
        again = traces(list(calls))
        require(
            found == again,
            f"A second time {calls} gives {again}, not {found}: the function must be a fresh one "
            "each time, or it has its graphs already.",
        )
        require(
            found == expected,
            f"For {calls} it says {found}, and it is traced {expected} times: {why}.",
        )
    return "Right: one graph for each shape of a tensor, and for each value of a number."
