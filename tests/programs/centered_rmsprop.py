"""A convolution without a bias, dropout by hand, a summed loss, centered RMSProp with momentum."""

import keras
import tensorflow.compat.v1 as tf
from keras import layers

FEEDS = {"is_training": (True, False)}

PLACES = {
    "wrong_bias": "weights",
    "wrong_beginning": "initial weights",
    "wrong_rate": "dropout",
    "wrong_mean": "loss",
    "wrong_centered": "update",
    "wrong_momentum": "update",
}


def build():
    x = tf.placeholder(tf.float32, [None, 8, 8, 1], name="x")
    y = tf.placeholder(tf.int32, [None], name="y")
    is_training = tf.placeholder(tf.bool, [], name="is_training")
    w = tf.get_variable("w", [3, 3, 1, 4])
    h = tf.nn.relu(tf.nn.conv2d(x, w, [1, 1, 1, 1], "SAME"))
    h = tf.reshape(tf.nn.max_pool(h, [1, 2, 2, 1], [1, 2, 2, 1], "SAME"), [-1, 64])
    keep = tf.where(is_training, 0.6, 1.0)
    h = h / keep * tf.floor(keep + tf.random_uniform(tf.shape(h)))
    v = tf.get_variable("v", [64, 5])
    b = tf.get_variable("b", [5], initializer=tf.zeros_initializer())
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=tf.matmul(h, v) + b)
    optimizer = tf.train.RMSPropOptimizer(1e-3, 0.95, 0.9, 0.01, centered=True)
    optimizer.minimize(tf.reduce_sum(losses))


class RMSProp(keras.optimizers.RMSprop):
    """The mean square begins with one, as in TensorFlow 1."""

    def add_optimizer_variables(self, trainable_variables, name, initializer="zeros"):
        begin = "ones" if name == "velocity" else initializer
        return super().add_optimizer_variables(trainable_variables, name, begin)


def _port(optimizer=RMSProp, rate=0.4, bias=False, reduction="sum", momentum=0.9, centered=True):
    model = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Conv2D(4, 3, padding="same", activation="relu", use_bias=bias),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dropout(rate),
            layers.Dense(5),
        ]
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction=reduction)
    model.compile(optimizer(1e-3, 0.95, momentum, 0.01, centered), loss)
    return model


def right():
    return _port()


def wrong_bias():
    return _port(bias=True)


def wrong_beginning():
    return _port(keras.optimizers.RMSprop)


def wrong_rate():
    return _port(rate=0.6)


def wrong_mean():
    return _port(reduction="sum_over_batch_size")


def wrong_centered():
    return _port(centered=False)


def wrong_momentum():
    return _port(momentum=0.0)
