"""Evaluation with weights that `tf.train.ExponentialMovingAverage` has averaged over steps."""

import keras
import tensorflow.compat.v1 as tf
from keras import layers

INPUTS, UNITS, CLASSES = 6, 5, 3

FEEDS = {"is_training": (True, False)}

PLACES = {
    "wrong_beginning": "forward",
    "wrong_evaluation": "predictions",
    "wrong_order": "steps",
    "wrong_decay": "steps",
}


def build():
    x = tf.placeholder(tf.float32, [None, INPUTS], name="x")
    y = tf.placeholder(tf.float32, [None, CLASSES], name="y")
    is_training = tf.placeholder(tf.bool, [], name="is_training")
    w = tf.get_variable("w", [INPUTS, UNITS])
    b = tf.get_variable("b", [UNITS], initializer=tf.zeros_initializer())
    v = tf.get_variable("v", [UNITS, CLASSES])
    variables, averages = [w, b, v], tf.train.ExponentialMovingAverage(0.9)

    def net(w, b, v):
        return tf.matmul(tf.nn.relu(tf.matmul(x, w) + b), v)

    raw = net(*variables)
    losses = tf.nn.softmax_cross_entropy_with_logits_v2(labels=y, logits=raw)
    step = tf.train.MomentumOptimizer(0.1, 0.9).minimize(tf.reduce_mean(losses))
    with tf.control_dependencies([step]):
        moved = averages.apply(variables)
    tf.where(is_training, raw, net(*map(averages.average, variables)), name="logits")
    tf.group(moved, name="train")


class Averaged(keras.Model):
    def __init__(self, decay, first, use, zeros):
        super().__init__()
        self.decay, self.first, self.use = decay, first, use
        self.net, self.average = _net(), _net()
        self.average.trainable = False
        self.average.set_weights([w * (1 - zeros) for w in self.net.get_weights()])
        self.built = True

    def call(self, x, training=None):
        return self.average(x) if self.use and not training else self.net(x)

    def move(self):
        for average, weight in zip(self.average.weights, self.net.weights, strict=True):
            average.assign(self.decay * average + (1 - self.decay) * weight)

    def train_step(self, data):
        if self.first:
            self.move()
        logs = super().train_step(data)
        if not self.first:
            self.move()
        return logs


def _net():
    dense = layers.Dense(UNITS, "relu"), layers.Dense(CLASSES, use_bias=False)
    return keras.Sequential([keras.Input((INPUTS,)), *dense])


def _port(decay=0.9, first=False, use=True, zeros=False):
    model = Averaged(decay, first, use, zeros)
    loss = keras.losses.CategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(0.1, momentum=0.9), loss)
    return model


def right():
    return _port()


def wrong_beginning():
    return _port(zeros=True)


def wrong_evaluation():
    return _port(use=False)


def wrong_order():
    return _port(first=True)


def wrong_decay():
    return _port(decay=0.99)
