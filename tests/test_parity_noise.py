"""Noise: what a port draws by itself is as random as what the reference draws."""

import types

import keras
import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from legacy_cnn import parity
from legacy_cnn.parity import own_noise
from legacy_cnn.parity.rungs import RUNGS
from legacy_cnn.parity.sides import noise_pairs
from legacy_cnn.parity.sides.fed import Fed
from legacy_cnn.results.report import DIFFERENT

pytestmark = pytest.mark.tensorflow

EXPECTED = np.random.default_rng(0).standard_normal(200_000, np.float32)


def notes(draws):
    findings = own_noise.findings("noise", list(np.float32(draws)), EXPECTED)
    return [finding.note for finding in findings if finding.verdict == DIFFERENT]


@pytest.mark.first(1)
@pytest.mark.parametrize("shape", [(), (16, 1), (512, 5), (32, 200), (4, 6, 8)])
def test_independent_draws_raise_no_alarm(shape):
    generator = np.random.default_rng(len(shape))
    for _ in range(50):
        assert not notes(generator.standard_normal((4, *shape)))


@pytest.mark.parametrize(
    ("change", "note"),
    [
        (lambda x: np.stack([x[0], x[1], x[0], x[2]]), "step 3 draws what step 1 drew"),
        (lambda x: np.broadcast_to(x[:, :1], x.shape), "are distinct"),
        (lambda x: np.broadcast_to(x[:, :, :1], x.shape), "are distinct"),
        (lambda x: (x + x[:, :1]) / np.sqrt(2), "the variance per unit"),
        (lambda x: (x + x[:, :, :1]) / np.sqrt(2), "the variance per example"),
        (lambda x: x + np.float32(0.2), "the port draws"),
        (lambda x: 0.9 * x, "standard deviation 0.9 instead of 1"),
        (lambda x: np.clip(x, -2, 2), "the port draws"),
        (lambda x: np.sqrt(3) * np.tanh(x), "the port draws"),
    ],
)
def test_other_draws_are_seen(change, note):
    x = np.random.default_rng(0).standard_normal((4, 512, 12)).astype(np.float32)
    assert note in notes(change(x))[0]


def test_normal_noise_is_turned_by_its_sign_and_uniform_noise_within_its_range():
    with tf.Graph().as_default():
        normal, uniform = tf.random_normal([2]), tf.random_uniform([2])
    given = np.float32([0.25, 0.75])
    assert Fed(normal.op.inputs[0], (2,), True).value(given).tolist() == [-0.25, -0.75]
    assert Fed(uniform, (2,), True).value(given) == pytest.approx(1 - given)


def noisy():
    """A layer whose values are moved by normal noise, and a dropout."""
    x = tf.placeholder(tf.float32, [None, 4], name="x")
    keep = tf.placeholder(tf.float32, [], name="keep")
    w = tf.get_variable("w", [4, 16], initializer=tf.random_normal_initializer())
    hidden = tf.matmul(x, w, name="hidden")
    moved = tf.add(hidden, tf.exp(hidden) * tf.random_normal(tf.shape(hidden)), name="moved")
    v = tf.get_variable("v", [16, 4], initializer=tf.random_normal_initializer())
    dropped = tf.nn.dropout(tf.nn.relu(moved), rate=1 - keep)
    output = tf.matmul(dropped, v, name="output")
    loss = tf.reduce_mean(tf.square(output - x), name="loss")
    tf.train.GradientDescentOptimizer(0.01).minimize(loss)


class Noisy(keras.Model):
    def __init__(self, seed, shape, **options):
        super().__init__()
        self.first = keras.layers.Dense(16, use_bias=False)
        self.last = keras.layers.Dense(4, use_bias=False)
        self.noise, self.dropout = keras.random.SeedGenerator(1), keras.random.SeedGenerator(2)
        self.seed, self.shape = seed, shape
        self.compile(keras.optimizers.SGD(0.01), "mse", **options)

    def call(self, x, training=False):
        hidden = self.first(x)
        seed = self.noise if self.seed is None else self.seed
        moved = hidden + keras.ops.exp(hidden) * keras.random.normal(
            keras.ops.shape(hidden), seed=seed
        )
        if training:  # before the relu, which is the same
            moved = keras.random.dropout(moved, 0.3, noise_shape=self.shape, seed=self.dropout)
        return self.last(keras.ops.relu(moved))


@pytest.mark.first(1)
@pytest.mark.parametrize(
    ("seed", "shape", "name"),
    [(None, None, None), (3, None, "noise random_normal/"), (None, (1, 16), "mask")],
)
def test_a_port_that_draws_too_little_is_another_program(seed, shape, name):
    left_out = tuple(rung for rung in RUNGS if rung not in ("weights", "dropout"))
    images = np.random.default_rng(0).standard_normal((32, 4)).astype(np.float32)
    report = parity.compare(
        Noisy(seed, shape), reference=noisy, data=(images, images), batch_size=32,
        validation_size=0, keep_prob=0.7, except_for=left_out,
    )  # fmt: skip
    different = [
        finding.tensor
        for rung in report.rungs
        for finding in rung.findings
        if finding.verdict == DIFFERENT
    ]
    assert [one.startswith(name) for one in different[:1]] == [True][: name is not None]
    assert not report.first or not report.first[1].place


