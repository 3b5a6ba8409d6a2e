"""Tags of words: a causal convolution, the mean loss of the real words, clipping by value."""

import keras
import tensorflow.compat.v1 as tf
from keras import layers, ops

WORDS, SIZE, LENGTH, UNITS, TAGS = 20, 4, 6, 5, 3

FEEDS = {"rate": (0.05, 0.05)}

PLACES = {
    "wrong_beginning": "initial weights",
    "wrong_padding": "forward",
    "wrong_words": "loss",
    "wrong_sentences": "loss",
    "wrong_clip": "update",
}


def build():
    words = tf.placeholder(tf.int32, [None, LENGTH], name="words")
    lengths = tf.placeholder(tf.int32, [None], name="lengths")
    tags = tf.placeholder(tf.int32, [None, LENGTH], name="tags")
    rate = tf.placeholder(tf.float32, [], name="rate")
    begin = tf.random_uniform_initializer(-0.25, 0.25)
    table = tf.get_variable("table", [WORDS, SIZE], initializer=begin)
    w = tf.get_variable("w", [3, SIZE, UNITS])
    b = tf.get_variable("b", [UNITS], initializer=tf.zeros_initializer())
    v = tf.get_variable("v", [UNITS, TAGS])
    x = tf.pad(tf.nn.embedding_lookup(table, words), [[0, 0], [2, 0], [0, 0]])
    h = tf.nn.tanh(tf.nn.conv1d(x, w, stride=1, padding="VALID") + b)
    logits = tf.tensordot(h, v, axes=[[2], [0]])
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=tags, logits=logits)
    loss = tf.reduce_mean(tf.boolean_mask(losses, tf.sequence_mask(lengths, LENGTH)))
    optimizer = tf.train.GradientDescentOptimizer(rate)
    gradients = optimizer.compute_gradients(loss)
    optimizer.apply_gradients([(tf.clip_by_value(g, -0.02, 0.02), v) for g, v in gradients])


def _real(lengths):
    return ops.cast(ops.expand_dims(lengths, 1) > ops.expand_dims(ops.arange(LENGTH), 0), "float32")


def _words(losses, real):
    return ops.sum(losses * real) / ops.sum(real)


def _sentences(losses, real):
    return ops.mean(ops.sum(losses * real, 1) / ops.sum(real, 1))


def _all(losses, real):
    return ops.mean(losses)


class Tagger(keras.Sequential):
    mean = None

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        lengths, tags = y
        losses = ops.sparse_categorical_crossentropy(tags, y_pred, from_logits=True)
        return self.mean(losses, _real(lengths))


def _port(bound=0.25, padding="causal", mean=_words, **clip):
    model = Tagger(
        [
            keras.Input((LENGTH,), dtype="int32"),
            layers.Embedding(WORDS, SIZE, keras.initializers.RandomUniform(-bound, bound)),
            layers.Conv1D(UNITS, 3, padding=padding, activation="tanh"),
            layers.Dense(TAGS, use_bias=False),
        ]
    )
    model.mean = mean
    model.compile(keras.optimizers.SGD(0.05, **(clip or {"clipvalue": 0.02})))
    return model


def right():
    return _port()


def wrong_beginning():
    return _port(bound=0.05)


def wrong_padding():
    return _port(padding="same")


def wrong_words():
    return _port(mean=_all)


def wrong_sentences():
    return _port(mean=_sentences)


def wrong_clip():
    return _port(clipnorm=0.02)
