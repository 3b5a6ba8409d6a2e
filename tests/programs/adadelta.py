"""Squared error of one sigmoid, with Adadelta."""

import keras
import tensorflow.compat.v1 as tf

PLACES = {
    "wrong_beginning": "initial weights",
    "wrong_activation": "forward",
    "wrong_loss": "loss",
    "wrong_epsilon": "update",
    "wrong_rho": "update",
}


def build():
    x = tf.placeholder(tf.float32, [None, 8], name="x")
    y = tf.placeholder(tf.float32, [None, 1], name="y")
    w = tf.Variable(tf.random_uniform([8, 12], -1.0, 1.0), name="w")
    b = tf.Variable(tf.zeros([12]), name="b")
    v = tf.Variable(tf.random_uniform([12, 1], -1.0, 1.0), name="v")
    score = tf.sigmoid(tf.matmul(tf.nn.softplus(tf.matmul(x, w) + b), v))
    loss = tf.reduce_mean(tf.square(y - score))
    tf.train.AdadeltaOptimizer(1.0, rho=0.95, epsilon=1e-6).minimize(loss)


def _port(bound=1.0, hidden="softplus", loss="mse", rho=0.95, epsilon=1e-6):
    def dense(units, activation, **settings):
        begin = keras.initializers.RandomUniform(-bound, bound)
        return keras.layers.Dense(units, activation, kernel_initializer=begin, **settings)

    layers = dense(12, hidden), dense(1, "sigmoid", use_bias=False)
    model = keras.Sequential([keras.Input((8,)), *layers])
    model.compile(keras.optimizers.Adadelta(1.0, rho, epsilon), loss)
    return model


def right():
    return _port()


def wrong_beginning():
    return _port(bound=0.05)


def wrong_activation():
    return _port(hidden="relu")


def wrong_loss():
    return _port(loss="binary_crossentropy")


def wrong_epsilon():
    return _port(epsilon=1e-7)


def wrong_rho():
    return _port(rho=0.9)
