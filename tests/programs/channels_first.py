"""A convolution with channels first; ports for CPUs have them last."""

import keras
import tensorflow.compat.v1 as tf

PLACES = {"wrong_padding": "forward", "wrong_pooling": "forward", "wrong_epsilon": "update"}


def build():
    x = tf.placeholder(tf.float32, [None, 3, 8, 8], name="x")
    y = tf.placeholder(tf.int64, [None], name="y")
    w = tf.get_variable("w", [3, 3, 3, 4], initializer=tf.glorot_uniform_initializer())
    b = tf.get_variable("b", [4], initializer=tf.zeros_initializer())
    h = tf.nn.conv2d(x, w, [1, 1, 1, 1], "SAME", data_format="NCHW")
    h = tf.reduce_mean(tf.nn.relu(tf.nn.bias_add(h, b, data_format="NCHW")), [2, 3])
    v = tf.get_variable("v", [4, 5], initializer=tf.glorot_uniform_initializer())
    logits = tf.matmul(h, v)
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=logits)
    tf.train.AdamOptimizer(1e-3).minimize(tf.reduce_mean(losses))


def _port(padding="same", pooling=keras.layers.GlobalAveragePooling2D, epsilon=1e-8):
    model = keras.Sequential(
        [
            keras.Input((8, 8, 3)),
            keras.layers.Conv2D(4, 3, padding=padding, activation="relu"),
            pooling(),
            keras.layers.Dense(5, use_bias=False),
        ]
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(1e-3, epsilon=epsilon), loss)
    return model


def right():
    return _port()


def wrong_padding():
    return _port(padding="valid")


def wrong_pooling():
    return _port(pooling=keras.layers.GlobalMaxPooling2D)


def wrong_epsilon():
    return _port(epsilon=1e-7)
