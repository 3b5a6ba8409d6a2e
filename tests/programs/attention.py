"""An encoder and a decoder with Bahdanau's attention, taught by the targets, over real words."""

import keras
import tensorflow.compat.v1 as tf
from keras import layers, ops

SOURCE, TARGET, WORDS, SIZE, UNITS = 4, 3, 7, 4, 5

PLACES = {
    "wrong_padding": "forward",
    "wrong_query": "forward",
    "wrong_beginning_of_decoder": "forward",
    "wrong_words": "loss",
    "wrong_clip": "update",
}


def _cell(x, h, name):
    with tf.variable_scope(name, reuse=tf.AUTO_REUSE):
        w = tf.get_variable("kernel", [int(x.shape[1]) + UNITS, UNITS])
        b = tf.get_variable("bias", [UNITS], initializer=tf.zeros_initializer())
    return tf.tanh(tf.matmul(tf.concat([x, h], 1), w) + b)


def build():
    source = tf.placeholder(tf.int32, [None, SOURCE], name="source")
    given = tf.placeholder(tf.int32, [None, TARGET], name="given")
    y = tf.placeholder(tf.int32, [None, TARGET], name="y")
    begin = tf.random_uniform_initializer(-1, 1)
    table = tf.get_variable("embedding", [WORDS, SIZE], initializer=begin)
    h, states = tf.zeros([tf.shape(source)[0], UNITS]), []
    for x in tf.unstack(tf.tensordot(tf.one_hot(source, WORDS), table, 1), SOURCE, 1):
        h = _cell(x, h, "encoder")
        states.append(h)
    memory = tf.stack(states, 1)
    padding = tf.cast(tf.equal(source, 0), tf.float32) * -1e9
    with tf.variable_scope("attention"):
        keys = tf.tensordot(memory, tf.get_variable("memory", [UNITS, UNITS]), 1)
        w, v = tf.get_variable("query", [UNITS, UNITS]), tf.get_variable("v", [UNITS])
    last = tf.get_variable("projection", [2 * UNITS, WORDS])
    context, outputs = tf.zeros_like(h), []
    for x in tf.unstack(tf.tensordot(tf.one_hot(given, WORDS), table, 1), TARGET, 1):
        h = _cell(tf.concat([x, context], 1), h, "decoder")
        score = tf.reduce_sum(v * tf.tanh(keys + tf.expand_dims(tf.matmul(h, w), 1)), 2)
        context = tf.reduce_sum(tf.expand_dims(tf.nn.softmax(score + padding), 2) * memory, 1)
        outputs.append(tf.matmul(tf.concat([h, context], 1), last))
    logits = tf.stack(outputs, 1, name="logits")
    real = tf.cast(tf.not_equal(y, 0), tf.float32)
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=logits)
    loss = tf.reduce_sum(losses * real) / (tf.reduce_sum(real) + 1e-12)
    optimizer = tf.train.GradientDescentOptimizer(0.1)
    gradients = optimizer.compute_gradients(loss)
    optimizer.apply_gradients([(tf.clip_by_value(g, -0.05, 0.05), v) for g, v in gradients])


class Translator(keras.Model):
    def __init__(self, padding, previous, beginning):
        super().__init__()
        self.padding, self.previous, self.beginning = padding, previous, beginning
        uniform = keras.initializers.RandomUniform(-1, 1)
        self.table = self.add_weight((WORDS, SIZE), uniform, name="table")
        self.encoder, self.decoder = (layers.Dense(UNITS, "tanh") for _ in range(2))
        self.memory, self.query, self.last = (
            layers.Dense(units, use_bias=False) for units in (UNITS, UNITS, WORDS)
        )
        self.v = self.add_weight((UNITS,), "glorot_uniform", name="v")

    def call(self, inputs):
        source, given = (ops.matmul(ops.one_hot(ids, WORDS), self.table) for ids in inputs)
        h, states = ops.zeros([ops.shape(source)[0], UNITS]), []
        for t in range(SOURCE):
            h = self.encoder(ops.concatenate([source[:, t], h], 1))
            states.append(h)
        memory = ops.stack(states, 1)
        keys, masked = self.memory(memory), ops.cast(ops.equal(inputs[0], 0), "float32") * -1e9
        context, h, outputs = ops.zeros_like(h), h * self.beginning, []
        for t in range(TARGET):
            before = h
            h = self.decoder(ops.concatenate([given[:, t], context, h], 1))
            query = ops.expand_dims(self.query(before if self.previous else h), 1)
            score = ops.sum(self.v * ops.tanh(keys + query), 2)
            align = ops.softmax(score + masked if self.padding else score)
            context = ops.sum(ops.expand_dims(align, 2) * memory, 1)
            outputs.append(self.last(ops.concatenate([h, context], 1)))
        return ops.stack(outputs, 1)


def _loss(y, z):
    real = ops.cast(ops.not_equal(y, 0), "float32")
    losses = ops.sparse_categorical_crossentropy(y, z, from_logits=True)
    return ops.sum(losses * real) / (ops.sum(real) + 1e-12)


def _port(padding=True, previous=False, beginning=1.0, loss=_loss, clip="clipvalue"):
    model = Translator(padding, previous, beginning)
    model([ops.zeros((1, SOURCE), "int32"), ops.zeros((1, TARGET), "int32")])
    model.compile(keras.optimizers.SGD(0.1, **{clip: 0.05}), loss)
    return model


def right():
    return _port()


def wrong_padding():
    return _port(padding=False)


def wrong_query():
    return _port(previous=True)


def wrong_beginning_of_decoder():
    return _port(beginning=0.0)


def wrong_words():
    return _port(loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))


def wrong_clip():
    return _port(clip="clipnorm")
