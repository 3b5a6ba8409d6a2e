"""A reference that writes out each step of what a port computes in a loop."""

import keras
import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from legacy_cnn import parity
from legacy_cnn.results.report import PASSED, REWRITTEN

pytestmark = pytest.mark.tensorflow

STEPS = 20


def unrolled():
    """h = tanh(z + h / 2), over and over: from one step to the next, h changes by less and less."""
    x = tf.placeholder(tf.float32, [None, 6], name="x")
    y = tf.placeholder(tf.float32, [None, 3], name="y")
    z = tf.matmul(x, tf.get_variable("w", [6, 3], initializer=tf.glorot_uniform_initializer()))
    h = tf.zeros_like(z)
    for _ in range(STEPS):
        h = tf.tanh(z + h / 2, name="h")
    loss = tf.reduce_mean(tf.square(h - y))
    tf.train.GradientDescentOptimizer(0.1).minimize(loss)


class Loop(keras.layers.Layer):
    def call(self, z):
        def body(at, h):
            return at + 1, 2 * keras.ops.sigmoid(2 * z + h) - 1  # tanh(z + h / 2), rounded anew

        return keras.ops.while_loop(lambda at, _: at < STEPS, body, (0, keras.ops.zeros_like(z)))[1]


def test_a_loop_has_no_tensor_for_each_step():
    model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(3, use_bias=False), Loop()])
    model.compile(keras.optimizers.SGD(0.1), "mse")
    generator = np.random.default_rng(0)
    data = tuple(np.float32(generator.standard_normal((64, size))) for size in (6, 3))
    report = parity.compare(
        model, reference=unrolled, data=data, batch_size=16, validation_size=0,
        except_for=("loss", "gradients", "update", "steps", "fit", "predictions"),
    )  # fmt: skip
    (forward,) = [rung for rung in report.rungs if rung.name == "forward"]
    assert forward.status == PASSED
    steps = [finding for finding in forward.findings if finding.tensor.startswith("h")]
    assert REWRITTEN in {finding.verdict for finding in steps}
