"""A denoising autoencoder: noise on its input, one kernel for both ways, half a sum of squares."""

import keras
import numpy as np
import tensorflow.compat.v1 as tf
from keras import layers, ops

INPUTS, UNITS = 24, 7

FEEDS = {"scale": (0.3, 0.0)}

PLACES = {
    "wrong_untied": "weights",
    "wrong_activation": "forward",
    "wrong_noise_in_evaluation": "forward",
    "wrong_noise": "dropout",
    "wrong_mean": "loss",
    "wrong_no_gradient_of_the_decoder": "gradients",
}


def build():
    x = tf.placeholder(tf.float32, [None, INPUTS], name="x")
    scale = tf.placeholder(tf.float32, name="scale")
    bound = np.sqrt(6.0 / (INPUTS + UNITS))
    w = tf.Variable(tf.random_uniform([INPUTS, UNITS], -bound, bound), name="w")
    b, c = tf.Variable(tf.zeros([UNITS]), name="b"), tf.Variable(tf.zeros([INPUTS]), name="c")
    noisy = x + scale * tf.random_normal(tf.shape(x))
    hidden = tf.nn.softplus(tf.matmul(noisy, w) + b)
    decoded = tf.matmul(hidden, tf.transpose(w)) + c
    cost = 0.5 * tf.reduce_sum(tf.pow(decoded - x, 2.0))
    tf.train.AdamOptimizer(1e-3).minimize(cost)


class Decoder(layers.Layer):
    def __init__(self, encoder, stop):
        super().__init__()
        self.encoders, self.stop = [encoder], stop  # a list, as the encoder is tracked already

    def build(self, shape):
        self.bias = self.add_weight(shape=(INPUTS,), initializer="zeros", name="bias")

    def call(self, h):
        kernel = ops.transpose(ops.convert_to_tensor(self.encoders[0].kernel))
        return ops.matmul(h, ops.stop_gradient(kernel) if self.stop else kernel) + self.bias


class Noise(layers.Layer):
    """Noise whenever it is called, also in evaluation."""

    def __init__(self, stddev):
        super().__init__()
        self.stddev, self.generator = stddev, keras.random.SeedGenerator()

    def call(self, x):
        return x + self.stddev * keras.random.normal(ops.shape(x), seed=self.generator)


def _half(y, z):
    return 0.5 * ops.sum(ops.square(z - y))


def _port(
    noise=layers.GaussianNoise, scale=0.3, hidden="softplus", tied=True, stop=False, loss=_half
):
    x = keras.Input((INPUTS,))
    encoder = layers.Dense(UNITS, hidden)
    h = encoder(noise(scale)(x))
    model = keras.Model(x, Decoder(encoder, stop)(h) if tied else layers.Dense(INPUTS)(h))
    model.compile(keras.optimizers.Adam(1e-3, epsilon=1e-8), loss)
    return model


def right():
    return _port()


def wrong_untied():
    return _port(tied=False)


def wrong_activation():
    return _port(hidden="relu")


def wrong_noise_in_evaluation():
    return _port(noise=Noise)


def wrong_noise():
    return _port(scale=0.3**0.5)


def wrong_mean():
    return _port(loss="mse")


def wrong_no_gradient_of_the_decoder():
    return _port(stop=True)
