"""LSTM cells as TensorFlow 1 has them, in both directions and a second one behind."""

import keras
import tensorflow.compat.v1 as tf

STEPS, INPUTS, UNITS = 3, 4, 5

PLACES = {
    "wrong_beginning": "initial weights",
    "wrong_merging": "forward",
    "wrong_clip": "update",
}


def _cell(xs, name):
    """`static_rnn(BasicLSTMCell(UNITS), xs)`: gates i, j, f, o; 1 is added to f."""
    with tf.variable_scope(name):
        begin = tf.random_normal_initializer(stddev=0.1)
        kernel = tf.get_variable("kernel", [xs[0].shape[1] + UNITS, 4 * UNITS], initializer=begin)
        bias = tf.get_variable("bias", [4 * UNITS], initializer=tf.zeros_initializer())
    h = c = tf.zeros([tf.shape(xs[0])[0], UNITS])
    outputs = []
    for x in xs:
        i, j, f, o = tf.split(tf.nn.xw_plus_b(tf.concat([x, h], 1), kernel, bias), 4, 1)
        c = c * tf.sigmoid(f + 1.0) + tf.sigmoid(i) * tf.tanh(j)
        h = tf.tanh(c) * tf.sigmoid(o)
        outputs.append(h)
    return outputs


def build():
    x = tf.placeholder(tf.float32, [None, STEPS, INPUTS], name="x")
    y = tf.placeholder(tf.float32, [None, 3], name="y")
    xs = tf.unstack(x, STEPS, 1)
    forward = _cell(xs, "bidirectional_rnn/fw/basic_lstm_cell")
    backward = _cell(xs[::-1], "bidirectional_rnn/bw/basic_lstm_cell")[::-1]
    both = [tf.concat(pair, 1) for pair in zip(forward, backward, strict=True)]
    last = _cell(both, "rnn/basic_lstm_cell")[-1]
    w = tf.get_variable("w", [UNITS, 3], initializer=tf.glorot_uniform_initializer())
    logits = tf.matmul(last, w)
    losses = tf.nn.softmax_cross_entropy_with_logits_v2(labels=y, logits=logits)
    optimizer = tf.train.MomentumOptimizer(0.1, 0.9)
    gradients, variables = zip(*optimizer.compute_gradients(tf.reduce_mean(losses)), strict=True)
    clipped, _ = tf.clip_by_global_norm(gradients, 0.2)
    optimizer.apply_gradients(zip(clipped, variables, strict=True))


def _lstm(**settings):
    return keras.layers.LSTM(
        UNITS,
        kernel_initializer=keras.initializers.RandomNormal(stddev=0.1),
        recurrent_initializer=keras.initializers.RandomNormal(stddev=0.1),
        **settings,
    )


def _port(merging="concat", clip=0.2, forget=True):
    first = _lstm(return_sequences=True, unit_forget_bias=forget)
    model = keras.Sequential(
        [
            keras.Input((STEPS, INPUTS)),
            keras.layers.Bidirectional(first, merge_mode=merging),
            _lstm(unit_forget_bias=forget),
            keras.layers.Dense(3, use_bias=False),
        ]
    )
    model.compile(
        keras.optimizers.SGD(0.1, momentum=0.9, global_clipnorm=clip),
        keras.losses.CategoricalCrossentropy(from_logits=True),
    )
    return model


def right():
    return _port()


def wrong_beginning():
    return _port(forget=False)


def wrong_merging():
    model = _port()
    first = model.layers[0]
    first.backward_layer.go_backwards = False
    return model


def wrong_clip():
    return _port(clip=0.1)
