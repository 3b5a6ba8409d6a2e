"""Lesson 20: what a network has, asked of its graph."""

from collections.abc import Callable
from typing import Any, NamedTuple

import tensorflow.compat.v1 as tf

from legacy_cnn import mistakes, tutorial
from legacy_cnn.lessons.checking import require

FUNCTION = "facts"

Network = Callable[[tf.Tensor, tf.Tensor], tf.Tensor]


def _normalized(x: tf.Tensor, keep_prob: tf.Tensor) -> tf.Tensor:
    """One layer with a softmax that is written out, and a constant that is not trained."""
    mean = tf.Variable(tf.zeros([784]), trainable=False)
    W, b = tf.Variable(tf.zeros([784, 10])), tf.Variable(tf.zeros([10]))
    powers = tf.exp(tf.matmul((x - mean) * keep_prob, W) + b)
    return powers / tf.reduce_sum(powers, 1, keepdims=True)


def _sums_to_one(x: tf.Tensor, keep_prob: tf.Tensor) -> tf.Tensor:
    """Rows whose sum is 1, and whose elements are no probabilities."""
    W = tf.Variable(tf.random_normal([784, 10]))
    logits = tf.matmul(x * keep_prob, W)
    return logits + (1 - tf.reduce_sum(logits, 1, keepdims=True)) / 10


def _sigmoids(x: tf.Tensor, keep_prob: tf.Tensor) -> tf.Tensor:
    """Elements between 0 and 1 whose sum is not 1, computed of a softmax."""
    W = tf.Variable(tf.random_normal([784, 10], stddev=0.1))
    return tf.nn.sigmoid(tf.matmul(tf.nn.softmax(x) * keep_prob, W))


class Case(NamedTuple):
    """A network, and what is so of it."""

    title: str
    network: Network
    parameters: int
    rows: int
    softmax: bool


CASES = (
    Case("the tutorial's network", tutorial.convolutional_neural_network, 3_274_634, 1, False),
    Case("`mistakes.late_pooling`", mistakes.late_pooling, 3_274_634, 4, False),
    Case("a layer with a softmax, and a constant", _normalized, 7_850, 1, True),
    Case("a layer whose rows have the sum 1", _sums_to_one, 7_840, 1, False),
    Case("a layer of sigmoids", _sigmoids, 7_840, 1, False),
)


def check(facts: Callable[[Network], Any]) -> str:
    for case in CASES:
        answer = facts(case.network)
        require(
            isinstance(answer, dict) and set(answer) >= {"parameters", "rows", "softmax"},
            f"`facts` returned {answer!r}. Expected a dictionary with `parameters`, `rows` and "
            "`softmax`.",
        )
        for name in ("parameters", "rows", "softmax"):
            found, expected = answer[name], getattr(case, name)
            require(
                found == expected,
                f'For {case.title}, "{name}" is {found}. Expected {expected}.'
                f"{_hint(name, found, case)}",
            )
    return "Correct: three questions that a graph answers, and a text may get wrong."


def _hint(name: str, found: Any, case: Case) -> str:
    """The likely mistake, if there is one."""
    if name == "parameters" and found < 100:
        return " That is how many variables there are. Count their elements."
    if name == "parameters" and found > 2 * case.parameters:
        return " Adam's own variables are not parameters: `tf.trainable_variables()` has none."
    if name == "parameters" and found == case.parameters + 784:
        return " One of its variables is not trained."
    if name == "rows" and found == 2 * case.rows:
        return " Divide by the number of images."
    if name == "softmax" and not case.softmax:
        return " Probabilities are not negative, and the sum of each row is 1."
    return ""
