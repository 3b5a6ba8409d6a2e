"""Lesson 10: a branch that the graph selects in every run."""

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow.compat.v1 as tf
from numpy.typing import NDArray

from legacy_cnn.lessons.checking import require

FUNCTION = "clipped"

#: Arrays with means of 1.5 and 4, on both sides of the limit. Single rows have means on both sides.
SMALL, LARGE = np.array([[[0, 0], [1, 5]], [[1, 2], [5, 8]]], np.float32)
LIMIT = np.float32(3)


def check(clipped: Callable[[tf.Tensor, tf.Tensor], Any]) -> str:
    with tf.Graph().as_default() as graph:
        x = tf.placeholder(tf.float32, [None, 2])
        limit = tf.placeholder(tf.float32, [])
        out = _built(clipped, x, limit)
    require(isinstance(out, tf.Tensor), f"`clipped` returned {out!r}. Expected a tensor.")
    require(out.graph is graph, "The tensor belongs to another graph. Build it in the given one.")
    with tf.Session(graph=graph) as session:
        small, large = (session.run(out, {x: value, limit: LIMIT}) for value in (SMALL, LARGE))
        high = session.run(out, {x: LARGE, limit: np.float32(9)})
    _check_values(small, large, high)
    return "Correct: the graph contains both branches, and every run selects one of them."


def _built(clipped: Callable[[tf.Tensor, tf.Tensor], Any], x: tf.Tensor, limit: tf.Tensor) -> Any:
    try:
        return clipped(x, limit)
    except Exception as error:
        require(
            "Python `bool`" not in str(error) and "bool" not in type(error).__name__.lower(),
            "Python's `if` got a tensor, which has no value while the graph is built. `tf.cond` "
            "selects the branch at run time.",
        )
        raise


def _check_values(
    small: NDArray[np.float32], large: NDArray[np.float32], high: NDArray[np.float32]
) -> None:
    require(
        not np.allclose(large, LARGE),
        "For a mean of 4 and a limit of 3, nothing is divided. Either the branches are swapped, "
        "or the branch is selected while the graph is built.",
    )
    require(
        np.allclose(large, LARGE / LARGE.mean()),
        f"For a mean of 4 and a limit of 3, the value is {large.tolist()}. Expected "
        f"{(LARGE / LARGE.mean()).tolist()}.",
    )
    require(
        not np.allclose(small, SMALL / SMALL.mean()),
        "The array is always divided. If its mean is not above the limit, return it unchanged.",
    )
    require(
        np.allclose(small, SMALL),
        f"For a mean of 1.5 and a limit of 3, the value is {small.tolist()}. Expected the array "
        "unchanged.",
    )
    require(
        np.allclose(high, LARGE),
        "For a mean of 4 and a limit of 9, the array is divided. The limit is a tensor, and may "
        "have another value in each run.",
    )