@pytest.mark.first(1)
@pytest.mark.parametrize(("name", "is_same"), [("SpatialDropout2D", True), ("Dropout", False)])
def test_a_dropout_that_draws_once_for_a_channel(name, is_same):
    def build():
        x = tf.placeholder(tf.float32, [None, 4, 4, 6], name="x")
        y = tf.placeholder(tf.float32, [None, 3], name="y")
        keep = tf.placeholder(tf.float32, [], name="keep_prob")
        shape = tf.stack([tf.shape(x)[0], 1, 1, 6])
        dropped = tf.nn.dropout(tf.nn.relu(x + tf.get_variable("b", [6])), keep, shape)
        output = tf.reshape(dropped, [-1, 96]) @ tf.get_variable("w", [96, 3])
        tf.train.GradientDescentOptimizer(0.1).minimize(tf.reduce_mean(tf.square(output - y)))

    class Bias(keras.layers.Layer):
        def build(self, shape):
            self.bias = self.add_weight(shape=(6,), name="bias")

        def call(self, x):
            return keras.ops.relu(x + self.bias)

    x = keras.Input((4, 4, 6))
    dropped = keras.layers.Flatten()(getattr(keras.layers, name)(0.4)(Bias()(x)))
    model = keras.Model(x, keras.layers.Dense(3, use_bias=False)(dropped))
    model.compile(keras.optimizers.SGD(0.1), "mse")
    left_out = tuple(name for name in RUNGS if name not in ("weights", "forward", "dropout"))
    feeds = {"keep_prob": [0.6, 1.0]}
    report = parity.compare(model, reference=build, feeds=feeds, batch_size=16, except_for=left_out)
    assert report.verdict == ("same" if is_same else "different")


def dropped_twice():
    x = tf.placeholder(tf.float32, [None, 6], name="x")
    y = tf.placeholder(tf.float32, [None, 3], name="y")
    one = tf.nn.tanh(tf.matmul(x, tf.get_variable("a", [6, 16])))
    one = tf.nn.dropout(one, rate=0.4)
    two = tf.nn.tanh(tf.matmul(one, tf.get_variable("b", [16, 16])))
    loss = tf.reduce_mean(
        tf.square(tf.matmul(tf.nn.dropout(two, rate=0.4), tf.get_variable("c", [16, 3])) - y)
    )
    tf.train.GradientDescentOptimizer(0.1).minimize(loss)


class DroppedTwice(keras.Model):
    """Draws integers for its masks, which are read as they cannot be fed."""

    def __init__(self, draws):
        super().__init__()
        sizes = 16, 16, 3
        self.layers_in_order = [keras.layers.Dense(size, use_bias=False) for size in sizes]
        self.seed, self.draws = keras.random.SeedGenerator(1), draws
        self.compile(keras.optimizers.SGD(0.1), "mse")

    def call(self, x, training=False):
        a, b, c = self.layers_in_order
        shape = keras.ops.shape(x)[0], 16
        drawn = [keras.random.randint(shape, 0, 10, seed=self.seed) for _ in range(self.draws)]
        scales = [keras.ops.cast(one >= 4, "float32") / 0.6 if training else 1.0 for one in drawn]
        return c(keras.ops.tanh(b(keras.ops.tanh(a(x)) * scales[0])) * scales[-1])


@pytest.mark.first(1)
@pytest.mark.parametrize("draws", [1, 2])
def test_one_mask_for_two_dropouts_is_another_program(draws):
    left_out = tuple(rung for rung in RUNGS if rung not in ("weights", "dropout"))
    port = DroppedTwice(draws)
    report = parity.compare(port, reference=dropped_twice, batch_size=16, except_for=left_out)
    assert report.verdict == ("different" if draws == 1 else "same")
    note = "in each step, it drops the units that dropout_1/SelectV2 drops"
    assert draws == 2 or report.first[1].note == note


def test_a_later_stage_draws_again_what_its_own_layer_drew():
    """Of a GAN's discriminator, dropped for real and for made images, only the second again."""
    with tf.Graph().as_default():
        names = "model_1/drop/draw", "model_1/drop_1/draw", "model_3/drop_1/draw"
        real, made, later = (
            tf.raw_ops.RandomUniform(shape=[3], dtype="float32", name=n) for n in names
        )
        fed = [Fed(real, (3,)), Fed(made, (3,))]
        side = types.SimpleNamespace(noise=fed)
        noise_pairs.draw_again(side, [(real, (3,)), (made, (3,)), (later, (3,))])
    assert [one.again for one in fed] == [[], [later]]
