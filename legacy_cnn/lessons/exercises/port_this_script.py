"""Lesson 15: a port by hand of a script with a penalty."""

from collections.abc import Callable
from typing import Any

import keras
import tensorflow.compat.v1 as tf

from legacy_cnn import parity
from legacy_cnn.errors import ParityError
from legacy_cnn.lessons.checking import WrongAnswer, require

FUNCTION = "build"


def script() -> None:
    """The graph of the exercise's script."""
    x = tf.placeholder(tf.float32, [None, 4])
    y = tf.placeholder(tf.float32, [None, 3])
    W1 = tf.Variable(tf.truncated_normal([4, 8], stddev=0.1))
    b1 = tf.Variable(tf.constant(0.1, shape=[8]))
    hidden = tf.nn.relu(tf.matmul(x, W1) + b1)
    W2 = tf.Variable(tf.zeros([8, 3]))
    logits = tf.matmul(hidden, W2)
    loss = tf.nn.softmax_cross_entropy_with_logits_v2(labels=y, logits=logits)
    cost = tf.reduce_mean(loss) + 0.01 * tf.nn.l2_loss(W1)
    tf.train.AdamOptimizer(0.01).minimize(cost)


def check(build: Callable[[], Any]) -> str:
    model = build()
    require(
        isinstance(model, keras.Model) and model.compiled,
        f"`build` returned a {type(model).__name__}. Expected a compiled keras.Model.",
    )
    try:
        report = parity.compare(model, reference=script, steps=2, batch_size=8)
    except ParityError as error:
        raise WrongAnswer(f"The model cannot be compared: {error}") from error
    if report.first:
        rung, finding = report.first
        reason = finding.cause or finding.note or "the values differ"
        raise WrongAnswer(
            f"The programs differ on the rung {rung.name}, in {finding.tensor}: {reason}."
        )
    require(report.same, f"Not compared: {', '.join(report.uncompared)}.")
    return "Correct: the same program, with the penalty and the optimizer of the script."
