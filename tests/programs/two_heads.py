"""A class and an age from shared layers: two weighted losses; the rate is fed."""

import keras
import tensorflow.compat.v1 as tf
from keras import layers

FEEDS = {"rate": (0.002, 0.002), "keep_prob": (0.9, 1.0)}

PLACES = {
    "wrong_beginning": "initial weights",
    "wrong_dropout": "dropout",
    "wrong_weights": "loss",
    "wrong_second_loss": "loss",
    "wrong_beta": "update",
}


def _dense(x, units, name, bias=0.0):
    with tf.variable_scope(name):
        w = tf.get_variable("w", [x.shape[1], units])
        b = tf.get_variable("b", [units], initializer=tf.constant_initializer(bias))
    return tf.nn.xw_plus_b(x, w, b)


def build():
    x = tf.placeholder(tf.float32, [None, 10], name="x")
    kind = tf.placeholder(tf.int64, [None], name="kind")
    age = tf.placeholder(tf.float32, [None, 1], name="age")
    rate = tf.placeholder(tf.float32, name="rate")
    keep = tf.placeholder(tf.float32, name="keep_prob")
    h = tf.nn.dropout(tf.nn.relu(_dense(x, 8, "shared")), keep)
    logits, guess = _dense(h, 5, "kind"), _dense(h, 1, "age", 30.0)
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=kind, logits=logits)
    loss = tf.reduce_mean(losses) + 0.05 * tf.reduce_mean(tf.abs(age - guess))
    tf.train.AdamOptimizer(rate, beta2=0.99).minimize(loss)


def _port(weights=(1.0, 0.05), second="mae", beta=0.99, bias=30.0, rate=0.1):
    x = keras.Input((10,))
    h = layers.Dropout(rate)(layers.Dense(8, "relu")(x))
    age = layers.Dense(1, bias_initializer=keras.initializers.Constant(bias))
    model = keras.Model(x, [layers.Dense(5)(h), age(h)])
    first = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    optimizer = keras.optimizers.Adam(0.002, beta_2=beta, epsilon=1e-8)
    model.compile(optimizer, [first, second], loss_weights=list(weights))
    return model


def right():
    return _port()


def wrong_beginning():
    return _port(bias=0.0)


def wrong_dropout():
    return _port(rate=0.9)


def wrong_weights():
    return _port(weights=(1.0, 1.0))


def wrong_second_loss():
    return _port(second="mse")


def wrong_beta():
    return _port(beta=0.999)
