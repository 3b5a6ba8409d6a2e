"""Equal rewrites: other words for the same program, which must pass."""

import warnings

import keras
import tensorflow as tf
from keras import layers

from legacy_cnn.ports import eager
from legacy_cnn.ports import keras as port
from mutants import data
from mutants.parts import (
    Mutant,
    Program,
    adam,
    compiled,
    conv1,
    conv2,
    dropout,
    eager_port,
    fc,
    keras_port,
    logits,
)


class Columns(layers.Layer):
    """A convolution as one product of matrices (im2col)."""

    def build(self, shape):
        drawn = {"initializer": keras.initializers.RandomNormal(stddev=1.0)}
        self.kernel = self.add_weight(shape=(5, 5, shape[-1], 64), name="kernel", **drawn)
        self.bias = self.add_weight(shape=(64,), name="bias", **drawn)

    def call(self, x):
        patches = tf.image.extract_patches(
            x, [1, 5, 5, 1], [1, 1, 1, 1], [1, 1, 1, 1], padding="SAME"
        )
        return tf.nn.relu(patches @ tf.reshape(self.kernel, [-1, 64]) + self.bias)


class Linear(layers.Layer):
    """A fully connected layer with its weight `(out, in)`, as in PyTorch."""

    def build(self, shape):
        drawn = {"initializer": keras.initializers.RandomNormal(stddev=1.0)}
        self.kernel = self.add_weight(shape=(1024, shape[-1]), name="kernel", **drawn)
        self.bias = self.add_weight(shape=(1024,), name="bias", **drawn)

    def call(self, x):
        return keras.ops.relu(x @ keras.ops.transpose(self.kernel) + self.bias)


class Bias(layers.Layer):
    """A bias in a layer of its own."""

    def build(self, shape):
        drawn = keras.initializers.RandomNormal(stddev=1.0)
        self.bias = self.add_weight(shape=(shape[-1],), name="bias", initializer=drawn)

    def call(self, x):
        return keras.ops.add(x, self.bias)


class Doubled(layers.Layer):
    """Multiplies and divides by 2, which rounds nothing."""

    def call(self, x):
        return x * 2 / 2


class Both(layers.Layer):
    """Has two outputs, which are the same."""

    def call(self, x):
        return x, x


class Subclassed(keras.Model):
    """The network as a class."""

    def __init__(self):
        super().__init__()
        self.image = layers.Reshape([28, 28, 1])
        self.first, self.first_pool = conv1(name=None), layers.MaxPool2D()
        self.second, self.second_pool = conv2(name=None), layers.MaxPool2D()
        self.flat, self.hidden = layers.Flatten(), fc(name=None)
        self.dropping, self.last = layers.Dropout(0.2), logits(name=None)

    def call(self, x, training=False):
        x = self.first_pool(self.first(self.image(x)))
        x = self.second_pool(self.second(x))
        x = self.hidden(self.flat(x))
        return self.last(self.dropping(x, training=training))


class Warned(keras.losses.CategoricalCrossentropy):
    """Is told of logits and gets a softmax: Keras warns, and takes what that was taken of."""

    def call(self, y, probabilities):
        with warnings.catch_warnings(action="ignore"):
            return super().call(y, probabilities)


class Probable(keras.Model):
    """Predicts probabilities, and is trained by its logits."""

    def predict_step(self, data):
        return tf.nn.softmax(self(data[0] if isinstance(data, tuple) else data, training=False))


def input_of(*shape):
    """The Keras port for images of another shape."""

    def make():
        image = keras.Input(shape, name="x")
        x = layers.Reshape([28, 28, 1], name="image")(image)
        x = port.maxpool2d("pool1")(conv1()(x))
        x = port.maxpool2d("pool2")(conv2()(x))
        x = dropout()(fc()(layers.Flatten(name="flat")(x)))
        return compiled(keras.Model(image, logits()(x)))

    return make


def sequential():
    """The network as a list, with Keras' own names."""
    return compiled(
        keras.Sequential(
            [
                keras.Input([28, 28, 1]),
                conv1(name=None),
                layers.MaxPool2D(),
                conv2(name=None),
                layers.MaxPool2D(),
                layers.Flatten(),
                fc(name=None),
                layers.Dropout(0.2),
                logits(name=None),
            ]
        )
    )


def nested():
    """A model of features, and a model around it."""
    image = keras.Input([28, 28, 1])
    x = layers.MaxPool2D()(conv1()(image))
    x = layers.MaxPool2D()(conv2()(x))
    features = keras.Model(image, layers.Flatten()(x), name="features")
    x = keras.Input([784], name="x")
    hidden = dropout()(fc()(features(layers.Reshape([28, 28, 1])(x))))
    return compiled(keras.Model(x, logits()(hidden)))


def log_softmax(y, z):
    return -tf.reduce_sum(y * tf.nn.log_softmax(z), axis=1)


def relu_by_hand(self, x):
    z = eager.conv2d(x, self.weights["W_conv1"]) + self.biases["b_conv1"]
    return (z + tf.abs(z)) / 2


