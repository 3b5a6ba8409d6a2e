"""What a candidate returns: the reference's output, probabilities, or what follows from it."""

import keras
import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from legacy_cnn import parity
from legacy_cnn.parity.returned import returned

pytestmark = pytest.mark.tensorflow

LOGITS = np.float32([[0.5, -1.0], [2.0, 0.25]])


def test_logits_are_compared_as_they_are():
    known = returned("logits", LOGITS, LOGITS.reshape(4))
    assert (known.name, known.output.shape) == ("logits", (2, 2))
    assert known.expected is LOGITS


def test_a_softmax_is_expected_of_a_port_that_returns_probabilities():
    exponentials = np.exp(LOGITS)
    known = returned("logits", LOGITS, exponentials / exponentials.sum(1, keepdims=True))
    assert known.name == "probabilities"
    np.testing.assert_allclose(known.expected, known.output, rtol=1e-6)


def test_a_sigmoid_is_expected_of_a_port_that_returns_one():
    known = returned("logits", LOGITS, 1 / (1 + np.exp(-LOGITS)))
    assert known.name == "probabilities"
    np.testing.assert_allclose(known.expected, known.output, rtol=1e-6)


def test_other_numbers_between_0_and_1_are_no_sigmoid():
    assert returned("logits", LOGITS, np.clip(LOGITS, 0, 1)).name == "logits"


def distances():
    x = tf.placeholder(tf.float32, [None, 6], name="x")
    y = tf.placeholder(tf.float32, [None, 1], name="y")
    w = tf.get_variable("w", [6, 3], initializer=tf.glorot_uniform_initializer())
    squared = tf.reduce_sum(tf.square(tf.matmul(x, w)), 1, keepdims=True, name="squared")
    distance = tf.sqrt(squared + 1e-6, name="distance")
    loss = tf.reduce_mean(y * squared + (1 - y) * tf.square(tf.maximum(1 - distance, 0)))
    tf.train.GradientDescentOptimizer(0.1).minimize(loss)


def test_a_port_may_return_what_follows_from_the_prediction():
    def loss(y, d):
        hinge = keras.ops.square(keras.ops.maximum(1 - d, 0))
        return keras.ops.mean(y * (keras.ops.square(d) - 1e-6) + (1 - y) * hinge)

    x = keras.Input((6,))
    z = keras.layers.Dense(3, use_bias=False)(x)
    d = keras.ops.sqrt(keras.ops.sum(keras.ops.square(z), 1, keepdims=True) + 1e-6)
    model = keras.Model(x, d)
    model.compile(keras.optimizers.SGD(0.1), loss)
    left_out = ("update", "steps", "fit", "predictions", "initial weights")
    generator = np.random.default_rng(0)
    x, y = generator.standard_normal((64, 6)), generator.integers(0, 2, (64, 1))
    report = parity.compare(
        model, reference=distances, data=(np.float32(x), np.float32(y)), batch_size=16,
        validation_size=0, except_for=left_out,
    )  # fmt: skip
    forward = report.rungs[1 + [rung.name for rung in report.rungs].index("weights")]
    assert forward.status == "passed"
    assert {"squared", "distance"} <= {finding.tensor for finding in forward.findings}
