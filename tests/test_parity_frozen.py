"""Layers that a port has frozen."""

import keras
import pytest
import tensorflow.compat.v1 as tf1

from legacy_cnn import parity, show

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
