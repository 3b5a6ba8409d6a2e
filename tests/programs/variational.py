"""A variational autoencoder: it samples, and its loss is the reconstruction's and a divergence."""

import keras
import tensorflow.compat.v1 as tf
from keras import layers, ops

INPUTS, UNITS, CODE = 40, 8, 3

PLACES = {
    "wrong_beginning": "initial weights",
    "wrong_deterministic": "forward",
    "wrong_deviation": "forward",
    "wrong_divergence": "loss",
    "wrong_reconstruction": "loss",
}


def _dense(x, units, name):
    with tf.variable_scope(name):
        begin = tf.random_normal_initializer(stddev=(2.0 / int(x.shape[1])) ** 0.5)
        w = tf.get_variable("w", [x.shape[1], units], initializer=begin)
        b = tf.get_variable("b", [units], initializer=tf.zeros_initializer())
    return tf.matmul(x, w) + b


def build():
    x = tf.placeholder(tf.float32, [None, INPUTS], name="x")
    h = tf.nn.relu(_dense(x, UNITS, "encoder"))
    mean, log_variance = _dense(h, CODE, "mean"), _dense(h, CODE, "log_variance")
    z = mean + tf.exp(log_variance / 2) * tf.random_normal(tf.shape(mean))
    logits = _dense(tf.nn.relu(_dense(z, UNITS, "decoder")), INPUTS, "output")
    tf.nn.sigmoid(logits)
    losses = tf.nn.sigmoid_cross_entropy_with_logits(logits=logits, labels=x)
    divergence = 0.5 * tf.reduce_sum(tf.exp(log_variance) + mean**2 - 1.0 - log_variance, 1)
    tf.train.AdamOptimizer().minimize(tf.reduce_mean(tf.reduce_sum(losses, 1) + divergence))


class Sampling(layers.Layer):
    def __init__(self, weight, noise, half):
        super().__init__()
        self.weight, self.noise, self.half = weight, noise, half
        self.generator = keras.random.SeedGenerator()

    def call(self, inputs):
        mean, log_variance = inputs
        divergence = ops.exp(log_variance) + ops.square(mean) - 1.0 - log_variance
        self.add_loss(self.weight * 0.5 * ops.mean(ops.sum(divergence, 1)))
        noise = keras.random.normal(ops.shape(mean), seed=self.generator)
        return mean + self.noise * ops.exp(log_variance * self.half) * noise


def _sum(y, z):
    return ops.sum(ops.binary_crossentropy(y, z, from_logits=True), axis=-1)


def _port(weight=1.0, noise=1.0, half=0.5, loss=_sum, factor=2.0):
    def dense(units, activation=None):
        normal = keras.initializers.VarianceScaling(factor, "fan_in", "untruncated_normal")
        return layers.Dense(units, activation, kernel_initializer=normal)

    x = keras.Input((INPUTS,))
    h = dense(UNITS, "relu")(x)
    z = Sampling(weight, noise, half)([dense(CODE)(h), dense(CODE)(h)])
    model = keras.Model(x, dense(INPUTS)(dense(UNITS, "relu")(z)))
    model.compile(keras.optimizers.Adam(1e-3, epsilon=1e-8), loss)
    return model


def right():
    return _port()


def wrong_beginning():
    return _port(factor=1.0)


def wrong_deterministic():
    return _port(noise=0.0)


def wrong_deviation():
    return _port(half=1.0)


def wrong_divergence():
    return _port(weight=1 / INPUTS)


def wrong_reconstruction():
    return _port(loss=keras.losses.BinaryCrossentropy(from_logits=True))
