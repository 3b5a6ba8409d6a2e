"""Variants that TensorFlow refuses: the error, and when it is raised."""

import textwrap
from typing import Any, Literal

import numpy as np
import tensorflow.compat.v1 as tf

from legacy_cnn import mistakes, tutorial
from legacy_cnn.results.study import Refusal

#: Variant -> the arguments of `tutorial.build_graph`.
REFUSED: dict[str, dict[str, Any]] = {
    "upgraded-loss": {"loss": mistakes.upgraded_loss},
    "positional-loss": {"loss": mistakes.positional_loss},
    "late-pooling": {"network": mistakes.late_pooling},
}

#: Images in the batch; TensorFlow refuses its shape, whatever it holds.
BATCH = 8

#: Characters of a recorded message; TensorFlow lists every variable in some.
MOST = 110


def refusal(variant: str) -> Refusal | None:
    """Runs one step of a variant that TensorFlow is expected to refuse.

    Args:
      variant: one of `REFUSED`.

    Returns:
      The error; None if there is none.
    """
    when: Literal["built", "run"] = "built"
    try:
        with tf.Graph().as_default() as graph:
            ends = tutorial.build_graph(**REFUSED[variant])
        when = "run"
        _step(graph, ends)
    except (ValueError, tf.errors.InvalidArgumentError) as error:
        return Refusal(when, type(error).__name__, _reason(error))
    return None


def _step(graph: tf.Graph, ends: tutorial.TutorialGraph) -> None:
    images, labels = np.zeros((BATCH, 784)), np.eye(BATCH, tutorial.n_classes)
    with tf.Session(graph=graph) as session:
        session.run(ends.init)
        feed = {ends.x: images, ends.y: labels, ends.keep_prob: tutorial.keep_rate}
        session.run([ends.optimizer, ends.cost], feed)


def _reason(error: ValueError | tf.errors.OpError) -> str:
    """The last line of a message that is not a detail of the line above it, shortened."""
    message = error.message if isinstance(error, tf.errors.OpError) else str(error)
    before, *_ = message.split("\n\nOriginal stack trace")
    *_, last = (line for line in before.splitlines() if line[:1].strip())
    return textwrap.shorten(last, MOST, placeholder=" ...")
