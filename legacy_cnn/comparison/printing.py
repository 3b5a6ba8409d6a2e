"""What `print` and `tf.print` say in each dialect, and when.

All four compute their loss through one function, which prints its mean twice, and begin with the
same weights; nothing is dropped, so that those that print a value print the same.
"""

import sys

import keras
import numpy as np
import tensorflow as tf

from legacy_cnn import tutorial
from legacy_cnn.ports import eager
from legacy_cnn.ports import keras as port
from legacy_cnn.streams import printed

#: Steps that are taken.
STEPS = 2


def watched(losses):
    """Prints the mean of the losses of a batch, in both ways, and returns the losses."""
    mean = tf.reduce_mean(losses)
    print("print:", mean)
    tf.print("tf.print:", mean, output_stream=sys.stdout)
    return losses


def lines(dialect, weights, images, labels):
    """
    Args:
      dialect: one of `settings.IMPLEMENTATIONS`.
      weights: to begin with, a dict by the vocabulary.
      images: float32 `(N, 784)` in 0.0-1.0.
      labels: one-hot `(N, 10)`.

    Returns:
      Dict from "built", "step 1" and so on to the lines that were printed then, a list of texts.
    """
    made = []
    found = {"built": printed(lambda: made.append(_PROGRAMS[dialect](weights)))}
    (step,) = made
    for number in range(STEPS):
        found[f"step {number + 1}"] = printed(lambda: step(images, np.float32(labels)))
    return {when: said.splitlines() for when, said in found.items()}


def _graph(weights):
    with tf.Graph().as_default() as graph:
        ends = tutorial.build_graph(loss=lambda p, y: watched(tutorial.cross_entropy(p, y)))
        draws = [each.initial_value for each in tf.compat.v1.trainable_variables()]
    session = tf.compat.v1.Session(graph=graph)
    session.run(ends.init, dict(zip(draws, weights.values(), strict=True)))

    def step(images, labels):
        feed = {ends.x: images, ends.y: labels, ends.keep_prob: 1.0}
        session.run([ends.optimizer, ends.cost], feed)

    return step


class _Watched(eager.Program):
    def cost(self, prediction, y):
        return tf.reduce_mean(watched(eager.cross_entropy(prediction, y)))


def _eager(weights, function=False):
    program = _Watched(function=function)
    for variable, value in zip(program.variables, weights.values(), strict=True):
        variable.assign(value)
    keep_prob = tf.constant(1.0)
    return lambda images, labels: program.step(tf.constant(images), tf.constant(labels), keep_prob)


def _keras(weights):
    def loss(y, prediction):
        return watched(keras.losses.categorical_crossentropy(y, prediction, from_logits=True))

    model = port.build_model(keep_prob=1.0)
    model.compile(model.optimizer, loss)
    for name, variable in port.parameters(model).items():
        variable.assign(weights[name])
    return model.train_on_batch


_PROGRAMS = {
    "graph": _graph,
    "eager": _eager,
    "function": lambda weights: _eager(weights, function=True),
    "keras": _keras,
}
