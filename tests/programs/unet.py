"""A small U-Net: a transposed convolution, a skip, classes of pixels, momentum in stairs."""

import keras
import tensorflow.compat.v1 as tf
from keras import layers, ops

SIZE, FILTERS, CLASSES = 4, 3, 2

FEEDS = {"keep_prob": (0.75, 1.0)}

PLACES = {
    "wrong_upsampling": "weights",
    "wrong_dropout": "dropout",
    "wrong_pixels": "loss",
    "wrong_stairs": "update",
    "wrong_nesterov": "update",
}


def _weights(shape, name):
    stddev = (2.0 / (shape[0] * shape[1] * shape[2])) ** 0.5
    w = tf.Variable(tf.truncated_normal(shape, stddev=stddev), name=f"{name}_w")
    return w, tf.Variable(tf.constant(0.1, shape=shape[3:]), name=f"{name}_b")


def _convolution(x, filters, keep, name):
    w, b = _weights([3, 3, int(x.shape[3]), filters], name)
    h = tf.nn.conv2d(x, w, [1, 1, 1, 1], "SAME") + b
    return tf.nn.relu(tf.nn.dropout(h, keep))


def build():
    x = tf.placeholder(tf.float32, [None, SIZE, SIZE, 1], name="x")
    y = tf.placeholder(tf.float32, [None, SIZE, SIZE, CLASSES], name="y")
    keep = tf.placeholder(tf.float32, name="keep_prob")
    upper = _convolution(x, FILTERS, keep, "upper")
    lower = tf.nn.max_pool(upper, [1, 2, 2, 1], [1, 2, 2, 1], "VALID")
    lower = _convolution(lower, 2 * FILTERS, keep, "lower")
    w = tf.truncated_normal([2, 2, FILTERS, 2 * FILTERS], stddev=0.4)
    w, b = tf.Variable(w, name="up_w"), tf.Variable(tf.constant(0.1, shape=[FILTERS]), name="up_b")
    shape = tf.stack([tf.shape(x)[0], SIZE, SIZE, FILTERS])
    raised = tf.nn.relu(tf.nn.conv2d_transpose(lower, w, shape, [1, 2, 2, 1], "SAME") + b)
    h = _convolution(tf.concat([upper, raised], 3), FILTERS, keep, "joint")
    w, b = _weights([1, 1, FILTERS, CLASSES], "output")
    logits = tf.add(tf.nn.conv2d(h, w, [1, 1, 1, 1], "SAME"), b, name="logits")
    pixels, labels = tf.reshape(logits, [-1, CLASSES]), tf.reshape(y, [-1, CLASSES])
    losses = tf.nn.softmax_cross_entropy_with_logits_v2(labels=labels, logits=pixels)
    step = tf.Variable(0, trainable=False, name="global_step")
    rate = tf.train.exponential_decay(0.2, step, 2, 0.95, staircase=True)
    tf.train.MomentumOptimizer(rate, 0.2).minimize(tf.reduce_mean(losses), global_step=step)


class Momentum(keras.optimizers.SGD):
    """The rate is not in the momentum, as in TensorFlow 1; this shows as the rate changes."""

    def update_step(self, gradient, variable, learning_rate):
        momentum = self.momentums[self._get_variable_index(variable)]
        self.assign(momentum, self.momentum * momentum + gradient)
        moved = gradient + self.momentum * momentum if self.nesterov else momentum
        self.assign_sub(variable, ops.cast(learning_rate, variable.dtype) * moved)


def _port(transposed=True, dropped=True, loss=None, stairs=True, nesterov=False):
    def begin(fan_in):
        return {
            "kernel_initializer": keras.initializers.TruncatedNormal(stddev=(2.0 / fan_in) ** 0.5),
            "bias_initializer": keras.initializers.Constant(0.1),
        }

    def convolution(x, filters):
        x = layers.Conv2D(filters, 3, padding="same", **begin(9 * x.shape[3]))(x)
        after = [layers.Dropout(0.25), layers.ReLU()]
        for layer in after if dropped else after[1:]:
            x = layer(x)
        return x

    def raised(x):
        if not transposed:
            layer = layers.Conv2D(FILTERS, 2, padding="same", activation="relu", **begin(12.5))
            return layer(layers.UpSampling2D(2)(x))
        return layers.Conv2DTranspose(FILTERS, 2, 2, activation="relu", **begin(12.5))(x)

    x = keras.Input((SIZE, SIZE, 1))
    upper = convolution(x, FILTERS)
    lower = convolution(layers.MaxPooling2D(2)(upper), 2 * FILTERS)
    h = convolution(layers.Concatenate()([upper, raised(lower)]), FILTERS)
    model = keras.Model(x, layers.Conv2D(CLASSES, 1, **begin(FILTERS))(h))
    rate = keras.optimizers.schedules.ExponentialDecay(0.2, 2, 0.95, staircase=stairs)
    loss = loss or keras.losses.CategoricalCrossentropy(from_logits=True)
    model.compile(Momentum(rate, momentum=0.2, nesterov=nesterov), loss)
    return model


def _of_image(y, z):
    return ops.sum(ops.categorical_crossentropy(y, z, from_logits=True), axis=(1, 2))


def right():
    return _port()


def wrong_upsampling():
    return _port(transposed=False)


def wrong_dropout():
    return _port(dropped=False)


def wrong_pixels():
    return _port(loss=_of_image)


def wrong_stairs():
    return _port(stairs=False)


def wrong_nesterov():
    return _port(nesterov=True)
