"""Averages of weights: they begin as copies, in both programs."""

import keras
import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from legacy_cnn import parity
from legacy_cnn.parity.copies import of_reference
from legacy_cnn.parity.references import open_reference
from legacy_cnn.results.report import PASSED

pytestmark = pytest.mark.tensorflow

DECAY = 0.9


def build():
    x = tf.placeholder(tf.float32, [None, 6], name="x")
    y = tf.placeholder(tf.float32, [None, 2], name="y")
    w = tf.Variable(tf.random_normal([6, 2], stddev=0.1), name="w")
    b = tf.Variable(tf.zeros([2]), name="b")
    loss = tf.reduce_mean(tf.square(tf.matmul(x, w) + b - y), name="loss")
    train = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
    average = tf.train.ExponentialMovingAverage(DECAY)
    with tf.control_dependencies([train]):
        averaged = average.apply([w, b])
    return {"loss": loss, "train": averaged}


class Averaging(keras.optimizers.SGD):
    """Averages that begin as copies of the weights."""

    def __init__(self, *args, decay=DECAY, **keywords):
        super().__init__(*args, **keywords)
        self.decay = decay

    def build(self, variables):
        super().build(variables)
        self.averages = [
            self.add_variable_from_reference(variable, name="average") for variable in variables
        ]
        for average, variable in zip(self.averages, variables, strict=True):
            average.assign(variable)

    def update_step(self, gradient, variable, learning_rate):
        super().update_step(gradient, variable, learning_rate)
        average = self.averages[self._get_variable_index(variable)]
        self.assign(average, average - (1 - self.decay) * (average - variable))


def port(optimizer):
    kernel = keras.initializers.RandomNormal(stddev=0.1)
    model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(2, kernel_initializer=kernel)])
    model.compile(optimizer, "mse")
    optimizer.build(model.trainable_variables)
    return model


def compared(optimizer):
    data = np.random.default_rng(0).standard_normal((64, 8)).astype(np.float32)
    return parity.compare(
        port(optimizer), reference=build, data=(data[:, :6], data[:, 6:]), steps=2,
        batch_size=16, validation_size=0, except_for=("predictions", "update", "fit"),
    )  # fmt: skip


def test_a_name_of_one_letter_is_in_that_of_its_average_twice():
    def averaged():
        x = tf.placeholder(tf.float32, [None, 6], name="x")
        y = tf.placeholder(tf.float32, [None, 2], name="y")
        v = tf.get_variable("v", [6, 2])
        loss = tf.reduce_mean(tf.square(tf.matmul(x, v) - y))
        train = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
        with tf.control_dependencies([train]):
            tf.group(tf.train.ExponentialMovingAverage(DECAY).apply([v]), name="train")

    with open_reference(averaged, {}, 0.8, 0) as side:
        assert of_reference(side) == {"v/ExponentialMovingAverage": "v"}


def test_averages_of_weights_are_compared():
    report = compared(Averaging(0.1))
    steps = next(rung for rung in report.rungs if rung.name == "steps")
    assert steps.status == PASSED
    assert "value of w/ExponentialMovingAverage" in {finding.tensor for finding in steps.findings}


@pytest.mark.first(1)
@pytest.mark.parametrize("optimizer", [Averaging(0.1, decay=0.8), keras.optimizers.SGD(0.1)])
def test_other_averages_and_none_are_different(optimizer):
    rung, finding = compared(optimizer).first
    assert rung.name == "steps"
    assert "w/ExponentialMovingAverage" in finding.tensor


def test_averages_that_begin_as_copies_by_hand():
    """No name of TensorFlow's tells them; that of zeros is told by that of the weights'."""

    def build():
        x = tf.placeholder(tf.float32, [None, 6], name="x")
        y = tf.placeholder(tf.float32, [None, 2], name="y")
        training = tf.placeholder(tf.bool, [], name="is_training")
        first = tf.random_normal([6, 2], stddev=0.1), tf.zeros([2])
        pairs = []
        for name, value in zip("wb", first, strict=True):
            own = tf.Variable(value, name=name)
            pairs.append((own, tf.Variable(value, trainable=False, name=f"{name}_mean")))
        w, b = (tf.where(training, own, mean) for own, mean in pairs)
        loss = tf.reduce_mean(tf.square(tf.matmul(x, w) + b - y), name="loss")
        train = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
        with tf.control_dependencies([train]):
            moved = [mean.assign_sub((1 - DECAY) * (mean - own)) for own, mean in pairs]
        return {"loss": loss, "train": tf.group(*moved)}

    with open_reference(build, {}, 1.0, 0) as side:
        assert of_reference(side) == {"w_mean": "w", "b_mean": "b"}
