"""`tensorflow.examples.tutorials.mnist.mnist`: the network of the mechanics tutorial."""

import math
from collections.abc import Callable
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.compat.rows import Table

TABLE = Table("tensorflow.examples.tutorials.mnist.mnist")

NUM_CLASSES = 10
IMAGE_SIZE = 28
IMAGE_PIXELS = IMAGE_SIZE * IMAGE_SIZE

TABLE.value("NUM_CLASSES", NUM_CLASSES)
TABLE.value("IMAGE_SIZE", IMAGE_SIZE)
TABLE.value("IMAGE_PIXELS", IMAGE_PIXELS)
TABLE.value("math", math)
TABLE.names({"tf": "=tensorflow"})


@TABLE.serves()
def inference(images: Any, hidden1_units: int, hidden2_units: int) -> tf.Tensor:
    """The network up to its logits.

    Args:
      images: float32 `(batch, 784)`.
      hidden1_units: the width of the layer `hidden1`.
      hidden2_units: the width of the layer `hidden2`.

    Returns:
      float32 `(batch, 10)`.
    """
    hidden1 = _layer("hidden1", images, IMAGE_PIXELS, hidden1_units, tf.nn.relu)
    hidden2 = _layer("hidden2", hidden1, hidden1_units, hidden2_units, tf.nn.relu)
    return _layer("softmax_linear", hidden2, hidden2_units, NUM_CLASSES, lambda logits: logits)


def _layer(
    name: str, inputs: Any, width: int, units: int, activation: Callable[[tf.Tensor], tf.Tensor]
) -> tf.Tensor:
    """`activation(inputs @ weights + biases)`, in a name scope; `inputs` are `width` wide."""
    with tf.name_scope(name):
        start = tf.truncated_normal([width, units], stddev=1.0 / math.sqrt(float(width)))
        weights = tf.Variable(start, name="weights")
        biases = tf.Variable(tf.zeros([units]), name="biases")
        return activation(tf.matmul(inputs, weights) + biases)


@TABLE.serves()
def loss(logits: Any, labels: Any) -> tf.Tensor:
    """The mean cross-entropy.

    Args:
      logits: float32 `(batch, 10)`.
      labels: integers `(batch,)`.
    """
    each = tf.nn.sparse_softmax_cross_entropy_with_logits(
        labels=tf.to_int64(labels), logits=logits, name="xentropy"
    )
    return tf.reduce_mean(each, name="xentropy_mean")


@TABLE.serves()
def training(loss: tf.Tensor, learning_rate: float) -> tf.Operation:
    """The operation that trains: gradient descent, with a summary of the loss and a global step."""
    tf.summary.scalar("loss", loss)
    optimizer = tf.train.GradientDescentOptimizer(learning_rate)
    global_step = tf.Variable(0, name="global_step", trainable=False)
    return optimizer.minimize(loss, global_step=global_step)


@TABLE.serves()
def evaluation(logits: Any, labels: Any) -> tf.Tensor:
    """How many of a batch are classified correctly, an int32."""
    correct = tf.nn.in_top_k(logits, labels, 1)
    return tf.reduce_sum(tf.cast(correct, tf.int32))
