"""Ratings from rows of two tables, with biases: momentum that moves only the rows of a batch."""

import keras
import tensorflow as tf2
import tensorflow.compat.v1 as tf
from keras import layers, ops

USERS, ITEMS, SIZE = 12, 16, 3

PLACES = {
    "wrong_beginning": "initial weights",
    "wrong_mean": "loss",
    "wrong_penalty": "loss",
    "wrong_momentum": "steps",  # as gradients are sparse, no update is compared alone
    "wrong_rows": "steps",
}


def build():
    user = tf.placeholder(tf.int32, [None], name="user")
    item = tf.placeholder(tf.int32, [None], name="item")
    rating = tf.placeholder(tf.float32, [None], name="rating")
    bias = tf.get_variable("bias", [], initializer=tf.constant_initializer(3.5))
    begin = tf.truncated_normal_initializer(stddev=0.2)
    rows, sums = [], bias
    for ids, name, number in ((user, "user", USERS), (item, "item", ITEMS)):
        biases = tf.get_variable(f"{name}_biases", [number], initializer=tf.zeros_initializer())
        table = tf.get_variable(f"{name}_table", [number, SIZE], initializer=begin)
        rows.append(tf.nn.embedding_lookup(table, ids))
        sums = sums + tf.nn.embedding_lookup(biases, ids)
    guess = tf.add(tf.reduce_sum(rows[0] * rows[1], 1), sums, name="guess")
    penalty = tf.nn.l2_loss(rows[0]) + tf.nn.l2_loss(rows[1])
    cost = tf.nn.l2_loss(guess - rating) + 0.05 * penalty
    tf.train.MomentumOptimizer(0.02, 0.8).minimize(cost)


class SparseMomentum(keras.optimizers.SGD):
    """Rows that no id of the batch names are left alone, as in TensorFlow 1."""

    def update_step(self, gradient, variable, learning_rate):
        momentum = self.momentums[self._get_variable_index(variable)]
        seen = True
        if isinstance(gradient, tf2.IndexedSlices):
            ones, rows = tf2.ones_like(gradient.indices), variable.shape[0]
            seen = tf2.math.unsorted_segment_sum(ones, gradient.indices, rows)[:, None] > 0
        moved = self.momentum * momentum + tf2.convert_to_tensor(gradient)
        self.assign(momentum, tf2.where(seen, moved, momentum.value))
        self.assign_sub(variable, tf2.where(seen, learning_rate * moved, 0.0))


class Penalty(layers.Layer):
    def __init__(self, factor):
        super().__init__()
        self.factor = factor

    def call(self, x):
        self.add_loss(self.factor * 0.5 * ops.sum(ops.square(x)))
        return x


class Bias(layers.Layer):
    def __init__(self, begin):
        super().__init__()
        self.bias = self.add_weight(shape=(), initializer=keras.initializers.Constant(begin))

    def call(self, x):
        return x + self.bias


def _sum(y, z):
    return 0.5 * ops.sum(ops.square(ops.reshape(y, [-1]) - z))


def _port(begin=3.5, loss=_sum, penalty=0.05, optimizer=SparseMomentum, momentum=0.8):
    def table(number, ids):
        begin = keras.initializers.TruncatedNormal(stddev=0.2)
        row = Penalty(penalty)(layers.Embedding(number, SIZE, begin)(ids))
        return row, layers.Embedding(number, 1, "zeros")(ids)[:, 0]

    user, item = (keras.Input((), dtype="int32") for _ in range(2))
    (u, of_user), (i, of_item) = table(USERS, user), table(ITEMS, item)
    guess = Bias(begin)(ops.sum(u * i, 1)) + of_user + of_item
    model = keras.Model([user, item], guess)
    model.compile(optimizer(0.02, momentum=momentum), loss)
    return model


def right():
    return _port()


def wrong_beginning():
    return _port(begin=0.0)


def wrong_mean():
    return _port(loss="mse")


def wrong_penalty():
    return _port(penalty=0.1)


def wrong_momentum():
    return _port(momentum=0.9)


def wrong_rows():
    return _port(optimizer=keras.optimizers.SGD)
