"""Convolution and fused batch norm, whose averages `tf.GraphKeys.UPDATE_OPS` moves."""

import keras
import tensorflow.compat.v1 as tf
from keras import layers

FEEDS = {"is_training": (True, False)}

PLACES = {
    "wrong_epsilon": "forward",
    "wrong_order": "forward",
    "wrong_always_training": "forward",
    "wrong_frozen": "dropout",
    "wrong_momentum": "steps",
}


def _norm(x, is_training):
    """`tf.layers.batch_normalization(x, momentum=0.9, training=is_training)`."""
    with tf.variable_scope("batch_normalization"):
        units = x.shape[-1:]
        gamma = tf.get_variable("gamma", units, initializer=tf.ones_initializer())
        beta = tf.get_variable("beta", units, initializer=tf.zeros_initializer())
        still = {"trainable": False}
        mean = tf.get_variable("moving_mean", units, initializer=tf.zeros_initializer(), **still)
        var = tf.get_variable("moving_variance", units, initializer=tf.ones_initializer(), **still)
    batch_mean, batch_var = tf.nn.moments(x, [0, 1, 2])
    for average, new in ((mean, batch_mean), (var, batch_var)):
        moved = tf.assign_sub(average, tf.where(is_training, 0.1, 0.0) * (average - new))
        tf.add_to_collection(tf.GraphKeys.UPDATE_OPS, moved)
    used = [
        tf.cond(is_training, lambda new=new: new, lambda average=average: tf.identity(average))
        for average, new in ((mean, batch_mean), (var, batch_var))
    ]
    return tf.nn.batch_normalization(x, *used, beta, gamma, 1e-3)


def build():
    x = tf.placeholder(tf.float32, [None, 6, 6, 2], name="x")
    y = tf.placeholder(tf.int64, [None], name="y")
    is_training = tf.placeholder(tf.bool, [], name="is_training")
    w = tf.get_variable("w", [3, 3, 2, 5], initializer=tf.glorot_uniform_initializer())
    h = tf.nn.relu(_norm(tf.nn.conv2d(x, w, [1, 1, 1, 1], "SAME"), is_training))
    h = tf.reshape(tf.nn.max_pool(h, [1, 2, 2, 1], [1, 2, 2, 1], "SAME"), [-1, 45])
    v = tf.get_variable("v", [45, 3], initializer=tf.glorot_uniform_initializer())
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=tf.matmul(h, v))
    with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)):
        tf.train.GradientDescentOptimizer(0.1).minimize(tf.reduce_mean(losses))


class AlwaysTraining(layers.BatchNormalization):
    def call(self, x, training=None):
        return super().call(x, training=True)


def _port(norm=layers.BatchNormalization, relu_first=False, trainable=True, **settings):
    settings = {"momentum": 0.9, "epsilon": 1e-3, **settings}
    after = [norm(trainable=trainable, **settings), layers.ReLU()]
    model = keras.Sequential(
        [
            keras.Input((6, 6, 2)),
            layers.Conv2D(5, 3, padding="same", use_bias=False),
            *(after[::-1] if relu_first else after),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dense(3, use_bias=False),
        ]
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(0.1), loss)
    return model


def right():
    return _port()


def wrong_epsilon():
    return _port(epsilon=1e-1)


def wrong_order():
    return _port(relu_first=True)


def wrong_always_training():
    return _port(norm=AlwaysTraining)


def wrong_frozen():
    return _port(trainable=False)


def wrong_momentum():
    return _port(momentum=0.99)
