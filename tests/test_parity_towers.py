"""Towers: copies of a network, each with a part of the batch, that share their weights."""

import keras
import pytest
import tensorflow as tf
import tensorflow.compat.v1 as tf1

from legacy_cnn import parity
from legacy_cnn.parity.rungs import RUNGS

pytestmark = pytest.mark.tensorflow

TOWERS, WIDTH = 2, 8


def combined(how):
    """A reference whose towers' gradients are averaged, or added up; or their losses are."""

    def build():
        x = tf1.placeholder(tf.float32, [None, WIDTH], name="x")
        y = tf1.placeholder(tf.float32, [None, 3], name="y")
        optimizer = tf1.train.GradientDescentOptimizer(0.1)
        losses, gradients = [], []
        for part, labels in zip(tf.split(x, TOWERS), tf.split(y, TOWERS), strict=True):
            with tf1.variable_scope("net", reuse=tf1.AUTO_REUSE):
                hidden = tf.nn.relu(part @ tf1.get_variable("w", [WIDTH, 5]))
                output = hidden @ tf1.get_variable("v", [5, 3])
            losses.append(tf.reduce_mean(tf.square(output - labels)))
            gradients.append(optimizer.compute_gradients(losses[-1]))
        if how == "losses":
            optimizer.minimize(tf.add_n(losses))
            return
        pairs = list(zip(*gradients, strict=True))
        alike = [[gradient for gradient, _ in pair] for pair in pairs]
        made = {
            "mean": lambda each: tf.reduce_mean(tf.stack(each), 0),
            "divided": lambda each: tf.add_n(each) / TOWERS,
            "sum": tf.add_n,
        }[how]
        own = [variable for (_, variable), *_ in pairs]
        optimizer.apply_gradients(zip(map(made, alike), own, strict=True))

    return build


def port(times):
    layers = keras.layers.Dense(5, "relu", use_bias=False), keras.layers.Dense(3, use_bias=False)
    model = keras.Sequential([keras.Input((WIDTH,)), *layers])
    model.compile(
        keras.optimizers.SGD(0.1),
        lambda y, output: times * keras.losses.mean_squared_error(y, output),
    )
    return model


@pytest.mark.first(1)
@pytest.mark.parametrize(
    ("how", "times"), [("mean", 1), ("divided", 1), ("sum", TOWERS), ("losses", TOWERS)]
)
def test_towers_are_one_network_with_the_whole_batch(how, times):
    rungs = "weights", "forward", "loss", "gradients", "update", "steps", "predictions"
    left_out = tuple(name for name in RUNGS if name not in rungs)
    report = parity.compare(
        port(times), reference=combined(how), batch_size=16, except_for=left_out
    )
    assert report.verdict == "same"


@pytest.mark.slow
def test_a_sum_over_towers_is_no_mean():
    left_out = tuple(name for name in RUNGS if name not in ("weights", "forward", "loss"))
    report = parity.compare(port(1), reference=combined("sum"), batch_size=16, except_for=left_out)
    assert report.verdict == "different"
    assert report.first[1].cause == "the loss is 1/2 of the reference's"


@pytest.mark.slow
def test_one_dropout_may_draw_for_all_towers():
    def dropped():
        x = tf1.placeholder(tf.float32, [None, WIDTH], name="x")
        y = tf1.placeholder(tf.float32, [None, 3], name="y")
        keep = tf1.placeholder(tf.float32, [], name="keep_prob")
        losses = []
        for part, labels in zip(tf.split(x, TOWERS), tf.split(y, TOWERS), strict=True):
            with tf1.variable_scope("net", reuse=tf1.AUTO_REUSE):
                hidden = tf.nn.relu(part @ tf1.get_variable("w", [WIDTH, 5]))
                output = tf1.nn.dropout(hidden, keep) @ tf1.get_variable("v", [5, 3])
            losses.append(tf.reduce_mean(tf.square(output - labels)))
        tf1.train.GradientDescentOptimizer(0.1).minimize(tf.add_n(losses) / TOWERS)

    layers = [keras.layers.Dense(5, "relu", use_bias=False), keras.layers.Dropout(0.4)]
    model = keras.Sequential(
        [keras.Input((WIDTH,)), *layers, keras.layers.Dense(3, use_bias=False)]
    )
    model.compile(keras.optimizers.SGD(0.1), "mse")
    rungs = "weights", "forward", "dropout", "loss", "gradients"
    left_out = tuple(name for name in RUNGS if name not in rungs)
    feeds = {"keep_prob": (0.6, 1.0)}
    report = parity.compare(
        model, reference=dropped, feeds=feeds, batch_size=16, except_for=left_out
    )
    assert report.verdict == "same"
