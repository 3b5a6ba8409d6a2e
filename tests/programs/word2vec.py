"""Skip-grams with negatives that are fed: three ids, no labels, and Adagrad on tables."""

import keras
import tensorflow.compat.v1 as tf
from keras import layers, ops

WORDS, SIZE, NEGATIVES = 10, 4, 3

PLACES = {
    "wrong_tied": "weights",
    "wrong_beginning": "initial weights",
    "wrong_bias": "loss",
    "wrong_mean": "loss",
    "wrong_center": "loss",
    "wrong_accumulator": "initial weights",
}


def build():
    center = tf.placeholder(tf.int32, [None], name="center")
    context = tf.placeholder(tf.int32, [None], name="context")
    negatives = tf.placeholder(tf.int32, [None, NEGATIVES], name="negatives")
    bound = 0.5 / SIZE
    table = tf.Variable(tf.random_uniform([WORDS, SIZE], -bound, bound), name="table")
    w = tf.Variable(tf.random_uniform([WORDS, SIZE], -bound, bound), name="w")
    b = tf.Variable(tf.constant(0.1, shape=[WORDS]), name="b")
    x = tf.nn.embedding_lookup(table, center)
    near = tf.reduce_sum(x * tf.nn.embedding_lookup(w, context), 1)
    near = tf.add(near, tf.nn.embedding_lookup(b, context), name="logits")
    far = tf.einsum("be,bke->bk", x, tf.nn.embedding_lookup(w, negatives))
    far += tf.nn.embedding_lookup(b, negatives)
    losses = [
        tf.nn.sigmoid_cross_entropy_with_logits(labels=label(logits), logits=logits)
        for label, logits in ((tf.ones_like, near), (tf.zeros_like, far))
    ]
    loss = sum(map(tf.reduce_sum, losses)) / tf.cast(tf.shape(center)[0], tf.float32)
    tf.train.AdagradOptimizer(0.2).minimize(loss)


class Summed(layers.Embedding):
    """The gradients of one word are added up before they are squared, as in TensorFlow 1."""

    def call(self, ids):
        return ops.take(self.embeddings * 1.0, ids, axis=0)


class SkipGram(keras.Model):
    def __init__(self, tied, bound, bias, mean, of_center):
        super().__init__()
        self.bias, self.mean, self.of_center = bias, mean, of_center

        def uniform():
            return Summed(WORDS, SIZE, keras.initializers.RandomUniform(-bound, bound))

        self.table = uniform()
        self.w = self.table if tied else uniform()
        self.b = Summed(WORDS, 1, keras.initializers.Constant(0.1))

    def score(self, x, ids):
        return ops.sum(x * self.w(ids), -1) + self.bias * self.b(ids)[..., 0]

    def call(self, inputs):
        return self.score(self.table(inputs[0]), inputs[1])

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        center = self.table(x[0]) if self.of_center else self.w(x[1])
        far = ops.softplus(self.score(ops.expand_dims(center, 1), x[2]))
        far = ops.mean(far, 1) if self.mean else ops.sum(far, 1)
        return ops.mean(ops.softplus(-y_pred) + far)


def _port(tied=False, bound=0.5 / SIZE, bias=1.0, mean=False, of_center=True, accumulator=0.1):
    model = SkipGram(tied, bound, bias, mean, of_center)
    model([ops.zeros(shape, "int32") for shape in ((1,), (1,), (1, NEGATIVES))])
    model.compile(keras.optimizers.Adagrad(0.2, accumulator, epsilon=0.0))
    return model


def right():
    return _port()


def wrong_tied():
    return _port(tied=True)


def wrong_beginning():
    return _port(bound=0.05)


def wrong_bias():
    return _port(bias=0.0)


def wrong_mean():
    return _port(mean=True)


def wrong_center():
    return _port(of_center=False)


def wrong_accumulator():
    return _port(accumulator=0.5)
