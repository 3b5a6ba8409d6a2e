"""A model of characters: ids, two `GRUCell`s with dropout between, clipping by global norm."""

import math

import keras
import tensorflow.compat.v1 as tf
from keras import layers, ops

IDS, SIZE, UNITS, STEPS = 9, 4, 5, 3

FEEDS = {"keep_prob": (0.7, 1.0)}

PLACES = {
    "wrong_reset": "weights",
    "wrong_beginning": "initial weights",
    "wrong_activation": "forward",
    "wrong_dropout": "dropout",
    "wrong_clip": "update",
}


def _cell(xs, name):
    """`static_rnn(GRUCell(UNITS), xs)`."""
    with tf.variable_scope(name):
        inputs = xs[0].shape[1] + UNITS
        ones = tf.ones_initializer()
        w = tf.get_variable("gates/kernel", [inputs, 2 * UNITS])
        b = tf.get_variable("gates/bias", [2 * UNITS], initializer=ones)
        v = tf.get_variable("candidate/kernel", [inputs, UNITS])
        a = tf.get_variable("candidate/bias", [UNITS], initializer=tf.zeros_initializer())
    h, outputs = tf.zeros([tf.shape(xs[0])[0], UNITS]), []
    for x in xs:
        r, u = tf.split(tf.sigmoid(tf.matmul(tf.concat([x, h], 1), w) + b), 2, 1)
        h = u * h + (1 - u) * tf.tanh(tf.matmul(tf.concat([x, r * h], 1), v) + a)
        outputs.append(h)
    return outputs


def build():
    x = tf.placeholder(tf.int32, [None, STEPS], name="x")
    y = tf.placeholder(tf.int32, [None, STEPS], name="y")
    keep = tf.placeholder(tf.float32, name="keep_prob")
    begin = tf.random_uniform_initializer(-0.1, 0.1)
    table = tf.get_variable("embedding", [IDS, SIZE], initializer=begin)
    xs = tf.unstack(tf.nn.embedding_lookup(table, x), STEPS, 1)
    lower = [tf.nn.dropout(h, keep) for h in _cell(xs, "cell_0/gru_cell")]
    h = tf.reshape(tf.stack(_cell(lower, "cell_1/gru_cell"), 1), [-1, UNITS])
    w = tf.get_variable("softmax_w", [UNITS, IDS])
    b = tf.get_variable("softmax_b", [IDS], initializer=tf.zeros_initializer())
    logits = tf.reshape(tf.matmul(h, w) + b, [-1, STEPS, IDS])
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=logits)
    variables = tf.trainable_variables()
    gradients, _ = tf.clip_by_global_norm(tf.gradients(tf.reduce_mean(losses), variables), 0.03)
    steps = zip(gradients, variables, strict=True)
    tf.train.GradientDescentOptimizer(1.0).apply_gradients(steps)


class Joint(keras.initializers.Initializer):
    """Glorot over the kernels of TensorFlow 1: one of the gates, one of the candidate."""

    def __init__(self, inputs):
        self.inputs, self.generator = inputs, keras.random.SeedGenerator()

    def __call__(self, shape, dtype=None):
        gates, candidate = (
            math.sqrt(6 / (self.inputs + UNITS + outputs)) for outputs in (2 * UNITS, UNITS)
        )
        bounds = ops.concatenate([ops.full([2 * UNITS], gates), ops.full([UNITS], candidate)])
        return bounds * keras.random.uniform(shape, -1.0, 1.0, dtype, self.generator)


def _ones(shape, dtype=None):
    return ops.concatenate([ops.ones([2 * UNITS]), ops.zeros([UNITS])])


def _gru(inputs, begin, **settings):
    initializers = {"kernel_initializer": Joint(inputs), "recurrent_initializer": Joint(inputs)}
    settings = {"reset_after": False, "bias_initializer": begin, **initializers, **settings}
    return layers.GRU(UNITS, return_sequences=True, **settings)


def _port(begin=_ones, rate=0.3, clip="global_clipnorm", **settings):
    table = layers.Embedding(IDS, SIZE, keras.initializers.RandomUniform(-0.1, 0.1))
    model = keras.Sequential(
        [
            keras.Input((STEPS,), dtype="int32"),
            table,
            _gru(SIZE, begin, **settings),
            layers.Dropout(rate),
            _gru(UNITS, begin, **settings),
            layers.Dense(IDS),
        ]
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(1.0, **{clip: 0.03}), loss)
    return model


def right():
    return _port()


def wrong_reset():
    return _port("zeros", reset_after=True)


def wrong_beginning():
    return _port("zeros")


def wrong_activation():
    return _port(activation="relu")


def wrong_dropout():
    return _port(rate=0.7)


def wrong_clip():
    return _port(clip="clipnorm")
