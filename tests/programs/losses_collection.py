"""`tf.losses` and regularisers, with the usual summaries and a Saver beside."""

import keras
import tensorflow.compat.v1 as tf

PLACES = {
    "wrong_penalty": "loss",
    "wrong_smoothing": "loss",
    "wrong_weight": "loss",
    "wrong_decay": "update",
}


def build():
    x = tf.placeholder(tf.float32, [None, 12], name="x")
    y = tf.placeholder(tf.float32, [None, 3], name="y")
    begin = tf.glorot_uniform_initializer()
    with tf.variable_scope("net", regularizer=lambda w: 0.01 * tf.nn.l2_loss(w)):
        w = tf.get_variable("w", [12, 9], initializer=begin)
        v = tf.get_variable("v", [9, 3], initializer=begin)
    logits = tf.matmul(tf.nn.elu(tf.matmul(x, w)), v)
    tf.losses.softmax_cross_entropy(y, logits, label_smoothing=0.1, weights=2.0)
    loss = tf.losses.get_total_loss()
    tf.summary.scalar("loss", loss)
    tf.summary.histogram("w", w)
    tf.summary.merge_all()
    step = tf.train.get_or_create_global_step()
    rate = tf.train.polynomial_decay(0.1, step, 100, 0.01)
    tf.train.GradientDescentOptimizer(rate).minimize(loss, global_step=step)
    tf.train.Saver()
    right = tf.equal(tf.argmax(logits, 1), tf.argmax(y, 1))
    tf.reduce_mean(tf.cast(right, tf.float32), name="accuracy")


def _port(penalty=0.005, smoothing=0.1, weight=2.0, end=0.01):
    dense = {"use_bias": False, "kernel_regularizer": keras.regularizers.L2(penalty)}
    model = keras.Sequential(
        [
            keras.Input((12,)),
            keras.layers.Dense(9, "elu", **dense),
            keras.layers.Dense(3, **dense),
        ]
    )
    loss = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=smoothing)
    rate = keras.optimizers.schedules.PolynomialDecay(0.1, 100, end)
    optimizer = keras.optimizers.SGD(rate)
    model.compile(optimizer, lambda y, z: weight * loss(y, z), metrics=["accuracy"])
    return model


def right():
    return _port()


def wrong_penalty():
    return _port(penalty=0.01)


def wrong_smoothing():
    return _port(smoothing=0.0)


def wrong_weight():
    return _port(weight=1.0)


def wrong_decay():
    return _port(end=0.001)
