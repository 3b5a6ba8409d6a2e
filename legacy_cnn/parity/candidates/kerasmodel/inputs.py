"""What a Keras model is called with: images, noise and labels, each as the model takes them."""

import contextlib

import numpy as np
import tensorflow as tf

from legacy_cnn.errors import ParityError
from legacy_cnn.vocabulary import DROPOUT_UNITS

#: In which a row of 784 pixels may be wanted.
SHAPES = ((28, 28, 1), (28, 28), (784,))


class Inputs:
    def __init__(self, model, name, shape):
        """
        Args:
          model: a `keras.Model`.
          name: what it is called in the report.
          shape: of one of the reference's images.
        """
        self._model, self._name = model, name
        self._undeclared = None if getattr(model, "inputs", None) else self._guessed(shape)

    def _guessed(self, shape):
        """The shape of an image in which a model that declares no inputs takes it."""
        images = np.zeros((2, *shape), np.float32)
        tried = (tuple(shape), *SHAPES)
        for each in tried:
            with contextlib.suppress(Exception):
                self._model(self._shaped(images, each), training=False)
                return each
        return tried[0]  # whose error will be reported

    def of(self, images, noise=None):
        """The argument of a call: images in the model's shape, and noise where it takes some.

        Args:
          images: float32 `(N, ...)`.
          noise: float32 `(N, 1024)`, or None for an evaluation.

        Raises:
          ParityError: the model takes rows of another size.
        """
        if self._undeclared:
            return self._shaped(images, self._undeclared)
        if noise is None:
            noise = np.zeros((len(images), DROPOUT_UNITS), np.float32)
        values = {
            each.name: self._shaped(noise if each.name == "noise" else images, each.shape[1:])
            for each in self._model.inputs
        }
        structure = getattr(self._model, "input", None)
        return values if isinstance(structure, dict) else next(iter(values.values()))

    def labels(self, labels):
        """One-hot labels, or their classes, as the model's loss takes them."""
        loss = self._model.loss
        named = getattr(loss, "name", getattr(loss, "__name__", loss))
        return labels.argmax(1) if str(named).startswith("sparse") else labels

    def _shaped(self, values, wanted):
        shape = tuple(wanted)
        if None in shape or int(np.prod(shape)) != int(np.prod(values.shape[1:])):
            raise ParityError(
                f"{self._name} takes {shape}, the reference {values.shape[1:]} a row."
            )
        return tf.constant(values.reshape(len(values), *shape), tf.float32)