def pool_by_shape(self, x):
    size, channels = x.shape[1] // 2, x.shape[3]
    return tf.reduce_max(tf.reshape(x, [-1, size, 2, size, 2, channels]), [2, 4])


def fc_by_convolution(self, x):
    """The hidden layer as a convolution of 7 x 7 pixels."""
    kernel = tf.reshape(self.weights["W_fc"], [7, 7, 64, 1024])
    x = tf.nn.conv2d(x, kernel, strides=1, padding="VALID") + self.biases["b_fc"]
    return tf.nn.relu(tf.reshape(x, [-1, 1024]))


def equal(name, what, make):
    return Mutant(name, what, make, None, None)


MUTANTS = (
    equal(
        "equal-relu-behind-pool",
        "The relu follows the pool.",
        lambda: keras_port(
            conv1=conv1(activation=None),
            pool1=(port.maxpool2d("pool1"), layers.ReLU()),
        ),
    ),
    equal(
        "equal-columns",
        "The second convolution is a matrix product.",
        lambda: keras_port(conv2=Columns(name="conv2")),
    ),
    equal(
        "equal-fc-transposed",
        "The hidden layer stores its weights in PyTorch's order.",
        lambda: keras_port(fc=Linear(name="fc")),
    ),
    equal(
        "equal-biases-apart",
        "Each bias is a separate layer.",
        lambda: keras_port(
            conv1=(conv1(use_bias=False, activation=None), Bias(), layers.ReLU()),
            fc=(fc(use_bias=False, activation=None), Bias(), layers.ReLU()),
        ),
    ),
    equal("equal-input-28-28", "The model takes images of 28 x 28.", input_of(28, 28)),
    equal(
        "equal-softmax",
        "The model ends in a softmax, and its loss takes probabilities.",
        lambda: keras_port(logits=logits(activation="softmax"), loss="categorical_crossentropy"),
    ),
    equal(
        "equal-softmax-unknown",
        "The model ends in a softmax, and its loss is created with from_logits=True.",
        lambda: keras_port(logits=logits(activation="softmax"), loss=Warned(from_logits=True)),
    ),
    equal(
        "equal-sparse-labels",
        "Labels are integers.",
        lambda: keras_port(loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True)),
    ),
    equal(
        "equal-log-softmax", "The loss is written by hand.", lambda: keras_port(loss=log_softmax)
    ),
    equal(
        "equal-sequential",
        "The network is a Sequential model with Keras' default names.",
        sequential,
    ),
    equal(
        "equal-subclassed", "The network is a subclass of Model.", lambda: compiled(Subclassed())
    ),
    equal("equal-nested", "The network is a model inside another model.", nested),
    equal(
        "equal-dropout-before-relu",
        "Dropout precedes the relu.",
        lambda: keras_port(fc=fc(activation=None), fc_dropped=(dropout(), layers.ReLU())),
    ),
    equal(
        "equal-loss-scale",
        "The loss is scaled up, and the gradient is scaled back.",
        lambda: keras_port(adam(loss_scale_factor=2.0)),
    ),
    equal(
        "equal-loss-scale-dynamic",
        "The loss is scaled dynamically, and the gradient is scaled back.",
        lambda: keras_port(keras.optimizers.LossScaleOptimizer(adam())),
    ),
    equal(
        "equal-probabilities",
        "The model is trained with logits and predicts probabilities.",
        lambda: keras_port(kind=Probable),
    ),
    equal(
        "equal-own-data",
        "The port brings its own data, which are correct.",
        lambda: data.port(train=data.trained_on(), test=data.tested_on()),
    ),
    equal(
        "equal-eager-function",
        "The eager port is traced with tf.function.",
        lambda: Program(function=True),
    ),
    equal(
        "equal-eager-pool",
        "The pool is written as a maximum over axes.",
        lambda: eager_port(pool1=pool_by_shape, pool2=pool_by_shape),
    ),
    equal(
        "equal-by-one",
        "The model multiplies its images by 1, and something else by 2 and by 1/2.",
        lambda: keras_port(
            image=(layers.Reshape([28, 28, 1], name="image"), layers.Rescaling(1.0)),
            flat=(Doubled(), layers.Flatten(name="flat")),
        ),
    ),
    equal(
        "equal-two-outputs",
        "A layer has two outputs, and the next layer has two inputs.",
        lambda: keras_port(flat=(layers.Flatten(name="flat"), Both(), layers.Average())),
    ),
    equal(
        "equal-padding",
        "A convolution pads explicitly, as in PyTorch.",
        lambda: keras_port(
            conv1=(layers.ZeroPadding2D(2), conv1(padding="valid")),
            pool1=layers.MaxPool2D(2, padding="valid", name="pool1"),
            pool2=layers.MaxPool2D(2, padding="valid", name="pool2"),
        ),
    ),
    equal(
        "equal-eager-words",
        "The relu is written as (z + |z|) / 2, and the hidden layer as a convolution.",
        lambda: eager_port(conv1=relu_by_hand, fc=fc_by_convolution),
    ),
)
