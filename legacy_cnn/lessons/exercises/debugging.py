"""Lesson 19: the first operation that computes a NaN or an infinity."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import tensorflow.compat.v1 as tf

from legacy_cnn.lessons.checking import require
from legacy_cnn.lessons.watching import sessions

FUNCTION = "first_bad"


class Case(NamedTuple):
    """What a graph computes of x, the operation that an answer must name, and why."""

    build: Callable[[tf.Tensor], tf.Tensor]
    expected: str | None
    reason: str


def _logarithm(x: tf.Tensor) -> tf.Tensor:
    logarithm = tf.log(tf.nn.relu(x), name="logarithm")
    return tf.reduce_sum(logarithm * tf.zeros([3]), name="sum")


def _overflow(x: tf.Tensor) -> tf.Tensor:
    return tf.divide(1.0, tf.exp(100 * x, name="large"), name="small")


def _beside(x: tf.Tensor) -> tf.Tensor:
    tf.log(tf.minimum(x, 0.0), name="unused")
    return tf.add(x, 1.0, name="sum")


def _indices(x: tf.Tensor) -> tf.Tensor:
    table = tf.get_variable("table", initializer=tf.constant([1.0, float("inf"), 2.0]))
    chosen = tf.gather(table, tf.cast(x, tf.int32), name="chosen")
    return tf.reduce_mean(chosen[:1], name="mean")


#: What x is fed with.
FED = np.array([0, 1, 2], np.float32)

CASES = (
    Case(_logarithm, "logarithm", "the logarithm of 0 is infinite, and makes the sum NaN"),
    Case(
        _overflow,
        "large",
        "an infinity in the middle is bad, although 1 divided by it is 0, a number",
    ),
    Case(_beside, None, "what is bad there is not needed for the fetch"),
    Case(
        _indices,
        "chosen",
        "the variable holds an infinity, and this operation is the first to read it",
    ),
)


def check(first_bad: Callable[..., Any]) -> str:
    for case in CASES:
        answer = _answer(first_bad, case)
        require(
            answer == case.expected,
            f"`first_bad` returned {answer!r} for a graph whose first bad operation is "
            f"{case.expected!r}: {case.reason}.",
        )
    return "Correct: one run shows every tensor, and the first bad one is the cause."


def _answer(first_bad: Callable[..., Any], case: Case) -> Any:
    with tf.Graph().as_default() as graph:
        x = tf.placeholder(tf.float32, [3])
        tf.sqrt(tf.placeholder(tf.float32), name="unfed")
        fetch = case.build(x)
        init = tf.global_variables_initializer()
    with tf.Session(graph=graph) as session:
        session.run(init)
        with sessions() as calls:
            answer = _called(first_bad, session, fetch, {x: FED})
    require(calls, "No session ran. Fetch the tensors with `session.run`.")
    require(
        len(calls) == 1,
        f"The session ran {len(calls)} times. Fetch all tensors in one run: random numbers are "
        "others in the next.",
    )
    return answer


def _called(first_bad: Callable[..., Any], *arguments: Any) -> Any:
    try:
        return first_bad(*arguments)
    except tf.errors.InvalidArgumentError as error:
        require(
            "must feed" not in error.message,
            "A tensor was fetched that `fetch` does not need, and that depends on a placeholder "
            "without a value. Begin with `fetch.op`, and follow the inputs back.",
        )
        raise
