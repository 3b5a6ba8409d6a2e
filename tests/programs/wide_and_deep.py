"""Two optimizers in one group: Ftrl for the wide part, Adagrad for the deep one."""

import keras
import tensorflow as tf2
import tensorflow.compat.v1 as tf
from keras import layers, ops

WIDE, DEEP = 7, 5

PLACES = {
    "wrong_activation": "forward",
    "wrong_weight": "loss",
    "wrong_frozen": "gradients",
    "wrong_l1": "update",
    "wrong_one_optimizer": "update",
}


def build():
    x = tf.placeholder(tf.float32, [None, WIDE], name="wide_x")
    z = tf.placeholder(tf.float32, [None, DEEP], name="deep_x")
    y = tf.placeholder(tf.float32, [None, 1], name="y")
    with tf.variable_scope("wide"):
        w = tf.get_variable("w", [WIDE, 1], initializer=tf.zeros_initializer())
        b = tf.get_variable("b", [1], initializer=tf.zeros_initializer())
    with tf.variable_scope("deep"):
        v = tf.get_variable("v", [DEEP, 6], initializer=tf.glorot_normal_initializer())
        u = tf.get_variable("u", [6, 1], initializer=tf.glorot_normal_initializer())
    logits = tf.matmul(x, w) + b + tf.matmul(tf.nn.selu(tf.matmul(z, v)), u)
    losses = tf.nn.weighted_cross_entropy_with_logits(labels=y, logits=logits, pos_weight=3.0)
    loss = tf.reduce_mean(losses)
    steps = [
        optimizer.minimize(loss, var_list=tf.trainable_variables(scope))
        for scope, optimizer in (
            ("wide", tf.train.FtrlOptimizer(0.1, l1_regularization_strength=0.01)),
            ("deep", tf.train.AdagradOptimizer(0.05)),
        )
    ]
    tf.group(*steps)


class Pair(keras.Model):
    def __init__(self, activation, trainable):
        super().__init__()
        normal = {"use_bias": False, "kernel_initializer": "glorot_normal"}
        dense = [layers.Dense(6, activation, **normal), layers.Dense(1, **normal)]
        self.wide = layers.Dense(1, kernel_initializer="zeros", trainable=trainable)
        self.deep = keras.Sequential([keras.Input((DEEP,)), *dense])
        self.wide.build((None, WIDE))
        self.built = True

    def call(self, inputs):
        return self.wide(inputs[0]) + self.deep(inputs[1])

    def compile(self, wide, deep, loss):
        super().compile(deep, loss)
        self.of_wide = wide
        wide.build(self.wide.trainable_variables)
        deep.build(self.deep.trainable_variables)

    def train_step(self, data):
        x, y = data
        with tf2.GradientTape(persistent=True) as tape:
            loss = self.compute_loss(x, y, self(x, training=True))
        for part, optimizer in ((self.wide, self.of_wide), (self.deep, self.optimizer)):
            variables = part.trainable_variables
            if variables:
                optimizer.apply(tape.gradient(loss, [v.value for v in variables]), variables)
        return {"loss": loss}


def _weighted(weight):
    def loss(y, z):
        return ops.mean((1 - y) * ops.softplus(z) + weight * y * ops.softplus(-z))

    return loss


def _adagrad():
    return keras.optimizers.Adagrad(0.05, epsilon=0.0)


def _port(activation="selu", weight=3.0, l1=0.01, wide=None, trainable=True):
    model = Pair(activation, trainable)
    ftrl = keras.optimizers.Ftrl(0.1, l1_regularization_strength=l1)
    model.compile(wide or ftrl, _adagrad(), _weighted(weight))
    return model


def right():
    return _port()


def wrong_activation():
    return _port(activation="elu")


def wrong_weight():
    return _port(weight=1.0)


def wrong_frozen():
    return _port(trainable=False)


def wrong_l1():
    return _port(l1=0.0)


def wrong_one_optimizer():
    return _port(wide=_adagrad())
