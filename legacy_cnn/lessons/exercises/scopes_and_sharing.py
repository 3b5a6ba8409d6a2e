"""Lesson 17: a network that has the same variables in every call."""

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow.compat.v1 as tf

from legacy_cnn.lessons.checking import require

FUNCTION = "shared"

Network = Callable[[tf.Tensor], tf.Tensor]

#: Two inputs, and the outputs for them with weights of 2 and a bias of 1.
INPUTS = np.array([[[1, 2, 3]], [[0, 0, 1]]], np.float32)
OUTPUTS = np.array([[[13.0, 13.0]], [[3.0, 3.0]]])


def _network(x: tf.Tensor) -> tf.Tensor:
    W = tf.get_variable("W", [3, 2], initializer=tf.constant_initializer(2.0))
    b = tf.get_variable("b", [2], initializer=tf.ones_initializer())
    return tf.matmul(x, W) + b


def check(shared: Callable[[Network, str], Any]) -> str:
    with tf.Graph().as_default() as graph:
        x, other = (tf.placeholder(tf.float32, [None, 3]) for _ in range(2))
        first = shared(_network, "first")
        require(callable(first), f"`shared` returned {first!r}. Expected a function.")
        outputs = _called_twice(first, x, other)
        _check_names(["first/W", "first/b"], "after two calls", "first")
        with tf.variable_scope("other"):
            outputs.append((first(x), 0))
        _check_names(["first/W", "first/b"], "after a call inside the scope `other`", "other/first")
        outputs.append((shared(_network, "second")(other), 1))
        everything = ["first/W", "first/b", "second/W", "second/b"]
        _check_names(everything, "after a second function was made", "second")
        init = tf.global_variables_initializer()
    with tf.Session(graph=graph) as session:
        session.run(init)
        for output, number in outputs:
            require(isinstance(output, tf.Tensor), f"The function returned {output!r}, no tensor.")
            value = session.run(output, {x: INPUTS[0], other: INPUTS[1]})
            require(
                np.array_equal(value, OUTPUTS[number]),
                f"For {INPUTS[number].tolist()}, the function returned {value.tolist()}. Expected "
                f"{OUTPUTS[number].tolist()}, as `network` does.",
            )
    return "Correct: the scope was made once, and is opened again in every call."


def _called_twice(first: Network, x: tf.Tensor, other: tf.Tensor) -> list[tuple[Any, int]]:
    try:
        return [(first(x), 0), (first(other), 1)]
    except ValueError as error:
        require(
            "already exists" not in str(error),
            "The second call makes the variables again. Open the scope with `reuse`.",
        )
        require(
            "does not exist" not in str(error),
            "The first call finds no variables: with `reuse=True` they must be there already.",
        )
        raise


def _check_names(expected: list[str], when: str, unwanted: str) -> None:
    names = sorted(variable.op.name for variable in tf.global_variables())
    require(
        names == expected,
        f"{when.capitalize()}, the variables are {', '.join(names)}. Expected "
        f"{', '.join(expected)}.{_hint(names, unwanted)}",
    )


def _hint(names: list[str], unwanted: str) -> str:
    if "W" in names:
        return " A name scope does not change the names that `get_variable` gives."
    if unwanted == "other/first" and f"{unwanted}/W" in names:
        return (
            " A scope that is opened by its name is another one inside another scope. Keep the "
            "scope itself (`with tf.variable_scope(...) as scope`), and open that."
        )
    return ""
