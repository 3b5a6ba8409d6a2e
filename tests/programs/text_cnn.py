"""Convolutions of several widths over words, maxima over time, dropout, L2 of the last layer."""

import keras
import tensorflow.compat.v1 as tf
from keras import layers, ops

LENGTH, WORDS, SIZE, FILTERS, WIDTHS = 7, 12, 5, 3, (2, 3)

FEEDS = {"keep_prob": (0.5, 1.0)}

PLACES = {
    "wrong_pool": "forward",
    "wrong_dropout": "dropout",
    "wrong_penalty": "loss",
    "wrong_ids": "update",
}


def build():
    x = tf.placeholder(tf.int32, [None, LENGTH], name="x")
    y = tf.placeholder(tf.float32, [None, 2], name="y")
    keep = tf.placeholder(tf.float32, name="keep_prob")
    table = tf.Variable(tf.random_uniform([WORDS, SIZE], -1.0, 1.0), name="table")
    words = tf.expand_dims(tf.nn.embedding_lookup(table, x), -1)
    pooled = []
    for k in WIDTHS:
        w = tf.Variable(tf.truncated_normal([k, SIZE, 1, FILTERS], stddev=0.1), name=f"w{k}")
        b = tf.Variable(tf.constant(0.1, shape=[FILTERS]), name=f"b{k}")
        h = tf.nn.relu(tf.nn.bias_add(tf.nn.conv2d(words, w, [1, 1, 1, 1], "VALID"), b))
        pooled.append(tf.nn.max_pool(h, [1, LENGTH - k + 1, 1, 1], [1, 1, 1, 1], "VALID"))
    units = FILTERS * len(WIDTHS)
    h = tf.nn.dropout(tf.reshape(tf.concat(pooled, 3), [-1, units]), keep)
    w = tf.get_variable("w", [units, 2])
    b = tf.Variable(tf.constant(0.1, shape=[2]), name="b")
    losses = tf.nn.softmax_cross_entropy_with_logits_v2(labels=y, logits=tf.nn.xw_plus_b(h, w, b))
    loss = tf.reduce_mean(losses) + 0.1 * (tf.nn.l2_loss(w) + tf.nn.l2_loss(b))
    step = tf.Variable(0, name="global_step", trainable=False)
    optimizer = tf.train.AdamOptimizer(1e-3)
    optimizer.apply_gradients(optimizer.compute_gradients(loss), global_step=step)


class Summed(layers.Embedding):
    """The gradients of one word are added up before they are squared, as in TensorFlow 1."""

    def call(self, ids):
        return ops.take(self.embeddings * 1.0, ids, axis=0)


def _port(table=Summed, pool=layers.GlobalMaxPooling1D, pooled=0.5, embedded=0.0, penalty=0.05):
    def begin():
        return keras.initializers.Constant(0.1)

    x = keras.Input((LENGTH,), dtype="int32")
    words = layers.Dropout(embedded)(
        table(WORDS, SIZE, keras.initializers.RandomUniform(-1.0, 1.0))(x)
    )
    normal = keras.initializers.TruncatedNormal(stddev=0.1)
    settings = {"activation": "relu", "bias_initializer": begin()}
    h = layers.Concatenate()(
        [
            pool()(layers.Conv1D(FILTERS, k, kernel_initializer=normal.clone(), **settings)(words))
            for k in WIDTHS
        ]
    )
    l2 = keras.regularizers.L2(penalty)
    last = layers.Dense(2, kernel_regularizer=l2, bias_regularizer=l2, bias_initializer=begin())
    model = keras.Model(x, last(layers.Dropout(pooled)(h)))
    loss = keras.losses.CategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(1e-3, epsilon=1e-8), loss)
    return model


def right():
    return _port()


def wrong_pool():
    return _port(pool=layers.GlobalAveragePooling1D)


def wrong_dropout():
    return _port(pooled=0.0, embedded=0.5)


def wrong_penalty():
    return _port(penalty=0.1)


def wrong_ids():
    return _port(table=layers.Embedding)
