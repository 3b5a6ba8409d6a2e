"""References with branches and loops, as TensorFlow 1 and 2 build them."""

import contextlib

import keras
import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from legacy_cnn import parity
from legacy_cnn.parity.references import open_reference

pytestmark = pytest.mark.tensorflow

FEEDS = {"is_training": (True, False)}


@contextlib.contextmanager
def of_tensorflow_1():
    tf.disable_control_flow_v2()
    try:
        yield
    finally:
        tf.enable_control_flow_v2()


def inputs():
    x = tf.placeholder(tf.float32, [None, 6], name="x")
    y = tf.placeholder(tf.float32, [None, 2], name="y")
    return x, y, tf.placeholder(tf.bool, [], name="is_training")


def trained(output, y):
    loss = tf.reduce_mean(tf.square(output - y), name="loss")
    tf.train.GradientDescentOptimizer(0.1).minimize(loss)


def with_dropout():
    x, y, is_training = inputs()
    w = tf.get_variable("w", [6, 2], initializer=tf.glorot_uniform_initializer())
    dropped = tf.cond(is_training, lambda: tf.nn.dropout(x, rate=0.5), lambda: tf.identity(x))
    trained(tf.matmul(dropped, w), y)


def with_averages(loss=trained):
    x, y, is_training = inputs()
    w = tf.get_variable("w", [6, 2], initializer=tf.glorot_uniform_initializer())
    average = tf.get_variable("average", [2], trainable=False, initializer=tf.zeros_initializer())
    z = tf.matmul(x, w)

    def of_batch():
        mean = tf.reduce_mean(z, 0)
        with tf.control_dependencies([tf.assign(average, 0.9 * average + 0.1 * mean)]):
            return z - mean

    loss(tf.cond(is_training, of_batch, lambda: z - average), y)


def classifying(output, y):
    losses = tf.nn.softmax_cross_entropy_with_logits_v2(labels=y, logits=output)
    tf.train.GradientDescentOptimizer(0.1).minimize(tf.reduce_mean(losses, name="loss"))


def with_loop():
    x, y, _ = inputs()
    w = tf.get_variable("w", [6, 2], initializer=tf.glorot_uniform_initializer())
    count = tf.placeholder(tf.int32, [None], name="count")

    def body(t, z):
        alive = tf.tile((t < count)[:, None], [1, 2])
        return t + 1, tf.where(alive, z + tf.matmul(x, w), z)

    _, z = tf.while_loop(lambda t, z: t < 3, body, [tf.constant(0), tf.zeros([tf.shape(x)[0], 2])])
    trained(tf.matmul(z, tf.get_variable("v", [2, 2])), y)


def opened(build, first=contextlib.nullcontext):
    with first():
        return open_reference(build, {}, 1.0, 0, FEEDS)


@pytest.mark.parametrize("first", [contextlib.nullcontext, of_tensorflow_1])
def test_dropout_inside_of_a_branch_is_fed(first):
    with opened(with_dropout, first) as side:
        x = np.ones((4, 6), np.float32)
        batch = side.draw(x, np.zeros((4, 2), np.float32), np.random.default_rng(0))
        assert [noise.shape for noise in batch.noise] == [(4, 6)]
        (dropout,) = side.dropouts
        dropped = side.fetch(side.beginning(), batch, dropout.leaving)
        np.testing.assert_array_equal(dropped, 2 * (batch.noise[0] >= 0.5))
        one, other = (side.train(side.beginning(), batch)[0].loss for _ in range(2))
        assert one == other
        assert side.test(side.beginning(), batch).loss != one
    assert tf.control_flow_v2_enabled()


@pytest.mark.parametrize("first", [contextlib.nullcontext, of_tensorflow_1])
def test_averages_that_a_branch_assigns_are_no_parameters(first):
    with opened(with_averages, first) as side:
        assert list(side.parameters) == ["w"]


@pytest.mark.filterwarnings("ignore:.*is deprecated")
@pytest.mark.parametrize("first", [contextlib.nullcontext, of_tensorflow_1])
def test_what_enters_a_loop_with_parameters_is_an_input(first):
    with first(), open_reference(with_loop, {}, 1.0, 0, FEEDS) as side:
        assert {tensor.op.name for tensor in side.inputs} >= {"x", "count"}


def with_a_loop_in_a_branch():
    x, y, _ = inputs()
    z = tf.matmul(x, tf.get_variable("w", [6, 2], initializer=tf.glorot_uniform_initializer()))

    def looped():
        begin = [tf.constant(0), tf.zeros_like(z)]
        return tf.while_loop(lambda t, _: t < 3, lambda t, h: (t + 1, tf.tanh(z + h)), begin)[1]

    trained(tf.cond(tf.constant(1.0) > 0, looped, lambda: z, name="branch"), y)


class Looped(keras.layers.Layer):
    def call(self, z):
        h = keras.ops.zeros_like(z)
        for _ in range(3):
            h = keras.ops.tanh(z + h)
        return h


def test_a_loop_in_a_branch():
    """The output passes on what `tf.cond` returns, which cannot be fetched."""
    first = keras.layers.Dense(2, use_bias=False, name="w")
    port = keras.Sequential([keras.Input([6]), first, Looped()])
    port.compile(keras.optimizers.SGD(0.1), "mse")
    generator = np.random.default_rng(0)
    data = tuple(np.float32(generator.standard_normal((64, size))) for size in (6, 2))
    settings = {"data": data, "batch_size": 16, "validation_size": 0, "feeds": FEEDS}
    report = parity.compare(port, reference=with_a_loop_in_a_branch, **settings)
    assert report.first is None


def test_a_step_with_nudged_inputs_moves_averages_once():
    """The probabilities that are nudged come from a pass before it, which moves them, too."""
    with opened(lambda: with_averages(classifying)) as side:
        generator = np.random.default_rng(0)
        x, y = generator.random((4, 6), np.float32), np.eye(2, dtype=np.float32)[[0, 1, 1, 0]]
        batch, state = side.draw(x, y, generator), side.beginning()
        with side.feeds.nudging(generator):
            nudged = side.step_fed(state, batch, {})["average"]
        assert nudged.any()
        np.testing.assert_allclose(nudged, side.step(state, batch)["average"], rtol=1e-5)
