"""Mistakes in the loss."""

import keras
import tensorflow as tf

from legacy_cnn.ports import keras as port
from mutants.parts import Mutant, conv2, eager_port, fc, keras_port, logits


def by_hand(y, z):
    """The cross-entropy of each image, as TensorFlow computes it."""
    return tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=z)


# Of the eager port: `self` is the program, `z` the logits -----------------------------------------


def summed(self, z, y):
    return tf.reduce_sum(by_hand(y, z))


def swapped(self, z, y):
    return tf.reduce_mean(by_hand(z, y))


def off_by_one(self, z, y):
    return tf.reduce_mean(by_hand(tf.roll(y, 1, axis=1), z))


def softmaxed(self, z, y):
    return tf.reduce_mean(by_hand(y, tf.nn.softmax(z)))


def cooled(self, z, y):
    return tf.reduce_mean(by_hand(y, z / 2))


def overflowing(self, z, y):
    return tf.reduce_mean(tf.math.log(tf.reduce_sum(tf.exp(z), 1)) - tf.reduce_sum(y * z, 1))


def underflowing(self, z, y):
    return tf.reduce_mean(-tf.reduce_sum(y * tf.math.log(tf.nn.softmax(z)), 1))


def of_all_elements(self, z, y):
    return tf.reduce_mean(-y * tf.nn.log_softmax(z))


def of_half(self, z, y):
    half = len(z) // 2
    return tf.reduce_mean(by_hand(y[:half], z[:half]))


def decayed(self, z, y):
    decay = tf.add_n([tf.nn.l2_loss(each) for each in self.weights.values()])
    return tf.reduce_mean(by_hand(y, z)) + 5e-4 * decay


# Of the Keras port --------------------------------------------------------------------------------


def softmaxed_again(y, probabilities):
    return by_hand(y, probabilities)


def weighted(y, z):
    weights = tf.constant([1.0, 2.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.5])
    return by_hand(y, z) * tf.reduce_sum(y * weights, 1)


def clipped(y, z):
    return tf.minimum(by_hand(y, z), 1000.0)


def keras_loss(kind, **options):
    return getattr(keras.losses, kind)(from_logits=True, **options)


def loss(name, what, make, cause=""):
    return Mutant(name, what, make, "loss", "loss", cause)


MUTANTS = (
    loss(
        "loss-summed",
        "The loss of a batch is the sum, not the mean.",
        lambda: keras_port(loss=keras_loss("CategoricalCrossentropy", reduction="sum")),
        "it is summed over the batch in place of a mean",
    ),
    loss(
        "eager-loss-summed",
        "The loss of a batch is the sum, not the mean.",
        lambda: eager_port(cost=summed),
        "it is summed over the batch in place of a mean",
    ),
    loss(
        "loss-smoothed",
        "Labels are smoothed by 0.1.",
        lambda: keras_port(loss=keras_loss("CategoricalCrossentropy", label_smoothing=0.1)),
        "label smoothing is 0.1; the reference's is none",
    ),
    loss(
        "loss-focal",
        "The loss is a focal loss.",
        lambda: keras_port(loss=keras_loss("CategoricalFocalCrossentropy")),
    ),
    loss(
        "loss-binary",
        "The loss is a binary cross-entropy for each class.",
        lambda: keras_port(loss=keras_loss("BinaryCrossentropy")),
        "the loss is binary cross entropy of logits",
    ),
    loss(
        "loss-hinge",
        "The loss is a hinge loss.",
        lambda: keras_port(loss=keras.losses.CategoricalHinge()),
        "the loss is the categorical hinge loss",
    ),
    loss(
        "loss-squared",
        "The loss is the mean squared error.",
        lambda: keras_port(loss="mse"),
        "the loss is the mean squared error",
    ),
    loss(
        "loss-of-logits-as-probabilities",
        "The loss takes the logits as probabilities, Keras' default.",
        lambda: keras_port(loss="categorical_crossentropy"),
        "the loss takes logits for probabilities (from_logits=True is missing)",
    ),
    loss(
        "loss-softmax-twice",
        "The model ends in a softmax, and TensorFlow's loss applies another one.",
        lambda: keras_port(logits=port.dense(10, "softmax", "logits"), loss=softmaxed_again),
        "softmax is applied twice: the loss takes probabilities for logits",
    ),
    loss(
        "loss-weighted",
        "The digit 1 has the weight 2 in the loss, and 9 the weight 0.5.",
        lambda: keras_port(loss=weighted),
    ),
    loss(
        "loss-clipped",
        "The loss of an image is clipped at 1,000.",
        lambda: keras_port(loss=clipped),
    ),
    loss(
        "loss-regularised",
        "The hidden layer's weights are regularised.",
        lambda: keras_port(fc=fc(kernel_regularizer=keras.regularizers.L2(1e-2))),
        "a penalty (L2) of W_fc is added, 0.01 times the sum of their squares",
    ),
    loss(
        "loss-of-activity",
        "The second convolution's activity is regularised.",
        lambda: keras_port(conv2=conv2(activity_regularizer=keras.regularizers.L1(1e-3))),
    ),
    loss(
        "loss-of-bias",
        "The last bias is regularised.",
        lambda: keras_port(logits=logits(bias_regularizer=keras.regularizers.L2(1e-2))),
        "a penalty (L2) of out_b is added, 0.01 times the sum of their squares",
    ),
    loss(
        "eager-loss-swapped",
        "Logits and labels are swapped, in the order of TensorFlow 0.x.",
        lambda: eager_port(cost=swapped),
    ),
    loss(
        "eager-loss-off-by-one",
        "The loss adds 1 to each label.",
        lambda: eager_port(cost=off_by_one),
        "labels are off by one: each class is the next",
    ),
    loss(
        "eager-loss-softmax-twice",
        "The loss applies a softmax to the logits twice.",
        lambda: eager_port(cost=softmaxed),
        "softmax is applied twice: the loss takes probabilities for logits",
    ),
    loss(
        "eager-loss-cooled",
        "The loss divides the logits by a temperature of 2.",
        lambda: eager_port(cost=cooled),
    ),
    loss(
        "eager-loss-overflows",
        "The softmax is written by hand, and its exponential overflows.",
        lambda: eager_port(cost=overflowing),
    ),
    loss(
        "eager-loss-underflows",
        "The loss computes the logarithm of probabilities that are 0.",
        lambda: eager_port(cost=underflowing),
    ),
    loss(
        "eager-loss-of-all-elements",
        "The loss is also averaged over the classes.",
        lambda: eager_port(cost=of_all_elements),
        "the loss is 1/10 of the reference's",
    ),
    loss(
        "eager-loss-of-half",
        "The loss uses only the first half of the batch.",
        lambda: eager_port(cost=of_half),
    )._replace(refused="len is not well defined for a symbolic Tensor"),
    loss(
        "eager-loss-decayed",
        "An L2 penalty of the weights is added to the loss.",
        lambda: eager_port(cost=decayed),
        "a penalty (L2) of W_conv1, W_conv2, W_fc, out_W is added, 0.00025 times",
    ),
)
