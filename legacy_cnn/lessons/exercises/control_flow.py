"""A branch of a graph that is decided when it is run."""

import numpy as np
import tensorflow.compat.v1 as tf

from legacy_cnn.lessons.checking import require

ASKED_FOR = "clipped"

#: Means of 1.5 and 4; those of single rows lie on both sides.
SMALL, LARGE = np.array([[[0, 0], [1, 5]], [[1, 2], [5, 8]]], np.float32)
LIMIT = np.float32(3)


def check(clipped):
    with tf.Graph().as_default() as graph:
        x = tf.placeholder(tf.float32, [None, 2])
        limit = tf.placeholder(tf.float32, [])
        try:
            out = clipped(x, limit)
        except Exception as error:
            require(
                "Python `bool`" not in str(error) and "bool" not in type(error).__name__.lower(),
                "Python's `if` was asked about a tensor, which has no value while the graph is "
                "built: `tf.cond` decides when it is run.",
            )
            raise
    require(isinstance(out, tf.Tensor), f"What came back is {out!r}, and should be a tensor.")
    require(out.graph is graph, "The tensor is of another graph than the one that was being built.")
    with tf.Session(graph=graph) as session:
        small, large = (session.run(out, {x: each, limit: LIMIT}) for each in (SMALL, LARGE))
        high = session.run(out, {x: LARGE, limit: np.float32(9)})
    _values(small, large, high)
    return "Right: one graph has both branches, and every run takes its own."


def _values(small, large, high):
    require(
        not np.allclose(large, LARGE),
        "Nothing is divided when the mean is 4 and the limit 3: the branch is the wrong one, or "
        "was decided while the graph was built.",
    )
    require(
        np.allclose(large, LARGE / LARGE.mean()),
        f"With a mean of 4 and a limit of 3 it is {large.tolist()}, and should be "
        f"{(LARGE / LARGE.mean()).tolist()}.",
    )
    require(
        not np.allclose(small, SMALL / SMALL.mean()),
        "It divides always: what is below the limit must come out as it went in.",
    )
    require(
        np.allclose(small, SMALL),
        f"With a mean of 1.5 and a limit of 3 it is {small.tolist()}, and should be unchanged.",
    )
    require(
        np.allclose(high, LARGE),
        "With a limit of 9 a mean of 4 is below it: the limit is a tensor, another at each run.",
    )
