"""Convolutions that are not in `var_list`; the classifier is trained, with L2 and Adagrad."""

import keras
import tensorflow.compat.v1 as tf
from keras import layers, ops

MEANS = [104.0, 117.0, 124.0]

PLACES = {
    "wrong_beginning": "initial weights",
    "wrong_means": "forward",
    "wrong_penalty": "loss",
    "wrong_head_frozen": "loss",  # Keras leaves out what a frozen layer's regularizers add
    "wrong_trained": "gradients",
}


def build():
    x = tf.placeholder(tf.float32, [None, 8, 8, 3], name="x")
    y = tf.placeholder(tf.int32, [None], name="y")
    red, green, blue = tf.split(x * 255.0, 3, 3)
    h = tf.concat([blue - MEANS[0], green - MEANS[1], red - MEANS[2]], 3) / 128.0
    with tf.variable_scope("features"):
        begin = tf.truncated_normal_initializer(stddev=0.2)
        w = tf.get_variable("w", [3, 3, 3, 4], initializer=begin)
        b = tf.get_variable("b", [4], initializer=tf.zeros_initializer())
    h = tf.nn.relu(tf.nn.bias_add(tf.nn.conv2d(h, w, [1, 1, 1, 1], "SAME"), b))
    h = tf.reshape(tf.nn.max_pool(h, [1, 4, 4, 1], [1, 4, 4, 1], "SAME"), [-1, 16])
    with tf.variable_scope("classifier"):
        for i, units in enumerate((6, 2)):
            w = tf.get_variable(f"w{i}", [h.shape[1], units])
            b = tf.get_variable(f"b{i}", [units], initializer=tf.zeros_initializer())
            h = tf.matmul(tf.nn.relu(h) if i else h, w) + b
    head = tf.get_collection(tf.GraphKeys.TRAINABLE_VARIABLES, "classifier")
    loss = tf.losses.sparse_softmax_cross_entropy(labels=y, logits=h)
    loss += 1e-2 * tf.add_n([tf.nn.l2_loss(variable) for variable in head])
    tf.train.AdagradOptimizer(0.05, 0.5).minimize(loss, var_list=head)


class Prepared(layers.Layer):
    def __init__(self, means):
        super().__init__()
        self.means = means

    def call(self, x):
        return (ops.flip(x * 255.0, -1) - ops.convert_to_tensor(self.means)) / 128.0


def _port(trained=False, head=True, means=MEANS, penalty=0.005, accumulator=0.5):
    l2 = keras.regularizers.L2(penalty)
    begin = keras.initializers.TruncatedNormal(stddev=0.2)
    regularised = {"kernel_regularizer": l2, "bias_regularizer": l2}
    model = keras.Sequential(
        [
            keras.Input((8, 8, 3)),
            Prepared(means),
            layers.Conv2D(
                4, 3, padding="same", activation="relu", kernel_initializer=begin, trainable=trained
            ),
            layers.MaxPooling2D(4),
            layers.Flatten(),
            layers.Dense(6, "relu", trainable=head, **regularised),
            layers.Dense(2, **regularised),
        ]
    )
    optimizer = keras.optimizers.Adagrad(0.05, accumulator, epsilon=0.0)
    model.compile(optimizer, keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model


def right():
    return _port()


def wrong_beginning():
    return _port(accumulator=0.1)


def wrong_means():
    return _port(means=MEANS[::-1])


def wrong_penalty():
    return _port(penalty=0.01)


def wrong_trained():
    return _port(trained=True)


def wrong_head_frozen():
    return _port(head=False)
