"""Numbers and a category, weighted classes, and a rate that rises with the first steps."""

import keras
import tensorflow.compat.v1 as tf
from keras import layers, ops

NUMBERS, KINDS, SIZE, CLASSES = 4, 6, 3, 3

WEIGHTS = [1.0, 3.0, 0.5]

PLACES = {
    "wrong_activation": "forward",
    "wrong_weights": "loss",
    "wrong_mean": "loss",
    "wrong_first_step": "steps",  # as gradients are sparse, no update is compared alone
    "wrong_rate": "steps",
    "wrong_beta": "update",
}


def build():
    x = tf.placeholder(tf.float32, [None, NUMBERS], name="numbers")
    kind = tf.placeholder(tf.int32, [None], name="kind")
    y = tf.placeholder(tf.int32, [None], name="y")
    begin = tf.random_normal_initializer(stddev=0.5)
    table = tf.get_variable("table", [KINDS, SIZE], initializer=begin)
    h = tf.concat([tf.tanh(x), tf.gather(table, kind)], 1)
    w = tf.get_variable("w", [NUMBERS + SIZE, CLASSES])
    b = tf.get_variable("b", [CLASSES], initializer=tf.zeros_initializer())
    logits = tf.add(tf.matmul(h, w), b, name="logits")
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=logits)
    loss = tf.reduce_mean(tf.gather(tf.constant(WEIGHTS), y) * losses)
    step = tf.train.get_or_create_global_step()
    rate = 0.02 * tf.minimum(1.0, (tf.cast(step, tf.float32) + 1.0) / 3.0)
    optimizer = tf.train.AdamOptimizer(rate, beta2=0.98, epsilon=1e-6)
    optimizer.minimize(loss, global_step=step)


class Rising(keras.optimizers.schedules.LearningRateSchedule):
    def __init__(self, first):
        self.first = first

    def __call__(self, step):
        return 0.02 * ops.minimum(1.0, (ops.cast(step, "float32") + self.first) / 3.0)


class Summed(layers.Embedding):
    """The gradients of one kind are added up before they are squared, as in TensorFlow 1."""

    def call(self, ids):
        return ops.take(self.embeddings * 1.0, ids, axis=0)


def _weighted(weights, whole):
    def loss(y, z):
        weight = ops.take(ops.convert_to_tensor(weights), ops.cast(ops.reshape(y, [-1]), "int32"))
        losses = weight * ops.sparse_categorical_crossentropy(y, z, from_logits=True)
        return ops.sum(losses) / ops.sum(weight) if whole else ops.mean(losses)

    return loss


def _port(every=False, weights=WEIGHTS, whole=False, rate=None, first=1.0, beta=0.98):
    x, kind = keras.Input((NUMBERS,)), keras.Input((), dtype="int32")
    row = Summed(KINDS, SIZE, keras.initializers.RandomNormal(stddev=0.5))(kind)
    h = layers.Concatenate()([ops.tanh(x), ops.tanh(row) if every else row])
    model = keras.Model([x, kind], layers.Dense(CLASSES)(h))
    optimizer = keras.optimizers.Adam(rate or Rising(first), beta_2=beta, epsilon=1e-6)
    model.compile(optimizer, _weighted(weights, whole))
    return model


def right():
    return _port()


def wrong_activation():
    return _port(every=True)


def wrong_weights():
    return _port(weights=[1.0, 1.0, 1.0])


def wrong_mean():
    return _port(whole=True)


def wrong_first_step():
    return _port(first=0.0)


def wrong_rate():
    return _port(rate=0.02)


def wrong_beta():
    return _port(beta=0.999)
