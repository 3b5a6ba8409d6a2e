"""Variants that TensorFlow refuses: what it says, and when."""

import textwrap

import numpy as np
import tensorflow.compat.v1 as tf

from legacy_cnn import mistakes, tutorial

#: Variant -> what `tutorial.build_graph` is given.
REFUSED = {
    "upgraded-loss": {"loss": mistakes.upgraded_loss},
    "positional-loss": {"loss": mistakes.positional_loss},
    "late-pooling": {"network": mistakes.late_pooling},
}

#: Any batch will do; what is refused is its shape.
BATCH = 8

#: Characters of a message that are kept; TensorFlow lists every variable in some.
MOST = 110


def refusal(variant):
    """What TensorFlow says to a variant.

    Args:
      variant: one of `REFUSED`.

    Returns:
      Dict of "when" it stops ("built" or "run"), the "error"'s type and what is "said"; None if
      it does not stop.
    """
    when = "built"
    try:
        with tf.Graph().as_default() as graph:
            ends = tutorial.build_graph(**REFUSED[variant])
        when = "run"
        _step(graph, ends)
    except (ValueError, tf.errors.InvalidArgumentError) as error:
        return {"when": when, "error": type(error).__name__, "said": _reason(error)}
    return None


def _step(graph, ends):
    images, labels = np.zeros((BATCH, 784)), np.eye(BATCH, tutorial.n_classes)
    with tf.Session(graph=graph) as session:
        session.run(ends.init)
        feed = {ends.x: images, ends.y: labels, ends.keep_prob: tutorial.keep_rate}
        session.run([ends.optimizer, ends.cost], feed)


def _reason(error):
    """The last line that is no detail of the one above it, as long as it is not too long."""
    said = error.message if isinstance(error, tf.errors.OpError) else str(error)
    before, *_ = said.split("\n\nOriginal stack trace")
    *_, last = (line for line in before.splitlines() if line[:1].strip())
    return textwrap.shorten(last, MOST, placeholder=" ...")
