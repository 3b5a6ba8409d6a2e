"""Batches that the graph fetches from `tf.data`."""

import keras
import numpy as np
import tensorflow.compat.v1 as tf

PLACES = {"wrong_rate": "update", "wrong_loss": "loss", "wrong_beginning": "initial weights"}


def build():
    generator = np.random.default_rng(0)
    x = generator.standard_normal((64, 6)).astype(np.float32)
    y = generator.standard_normal((64, 2)).astype(np.float32)
    data = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(64).repeat().batch(16)
    x, y = tf.data.make_one_shot_iterator(data).get_next()
    w = tf.get_variable("w", [6, 2], initializer=tf.glorot_uniform_initializer())
    b = tf.get_variable("b", [2], initializer=tf.zeros_initializer())
    loss = tf.reduce_mean(tf.square(tf.nn.xw_plus_b(x, w, b) - y))
    tf.train.GradientDescentOptimizer(0.05).minimize(loss)


def _port(rate=0.05, loss="mse", beginning="zeros"):
    dense = keras.layers.Dense(2, bias_initializer=beginning)
    model = keras.Sequential([keras.Input((6,)), dense])
    model.compile(keras.optimizers.SGD(rate), loss)
    return model


def right():
    return _port()


def wrong_rate():
    return _port(rate=0.1)


def wrong_loss():
    return _port(loss="mae")


def wrong_beginning():
    return _port(beginning="ones")
