"""Builds the arguments of a Keras model: images, noise and labels as the model takes them."""

import contextlib
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from legacy_cnn.errors import ParityError
from legacy_cnn.parity.arrays import Array
from legacy_cnn.vocabulary import DROPOUT_UNITS
from legacy_cnn.weights.matching import Shape

#: Shapes in which a model may take an image of 784 pixels.
SHAPES: tuple[Shape, ...] = ((28, 28, 1), (28, 28), (784,))


class Inputs:
    """The inputs of a model and the labels of its loss."""

    def __init__(self, model: keras.Model, name: str, shape: Shape) -> None:
        """Finds the shape in which a model without declared inputs takes an image.

        Args:
          model: the candidate.
          name: its name in the report.
          shape: shape of one image of the reference.
        """
        self._model, self._name = model, name
        self._undeclared = None if getattr(model, "inputs", None) else self._accepted(shape)

    def _accepted(self, image_shape: Shape) -> Shape:
        """The first shape that the model can be called with."""
        images = np.zeros((2, *image_shape), np.float32)
        for shape in (image_shape, *SHAPES):
            with contextlib.suppress(Exception):
                self._model(self._shaped(images, shape), training=False)
                return shape
        return image_shape  # its error will be reported

    def of(self, images: Array, noise: NDArray[np.float32] | None = None) -> Any:
        """Returns the argument of a call, in the structure of the model's inputs.

        Args:
          images: float32 `(N, ...)`.
          noise: float32 `(N, 1024)` for an input of that name; None for an evaluation.

        Raises:
          ParityError: the model takes images of another size.
        """
        if self._undeclared:
            return self._shaped(images, self._undeclared)
        if noise is None:
            noise = np.zeros((len(images), DROPOUT_UNITS), np.float32)
        values = {
            tensor.name: self._shaped(noise if tensor.name == "noise" else images, tensor.shape[1:])
            for tensor in self._model.inputs
        }
        structure = getattr(self._model, "input", None)
        return values if isinstance(structure, dict) else next(iter(values.values()))

    def labels(self, labels: Array) -> Array:
        """Returns one-hot labels, or their classes if the model's loss takes these."""
        loss = self._model.loss
        name = getattr(loss, "name", getattr(loss, "__name__", loss))
        return labels.argmax(1) if str(name).startswith("sparse") else labels

    def _shaped(self, values: Array, shape: Any) -> tf.Tensor:
        expected = tuple(shape)
        if None in expected or int(np.prod(expected)) != int(np.prod(values.shape[1:])):
            raise ParityError(
                f"{self._name} takes inputs of shape {expected}; those of the reference have "
                f"shape {values.shape[1:]}."
            )
        return tf.constant(values.reshape(len(values), *expected), tf.float32)
