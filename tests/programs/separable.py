"""Strided, depthwise and separable convolutions with relu6; several labels; RMSProp in stairs."""

import keras
import tensorflow.compat.v1 as tf
from keras import layers, ops

PLACES = {
    "wrong_beginning": "initial weights",
    "wrong_multiplier": "weights",
    "wrong_activation": "forward",
    "wrong_padding": "forward",
    "wrong_labels": "loss",
    "wrong_epsilon": "update",
    "wrong_stairs": "update",
}


def _weights(name, shape):
    begin = tf.truncated_normal_initializer(stddev=0.3)
    return tf.get_variable(name, shape, initializer=begin)


def build():
    x = tf.placeholder(tf.float32, [None, 9, 9, 3], name="x")
    y = tf.placeholder(tf.float32, [None, 4], name="y")
    stem, depth = _weights("stem", [3, 3, 3, 4]), _weights("depthwise", [3, 3, 4, 2])
    h = tf.nn.relu6(tf.nn.conv2d(x * 6.0, stem, [1, 2, 2, 1], "SAME"))
    h = tf.nn.relu6(tf.nn.depthwise_conv2d(h, depth, [1, 1, 1, 1], "SAME"))
    pair = _weights("separable/depthwise", [3, 3, 8, 1]), _weights("separable/point", [1, 1, 8, 5])
    h = tf.nn.relu6(tf.nn.separable_conv2d(h, *pair, [1, 1, 1, 1], "VALID"))
    logits = tf.matmul(tf.reduce_mean(h, [1, 2]), _weights("w", [5, 4]))
    losses = tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=logits)
    step = tf.train.get_or_create_global_step()
    rate = tf.train.exponential_decay(0.01, step, 10, 0.9, staircase=True)
    optimizer = tf.train.RMSPropOptimizer(rate, momentum=0.9, epsilon=1.0)
    optimizer.minimize(tf.reduce_mean(tf.reduce_sum(losses, 1)), global_step=step)


class RMSProp(keras.optimizers.RMSprop):
    """The mean square begins with one, as in TensorFlow 1."""

    def add_optimizer_variables(self, trainable_variables, name, initializer="zeros"):
        begin = "ones" if name == "velocity" else initializer
        return super().add_optimizer_variables(trainable_variables, name, begin)


def _sum(y, z):
    return ops.sum(ops.binary_crossentropy(y, z, from_logits=True), axis=-1)


def _port(
    optimizer=RMSProp, times=2, relu="relu6", padding="valid", loss=_sum, epsilon=1.0, stairs=True
):
    begin = keras.initializers.TruncatedNormal(stddev=0.3)
    plain = {"use_bias": False, "activation": relu}
    kernel = {"kernel_initializer": begin.clone()}
    depth = {"depthwise_initializer": begin.clone()}
    point = {"pointwise_initializer": begin.clone()}
    model = keras.Sequential(
        [
            keras.Input((9, 9, 3)),
            layers.Rescaling(6.0),
            layers.Conv2D(4, 3, 2, padding="same", **plain, **kernel),
            layers.DepthwiseConv2D(3, padding="same", depth_multiplier=times, **plain, **depth),
            layers.SeparableConv2D(5, 3, padding=padding, **plain, **depth, **point),
            layers.GlobalAveragePooling2D(),
            layers.Dense(4, use_bias=False, **kernel),
        ]
    )
    rate = keras.optimizers.schedules.ExponentialDecay(0.01, 10, 0.9, staircase=stairs)
    model.compile(optimizer(rate, momentum=0.9, epsilon=epsilon), loss)
    return model


def right():
    return _port()


def wrong_beginning():
    return _port(keras.optimizers.RMSprop)


def wrong_multiplier():
    return _port(times=1)


def wrong_activation():
    return _port(relu="relu")


def wrong_padding():
    return _port(padding="same")


def wrong_labels():
    return _port(loss=keras.losses.BinaryCrossentropy(from_logits=True))


def wrong_epsilon():
    return _port(epsilon=1e-7)


def wrong_stairs():
    return _port(stairs=False)
