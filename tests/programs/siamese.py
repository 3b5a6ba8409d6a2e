"""Two towers that share their variables, and the contrastive loss of the distance."""

import keras
import tensorflow.compat.v1 as tf
from keras import layers, ops

INPUTS, UNITS, SIZE = 12, 8, 3

PLACES = {
    "wrong_towers": "weights",
    "wrong_beginning": "initial weights",
    "wrong_distance": "forward",
    "wrong_margin": "loss",
    "wrong_labels": "loss",
}


def _tower(x):
    for i, units in enumerate((UNITS, SIZE)):
        begin = tf.truncated_normal_initializer(stddev=0.3)
        w = tf.get_variable(f"w{i}", [x.shape[1], units], initializer=begin)
        b = tf.get_variable(f"b{i}", initializer=tf.constant(0.01, shape=[units]))
        x = tf.nn.bias_add(tf.matmul(x if i == 0 else tf.nn.relu(x), w), b)
    return x


def build():
    one = tf.placeholder(tf.float32, [None, INPUTS], name="one")
    other = tf.placeholder(tf.float32, [None, INPUTS], name="other")
    y = tf.placeholder(tf.float32, [None], name="y")
    with tf.variable_scope("siamese") as scope:
        first = _tower(one)
        scope.reuse_variables()
        second = _tower(other)
    square = tf.reduce_sum(tf.pow(first - second, 2), 1)
    distance = tf.sqrt(square + 1e-6, name="distance")
    apart = (1.0 - y) * tf.pow(tf.maximum(1.0 - distance, 0), 2)
    tf.train.MomentumOptimizer(0.01, 0.9).minimize(tf.reduce_mean(y * square + apart))


def _contrastive(margin, same):
    def loss(y, distance):
        y, distance = (ops.reshape(ops.cast(each, "float32"), [-1]) for each in (y, distance))
        y = y if same else 1.0 - y
        apart = ops.square(ops.maximum(margin - distance, 0.0))
        return y * (ops.square(distance) - 1e-6) + (1.0 - y) * apart

    return loss


def _port(shared=True, bias=0.01, manhattan=False, margin=1.0, same=True):
    def tower():
        begin = {
            "kernel_initializer": keras.initializers.TruncatedNormal(stddev=0.3),
            "bias_initializer": keras.initializers.Constant(bias),
        }
        dense = layers.Dense(UNITS, "relu", **begin), layers.Dense(SIZE, **begin)
        return keras.Sequential([keras.Input((INPUTS,)), *dense])

    one, other = keras.Input((INPUTS,)), keras.Input((INPUTS,))
    net = tower()
    difference = net(one) - (net if shared else tower())(other)
    if manhattan:
        distance = ops.sum(ops.abs(difference), 1)
    else:
        distance = ops.sqrt(ops.sum(ops.square(difference), 1) + 1e-6)
    model = keras.Model([one, other], distance)
    model.compile(keras.optimizers.SGD(0.01, momentum=0.9), _contrastive(margin, same))
    return model


def right():
    return _port()


def wrong_towers():
    return _port(shared=False)


def wrong_beginning():
    return _port(bias=0.0)


def wrong_distance():
    return _port(manhattan=True)


def wrong_margin():
    return _port(margin=5.0)


def wrong_labels():
    return _port(same=False)
