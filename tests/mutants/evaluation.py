"""Mistakes in what a port predicts, which its training does not show."""

import keras
import tensorflow as tf

from mutants.parts import Mutant, Program, eager_port, keras_net, keras_port


class Dropping(keras.Model):
    """Predicts with the dropout on."""

    def predict_step(self, data):
        return self(data[0] if isinstance(data, tuple) else data, training=True)


class Changed(keras.Model):
    """Predicts something else."""

    def predict_step(self, data):
        return self.changed(data[0] if isinstance(data, tuple) else data)


class OffByOne(Changed):
    """Counts its classes from 1."""

    def changed(self, x):
        return tf.roll(self(x, training=False), 1, axis=1)


class Mirrored(Changed):
    """Takes the mean over an image and its mirror image."""

    def changed(self, x):
        mirrored = tf.reshape(tf.reshape(x, [-1, 28, 28])[:, :, ::-1], [-1, 784])
        return (self(x, training=False) + self(mirrored, training=False)) / 2


class Quantised(Changed):
    """Predicts in half precision."""

    def changed(self, x):
        return tf.cast(tf.cast(self(x, training=False), tf.float16), tf.float32)


def of_another_model():
    """Predicts with the weights of another training."""
    other = keras_net()

    class Other(Changed):
        def changed(self, x):
            return other(x, training=False)

    return keras_port(kind=Other)


def first_chunk(self, x, keep_prob, noise=None):
    """Evaluates in chunks of 64, and forgets to go on."""
    return Program._predict(self, x[:64], keep_prob, None if noise is None else noise[:64])


def predictions(name, what, make):
    return Mutant(name, what, make, "predictions", "logits")


MUTANTS = (
    predictions(
        "predict-with-dropout",
        "The model predicts with dropout on.",
        lambda: keras_port(kind=Dropping),
    ),
    predictions(
        "predict-off-by-one",
        "Predicted classes start at 1.",
        lambda: keras_port(kind=OffByOne),
    ),
    predictions(
        "predict-mirrored",
        "The prediction is the mean over an image and its mirror image.",
        lambda: keras_port(kind=Mirrored),
    ),
    predictions(
        "predict-float16",
        "Predictions are float16.",
        lambda: keras_port(kind=Quantised),
    ),
    predictions(
        "predict-by-another-model",
        "The accuracy is measured with other weights.",
        of_another_model,
    ),
    predictions(
        "eager-predict-first-chunk",
        "Only the first 64 images are evaluated.",
        lambda: eager_port(_predict=first_chunk),
    ),
)
