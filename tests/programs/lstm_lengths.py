"""`dynamic_rnn(BasicLSTMCell, sequence_length)` as a loop; a sequence that has ended is kept."""

import math

import keras
import tensorflow.compat.v1 as tf
from keras import layers, ops

STEPS, INPUTS, UNITS, CLASSES = 6, 3, 5, 4

PLACES = {
    "wrong_forget_bias": "initial weights",
    "wrong_no_lengths": "forward",
    "wrong_activation": "forward",
    "wrong_direction": "forward",
    "wrong_rate": "update",
}


def _last(x, lengths, kernel, bias):
    x = tf.transpose(x, [1, 0, 2])

    def step(t, c, h):
        z = tf.nn.bias_add(tf.matmul(tf.concat([x[t], h], 1), kernel), bias)
        i, j, f, o = tf.split(z, 4, 1)
        new_c = c * tf.sigmoid(f + 1.0) + tf.sigmoid(i) * tf.tanh(j)
        new_h = tf.tanh(new_c) * tf.sigmoid(o)
        alive = tf.tile(tf.expand_dims(t < lengths, 1), [1, UNITS])
        return t + 1, tf.where(alive, new_c, c), tf.where(alive, new_h, h)

    zero = tf.zeros([tf.shape(x)[1], UNITS])
    shapes = [tf.TensorShape([]), tf.TensorShape([None, UNITS]), tf.TensorShape([None, UNITS])]
    loop = [tf.constant(0), zero, zero]
    return tf.while_loop(lambda t, c, h: t < STEPS, step, loop, shape_invariants=shapes)[2]


def build():
    x = tf.placeholder(tf.float32, [None, STEPS, INPUTS], name="x")
    lengths = tf.placeholder(tf.int32, [None], name="lengths")
    y = tf.placeholder(tf.float32, [None, CLASSES], name="y")
    with tf.variable_scope("rnn/basic_lstm_cell"):
        kernel = tf.get_variable("kernel", [INPUTS + UNITS, 4 * UNITS])
        bias = tf.get_variable("bias", [4 * UNITS], initializer=tf.zeros_initializer())
    w = tf.Variable(tf.random_normal([UNITS, CLASSES]), name="w")
    b = tf.Variable(tf.random_normal([CLASSES]), name="b")
    logits = tf.matmul(_last(x, lengths, kernel, bias), w) + b
    losses = tf.nn.softmax_cross_entropy_with_logits_v2(labels=y, logits=logits)
    tf.train.GradientDescentOptimizer(0.1).minimize(tf.reduce_mean(losses))


def _port(masked=True, rate=0.1, **settings):
    bound = math.sqrt(6.0 / (INPUTS + UNITS + 4 * UNITS))
    uniform, normal = (
        keras.initializers.RandomUniform(-bound, bound),
        keras.initializers.RandomNormal(stddev=1.0),
    )
    lstm = layers.LSTM(
        UNITS,
        kernel_initializer=uniform.clone(),
        recurrent_initializer=uniform.clone(),
        **settings,
    )
    x, lengths = keras.Input((STEPS, INPUTS)), keras.Input((), dtype="int32")
    alive = ops.expand_dims(lengths, 1) > ops.expand_dims(ops.arange(STEPS), 0)
    h = lstm(x, mask=alive if masked else None)
    dense = layers.Dense(
        CLASSES, kernel_initializer=normal.clone(), bias_initializer=normal.clone()
    )
    model = keras.Model([x, lengths], dense(h))
    loss = keras.losses.CategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(rate), loss)
    return model


def right():
    return _port()


def wrong_forget_bias():
    return _port(unit_forget_bias=False)


def wrong_no_lengths():
    return _port(masked=False)


def wrong_activation():
    return _port(recurrent_activation="hard_sigmoid")


def wrong_direction():
    return _port(go_backwards=True)


def wrong_rate():
    return _port(rate=0.01)
