"""Mistakes in the dropout, and other things that happen in training alone."""

import keras
import tensorflow as tf
from keras import layers

from legacy_cnn.ports import keras as port
from mutants.parts import Mutant, conv1, dropout, eager_port, fc, keras_port

DROPPED = "fc_dropped"


def keep_for_rate(self, x, keep_prob, noise):
    return tf.nn.experimental.general_dropout(x, keep_prob, lambda shape, dtype: noise)


def unscaled(self, x, keep_prob, noise):
    return tf.where(noise >= 1 - keep_prob, x, 0.0)


def no_dropout(self, x, keep_prob, noise):
    return x


def scaled_in_evaluation(self, x, keep_prob, noise):
    # Not inverted: the units are scaled in the evaluation, not in training.
    return tf.where(noise >= 1 - keep_prob, x, 0.0) if keep_prob < 1 else x * port.keep_rate


def always_dropped(self, x, keep_prob, noise):
    return tf.nn.dropout(x, 1 - port.keep_rate, seed=1)


class Off(layers.Dropout):
    """Is called as in an evaluation."""

    def call(self, x, training=False):
        return super().call(x, training=False)


class On(layers.Dropout):
    """Is called as in training."""

    def call(self, x, training=False):
        return super().call(x, training=True)


class Constant(layers.Layer):
    """Draws its mask once, when it is built, and for whole columns of units."""

    def build(self, shape):
        noise = keras.random.uniform((1, shape[-1]), seed=1)
        self.mask = keras.ops.cast(noise >= 1 - port.keep_rate, "float32") / port.keep_rate

    def call(self, x, training=False):
        return x * self.mask if training else x


class ConstantHalf(Constant):
    """The same with half of the units."""

    def build(self, shape):
        noise = keras.random.uniform((1, shape[-1]), seed=1)
        self.mask = keras.ops.cast(noise >= 0.5, "float32") / 0.5


MUTANTS = (
    Mutant(
        "dropout-always-on",
        "Dropout stays on during evaluation, as in the listing.",
        lambda: keras_port(fc_dropped=On(1 - port.keep_rate, name=DROPPED)),
        "forward",
        DROPPED,
        "dropout is on here",
    ),
    Mutant(
        "eager-dropout-always-on",
        "The drop rate is a constant, as in the listing.",
        lambda: eager_port(dropout=always_dropped),
        "forward",
        DROPPED,
        "dropout is on here",
    ),
    Mutant(
        "eager-dropout-scaled-late",
        "Units are scaled by the keep probability during evaluation, not during training.",
        lambda: eager_port(dropout=scaled_in_evaluation),
        "forward",
        DROPPED,
        "every value is multiplied by 0.8",
    ),
    Mutant(
        "keep-for-rate",
        "The keep probability is passed to Dropout.",
        lambda: keras_port(fc_dropped=dropout(port.keep_rate)),
        "dropout",
        "share kept",
        "the keep probability is used as the drop rate",
    ),
    Mutant(
        "eager-keep-for-rate",
        "The keep probability is passed as the drop rate.",
        lambda: eager_port(dropout=keep_for_rate),
        "forward",
        "logits",
    ),
    Mutant(
        "dropout-quarter",
        "Dropout drops a quarter of the units.",
        lambda: keras_port(fc_dropped=dropout(0.25)),
        "dropout",
        "share kept",
    ),
    Mutant(
        "dropout-nowhere",
        "There is no dropout.",
        lambda: keras_port(fc_dropped=()),
        "dropout",
        DROPPED,
    ),
    Mutant(
        "dropout-off",
        "The dropout layer is called without training=True.",
        lambda: keras_port(fc_dropped=Off(1 - port.keep_rate, name=DROPPED)),
        "dropout",
        DROPPED,
    ),
    Mutant(
        "eager-dropout-off",
        "Dropout is missing.",
        lambda: eager_port(dropout=no_dropout),
        "dropout",
        DROPPED,
    ),
    Mutant(
        "eager-dropout-unscaled",
        "Kept units are not scaled.",
        lambda: eager_port(dropout=unscaled),
        "dropout",
        DROPPED,
        "every value is multiplied by 0.8",
    ),
    Mutant(
        "dropout-after-pool",
        "Dropout follows the second pool.",
        lambda: keras_port(
            pool2=(port.maxpool2d("pool2"), layers.Dropout(0.2, name="dropped")), fc_dropped=()
        ),
        "dropout",
        "fc",
    ),
    Mutant(
        "dropout-twice",
        "A second dropout follows the first pool.",
        lambda: keras_port(pool1=(port.maxpool2d("pool1"), layers.Dropout(0.25, name="dropped"))),
        "dropout",
        "conv2",
    ),
    Mutant(
        "dropout-twice-in-a-row",
        "Dropout is applied twice to the hidden layer.",
        lambda: keras_port(fc_dropped=(dropout(), layers.Dropout(0.2, name="dropped_again"))),
        "dropout",
        DROPPED,
        "another dropout is applied",
    ),
    Mutant(
        "dropout-of-images",
        "Dropout drops whole images.",
        lambda: keras_port(fc_dropped=dropout(noise_shape=[None, 1], seed=5)),
        "dropout",
        "mask",
    ),
    Mutant(
        "dropout-of-units",
        "Dropout drops the same units for all images.",
        lambda: keras_port(fc_dropped=dropout(noise_shape=[1, 1024], seed=1)),
        "dropout",
        "mask",
    ),
    Mutant(
        "dropout-of-channels",
        "SpatialDropout2D drops channels of the first convolution.",
        lambda: keras_port(
            conv1=(conv1(), layers.SpatialDropout2D(0.2, name="dropped")), fc_dropped=()
        ),
        "dropout",
        "pool1",
    ),
    Mutant(
        "dropout-gaussian",
        "GaussianDropout multiplies by noise.",
        lambda: keras_port(fc_dropped=layers.GaussianDropout(0.2, name=DROPPED)),
        "dropout",
        DROPPED,
    ),
    Mutant(
        "dropout-mask-constant",
        "The mask is drawn once, and drops half of the units.",
        lambda: keras_port(fc_dropped=ConstantHalf(name=DROPPED)),
        "dropout",
        "mask",
    ),
    Mutant(
        "dropout-mask-reused",
        "The mask is drawn once.",
        lambda: keras_port(fc_dropped=Constant(name=DROPPED)),
        "dropout",
        "mask",
    ),
    Mutant(
        "noise-added",
        "Noise is added to the images during training.",
        lambda: keras_port(
            image=(layers.Reshape([28, 28, 1], name="image"), layers.GaussianNoise(0.1))
        ),
        "dropout",
        "conv1",
    ),
    Mutant(
        "noise-behind-convolution",
        "Noise is added to the first convolution during training.",
        lambda: keras_port(conv1=(conv1(), layers.GaussianNoise(0.1))),
        "dropout",
        "pool1",
    ),
    Mutant(
        "images-augmented",
        "Images are shifted at random during training.",
        lambda: keras_port(
            image=(
                layers.Reshape([28, 28, 1], name="image"),
                layers.RandomTranslation(0.1, 0.1, seed=1),
            )
        ),
        "dropout",
        "conv1",
    ),
    Mutant(
        "statistics-of-the-batch",
        "The input of the hidden layer is normalised over the batch during training.",
        lambda: keras_port(
            fc=(
                layers.BatchNormalization(center=False, scale=False, epsilon=1e-12, momentum=1.0),
                fc(),
            )
        ),
        "dropout",
        "fc",
    ),
)
