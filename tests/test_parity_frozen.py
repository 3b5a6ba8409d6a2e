"""Layers that a port has frozen, and layers that are others in training."""

import keras
import pytest
import tensorflow.compat.v1 as tf1

from legacy_cnn import parity, show
from legacy_cnn.parity.rungs import moved_alone

pytestmark = pytest.mark.tensorflow


def normalised():
    """A batch normalisation by hand, with averages that nothing updates."""
    x = tf1.placeholder(tf1.float32, [None, 6], name="x")
    y = tf1.placeholder(tf1.float32, [None, 4], name="y")
    dense = tf1.matmul(x, tf1.get_variable("w", [6, 4]))
    scale = tf1.get_variable("scale", [4], initializer=tf1.ones_initializer())
    offset = tf1.get_variable("offset", [4], initializer=tf1.zeros_initializer())
    hidden = tf1.tanh(dense * scale / tf1.sqrt(1.001) + offset)
    loss = tf1.reduce_mean(tf1.square(hidden - y), name="loss")
    tf1.train.GradientDescentOptimizer(0.1).minimize(loss)


def frozen():
    normalisation = keras.layers.BatchNormalization()
    normalisation.trainable = False
    layers = [keras.layers.Dense(4, use_bias=False), normalisation]
    model = keras.Sequential([keras.Input((6,)), *layers, keras.layers.Activation("tanh")])
    model.compile(keras.optimizers.SGD(0.1), "mse")
    return model


def test_scale_and_offset_of_a_frozen_layer_are_not_taken_for_averages():
    report = parity.compare(frozen(), reference=normalised, steps=1, batch_size=8, quick=True)
    assert report.first is not None
    assert report.first[0].name in ("gradients", "steps"), show.plain(report)
    assert report.first[1].tensor.split()[-1] in ("scale", "offset")


def unmoved():
    """A batch normalisation with averages that its evaluation reads, and no step moves."""
    x = tf1.placeholder(tf1.float32, [None, 6], name="x")
    y = tf1.placeholder(tf1.float32, [None, 4], name="y")
    training = tf1.placeholder(tf1.bool, [], name="training")
    dense = tf1.matmul(x, tf1.get_variable("w", [6, 4]))
    ones, zeros = tf1.ones_initializer(), tf1.zeros_initializer()
    scale, offset = (
        tf1.get_variable("scale", [4], None, ones),
        tf1.get_variable("offset", [4], None, zeros),
    )
    mean = tf1.get_variable("mean", [4], None, zeros, trainable=False)
    variance = tf1.get_variable("variance", [4], None, ones, trainable=False)
    moments = tf1.cond(training, lambda: tf1.nn.moments(dense, [0]), lambda: (mean, variance))
    hidden = tf1.tanh(tf1.nn.batch_normalization(dense, *moments, offset, scale, 0.001))
    loss = tf1.reduce_mean(tf1.square(hidden - y), name="loss")
    tf1.train.GradientDescentOptimizer(0.1).minimize(loss)


@pytest.mark.parametrize("momentum", [0.9, 1.0])
def test_averages_that_only_the_port_moves_are_a_difference(momentum):
    layers = [
        keras.layers.Dense(4, use_bias=False),
        keras.layers.BatchNormalization(momentum=momentum),
    ]
    model = keras.Sequential([keras.Input((6,)), *layers, keras.layers.Activation("tanh")])
    model.compile(keras.optimizers.SGD(0.1), "mse")
    report = parity.compare(model, reference=unmoved, steps=1, batch_size=8)
    if momentum == 1.0:
        assert report.first is None, show.plain(report)
        return
    rung, finding = report.first
    assert (rung.name, finding.note) == ("predictions", moved_alone.NOTE)
    assert finding.tensor.endswith("moving_mean")


def test_a_dropout_is_seen_although_the_reference_has_none():
    model = keras.Sequential(
        [
            keras.Input((6,)),
            keras.layers.Dense(4, use_bias=False),
            keras.layers.Dropout(0.5),
            Scaled(),
        ]
    )
    model.compile(keras.optimizers.SGD(0.1), "mse")
    report = parity.compare(model, reference=normalised, steps=1, batch_size=8, quick=True)
    assert report.first is not None
    assert report.first[0].name == "dropout", show.plain(report)


class Scaled(keras.layers.Layer):
    """The rest of the reference."""

    def build(self, shape):
        self.scale = self.add_weight(shape=(4,), initializer="ones")
        self.offset = self.add_weight(shape=(4,), initializer="zeros")

    def call(self, dense):
        return keras.ops.tanh(dense * self.scale / keras.ops.sqrt(1.001) + self.offset)


def dropping():
    """A dropout behind a hidden layer."""
    x = tf1.placeholder(tf1.float32, [None, 6], name="x")
    y = tf1.placeholder(tf1.float32, [None, 4], name="y")
    hidden = tf1.tanh(tf1.matmul(x, tf1.get_variable("w", [6, 16])))
    dropped = tf1.nn.dropout(hidden, rate=tf1.placeholder_with_default(0.0, []))
    output = tf1.matmul(dropped, tf1.get_variable("v", [16, 4]), name="output")
    tf1.train.GradientDescentOptimizer(0.1).minimize(tf1.reduce_mean(tf1.square(output - y)))


class Masked(keras.layers.Layer):
    """A dropout whose noise nobody can feed."""

    def call(self, inputs, training=False):
        kept = keras.random.binomial(keras.ops.shape(inputs), 1, 0.5, dtype="float32")
        return inputs * kept * 2 if training else inputs


@pytest.mark.first(1)
@pytest.mark.parametrize("dropout", [lambda: keras.layers.Dropout(0.5), Masked])
def test_what_is_dropped_before_a_dropout_is_not_called_nothing(dropout):
    layers = [dropout(), keras.layers.Dense(16, "tanh", use_bias=False), dropout()]
    model = keras.Sequential([keras.Input((6,)), *layers, keras.layers.Dense(4, use_bias=False)])
    model.compile(keras.optimizers.SGD(0.1), "mse")
    settings = {"steps": 1, "batch_size": 8, "quick": True, "keep_prob": 0.5}
    report = parity.compare(model, reference=dropping, **settings)
    assert report.first is not None
    rung, finding = report.first
    assert rung.name == "dropout" and "nothing is dropped" not in finding.note, finding
