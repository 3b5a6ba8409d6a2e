"""Highway layers, whose gates carry the input on, and a logarithm of clipped probabilities."""

import keras
import tensorflow.compat.v1 as tf
from keras import layers, ops

UNITS, DEPTH, CLASSES = 6, 3, 3

FEEDS = {"keep_prob": (0.8, 1.0)}

PLACES = {
    "wrong_shared": "weights",
    "wrong_beginning": "initial weights",
    "wrong_carry": "forward",
    "wrong_dropout": "dropout",
    "wrong_classes": "loss",
}


def _dense(x, units, bias, name):
    with tf.variable_scope(name):
        w = tf.Variable(tf.truncated_normal([int(x.shape[1]), units], stddev=0.3), name="w")
        b = tf.Variable(tf.constant(bias, shape=[units]), name="b")
    return tf.matmul(x, w) + b


def build():
    x = tf.placeholder(tf.float32, [None, UNITS], name="x")
    y = tf.placeholder(tf.float32, [None, CLASSES], name="y")
    keep = tf.placeholder(tf.float32, name="keep_prob")
    h = x
    for i in range(DEPTH):
        gate = tf.sigmoid(_dense(h, UNITS, -1.0, f"gate{i}"))
        h = tf.nn.relu(_dense(h, UNITS, 0.1, f"layer{i}")) * gate + h * (1.0 - gate)
    output = tf.nn.softmax(_dense(tf.nn.dropout(h, keep), CLASSES, 0.1, "output"))
    logarithms = tf.log(tf.clip_by_value(output, 1e-10, 1.0))
    loss = tf.reduce_mean(-tf.reduce_sum(y * logarithms, 1))
    tf.train.GradientDescentOptimizer(0.5).minimize(loss)


def _normal(units, activation, bias):
    normal = keras.initializers.TruncatedNormal(stddev=0.3)
    begin = {"kernel_initializer": normal, "bias_initializer": keras.initializers.Constant(bias)}
    return layers.Dense(units, activation, **begin)


class Highway(layers.Layer):
    def __init__(self, bias, carried):
        super().__init__()
        self.carried = carried
        self.gate, self.layer = _normal(UNITS, "sigmoid", bias), _normal(UNITS, "relu", 0.1)

    def build(self, shape):
        self.gate.build(shape)
        self.layer.build(shape)

    def call(self, x):
        gate = self.gate(x)
        return self.layer(x) * gate + x * (1 - self.carried * gate)


def _clipped(y, p):
    return -ops.sum(y * ops.log(ops.clip(p, 1e-10, 1.0)), -1)


def _port(shared=False, bias=-1.0, carried=1.0, each=False, loss=_clipped):
    highways = [Highway(bias, carried) for _ in range(DEPTH)]
    net = [keras.Input((UNITS,))]
    for highway in highways:
        net += [highways[0] if shared else highway, *([layers.Dropout(0.2)] if each else [])]
    x = h = net[0]
    for layer in net[1:] if each else [*net[1:], layers.Dropout(0.2)]:
        h = layer(h)
    model = keras.Model(x, _normal(CLASSES, "softmax", 0.1)(h))
    model.compile(keras.optimizers.SGD(0.5), loss)
    return model


def right():
    return _port()


def wrong_shared():
    return _port(shared=True)


def wrong_beginning():
    return _port(bias=1.0)


def wrong_carry():
    return _port(carried=0.0)


def wrong_dropout():
    return _port(each=True)


def wrong_classes():
    return _port(loss=lambda y, p: _clipped(y, p) / CLASSES)
