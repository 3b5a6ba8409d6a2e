"""Dropout inside of a branch, as in `tf.cond(is_training, dropout, identity)`."""

import keras
import tensorflow.compat.v1 as tf

PLACES = {
    "wrong_rate": "dropout",
    "wrong_no_dropout": "dropout",
    "wrong_activation": "forward",
    "wrong_clip": "update",
}


def build():
    x = tf.placeholder(tf.float32, [None, 20], name="x")
    y = tf.placeholder(tf.int32, [None], name="y")
    is_training = tf.placeholder(tf.bool, [], name="is_training")
    w = tf.get_variable("w", [20, 32], initializer=tf.glorot_uniform_initializer())
    h = tf.nn.tanh(tf.matmul(x, w))
    h = tf.cond(is_training, lambda: tf.nn.dropout(h, rate=0.25), lambda: h)
    v = tf.get_variable("v", [32, 4], initializer=tf.glorot_uniform_initializer())
    b = tf.get_variable("b", [4], initializer=tf.zeros_initializer())
    logits = tf.nn.xw_plus_b(h, v, b)
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=logits)
    optimizer = tf.train.GradientDescentOptimizer(0.1)
    clipped = [
        (tf.clip_by_value(gradient, -0.01, 0.01), variable)
        for gradient, variable in optimizer.compute_gradients(tf.reduce_mean(losses))
    ]
    optimizer.apply_gradients(clipped)


def _port(rate=0.25, activation="tanh", clip=0.01):
    model = keras.Sequential(
        [
            keras.Input((20,)),
            keras.layers.Dense(32, activation, use_bias=False),
            keras.layers.Dropout(rate),
            keras.layers.Dense(4),
        ]
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(0.1, clipvalue=clip), loss)
    return model


def right():
    return _port()


def wrong_rate():
    return _port(rate=0.75)


def wrong_no_dropout():
    return _port(rate=0.0)


def wrong_activation():
    return _port(activation="sigmoid")


def wrong_clip():
    return _port(clip=0.02)
