"""Images and noise as a Keras model takes them."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from legacy_cnn.errors import ParityError, first_line
from legacy_cnn.parity.arrays import Array
from legacy_cnn.parity.packing import Piece, assigned, unpack
from legacy_cnn.parity.usercode import described_with_place
from legacy_cnn.programs.lifted import any_batch, lift_keras
from legacy_cnn.programs.lifting.snapshot import Snapshot

#: Shapes in which a model may take an image of 784 pixels.
SHAPES: tuple[tuple[int, ...], ...] = ((28, 28, 1), (28, 28), (784,), (1, 28, 28))


class Inputs:
    """The inputs of a model."""

    def __init__(self, model: Any, name: str, images: Array, parts: Sequence[Piece] = ()) -> None:
        """Finds the shape in which a model without declared inputs takes an image.

        Args:
          model: the candidate.
          name: its name in the report.
          images: of the reference.
          parts: the inputs that these hold, if they are several.
        """
        self._model, self._name, self._parts = model, name, parts
        self._nest: Callable[[list[Array]], Any] = list
        self._undeclared = None if getattr(model, "inputs", None) else self._accepted(images)

    @property
    def has_noise(self) -> bool:
        """Whether one of the inputs is noise."""
        return any(t.name == "noise" for t in getattr(self._model, "inputs", None) or ())

    @property
    def are_floats(self) -> bool:
        """Whether every declared input is."""
        inputs = getattr(self._model, "inputs", None) or ()
        return all("float" in str(getattr(t.dtype, "name", t.dtype)) for t in inputs)

    def _accepted(self, images: Array) -> tuple[int, ...]:
        """The first shape that the model can be called with."""
        if self._parts:
            self._nest = self._accepted_nest(images)
            return images.shape[1:]
        shapes = dict.fromkeys((images.shape[1:], *SHAPES))
        fitting = [s for s in shapes if int(np.prod(s)) == int(np.prod(images.shape[1:]))]
        errors: list[Exception] = []
        for shape in fitting:
            try:
                lift_keras(self._model, any_batch(_shaped(images, shape)), method="call").close()
                return shape
            except Exception as error:  # whatever the user's call raises
                errors.append(error)
        raise ParityError(
            f"{self._name} cannot be called: {described_with_place(errors[0])}"
        ) from errors[0]

    def _accepted_nest(self, images: Array) -> Callable[[list[Array]], Any]:
        """The first nest of several inputs that the model can be called with."""
        names = [part.name for part in self._parts]
        nests: list[Callable[[list[Array]], Any]] = [
            list,
            lambda arrays: dict(zip(names, arrays, strict=True)),
            tuple,
        ]
        errors: list[Exception] = []
        for nest in nests:
            arguments = any_batch(nest(unpack(images, self._parts)))
            snapshot = Snapshot(self._model)  # a call that fails may have built a part of it
            try:
                lift_keras(self._model, arguments, method="call").close()
                return nest
            except Exception as error:  # whatever the user's call raises
                snapshot.restore()
                errors.append(error)
        raise ParityError(
            f"{self._name} can be called neither with a list of the reference's inputs, nor with a "
            f"dict by their names {', '.join(names)}: {first_line(errors[1])}"
        ) from errors[1]

    def of(self, images: Array, noise: Sequence[Array] = ()) -> Any:
        """The argument of a call, in the structure of the model's inputs.

        Args:
          images: `(N, ...)`.
          noise: what the reference draws, for an input of the name "noise".

        Raises:
          ParityError: the model takes images of another size.
        """
        if self._parts:
            return self._several(images)
        if self._undeclared is not None:
            return self._fitted(images, self._undeclared, images.dtype)
        left = list(noise)
        values = {}
        for tensor in self._model.inputs:
            shape, dtype = tuple(tensor.shape[1:]), tensor.dtype
            if tensor.name == "noise":
                value = left.pop(0) if left else np.zeros((len(images), *shape), np.float32)
            else:
                value = images
            values[tensor.name] = self._fitted(value, shape, dtype)
        structure = getattr(self._model, "input", None)
        return values if isinstance(structure, dict) else next(iter(values.values()))

    def _several(self, images: Array) -> Any:
        """Several inputs, each of them where it fits."""
        arrays = unpack(images, self._parts)
        tensors = getattr(self._model, "inputs", None)
        if not tensors:
            return self._nest(arrays)
        wanted = [
            (t.name, tuple(t.shape[1:]), str(getattr(t.dtype, "name", t.dtype))) for t in tensors
        ]
        chosen = assigned(self._parts, wanted)
        values = [
            self._fitted(arrays[at], tuple(t.shape[1:]), t.dtype)
            for at, t in zip(chosen, tensors, strict=True)
        ]
        names = [t.name for t in tensors]
        structure = getattr(self._model, "input", None)
        if isinstance(structure, dict):
            return {key: values[names.index(t.name)] for key, t in structure.items()}
        return values if len(values) > 1 else values[0]

    def _fitted(self, value: Array, shape: tuple[int | None, ...], dtype: Any) -> Array:
        known = tuple(size for size in shape if size is not None)
        if len(known) < len(shape):
            known = value.shape[1:]
        if int(np.prod(known)) != int(np.prod(value.shape[1:])):
            raise ParityError(
                f"{self._name} takes inputs of shape {shape}; those of the reference have shape "
                f"{value.shape[1:]}."
            )
        return _shaped(value, known).astype(getattr(dtype, "name", dtype))


def _shaped(value: Array, shape: tuple[int, ...]) -> Array:
    """The array in another shape: channels moved to the other end, or as its numbers lie."""
    own = value.shape[1:]
    if len(own) == len(shape) == 3 and own != shape and min(sorted(own)[1:]) > 1:
        if shape == (*own[1:], own[0]):
            return np.moveaxis(value, 1, 3)
        if shape == (own[2], *own[:2]):
            return np.moveaxis(value, 3, 1)
    return value.reshape(len(value), *shape)
