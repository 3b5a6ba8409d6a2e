"""Where a graph drops units: found by its random numbers, and read from values."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import tensorflow.compat.v1 as tf
from numpy.typing import NDArray

from legacy_cnn.parity.arrays import Array

#: Noise for an element that is kept, and for one that is dropped: TensorFlow 1 keeps an element if
#: its number is at least 1 - keep probability.
KEEP, DROP = np.float32(1 - 2**-24), np.float32(0)

#: Kept values are the input times one factor, but for this part of the largest.
EQUAL = 1e-5


class Dropout(NamedTuple):
    """A place where noise decides what is kept."""

    entering: tf.Tensor  #: what is dropped from, before it is scaled
    leaving: tf.Tensor


class Mask(NamedTuple):
    """What dropout kept of its input; both arrays are bool, of the input's shape."""

    kept: NDArray[np.bool_]  #: a unit that was 0 before counts as kept
    alive: NDArray[np.bool_]  #: units that were not 0 before


def dropout_of(
    noise: tf.Tensor, operations: list[tf.Operation], flowing: set[str]
) -> Dropout | None:
    """Where noise first meets floats that are computed from the images or the parameters.

    Args:
      noise: what a random operation draws.
      operations: on the way from these and from noise to the loss, each after its inputs.
      flowing: names of those on the way from images and parameters.

    Returns:
      None if the noise meets nothing.
    """
    random = {noise.op.name}
    for op in operations:
        inputs = list(op.inputs)
        if op.name in random or not any(tensor.op.name in random for tensor in inputs):
            continue
        others = [
            tensor
            for tensor in inputs
            if tensor.op.name in flowing - random and tensor.dtype.is_floating
        ]
        if others and op.outputs[0].dtype.is_floating:
            return Dropout(_unscaled(others[0], flowing), op.outputs[0])
        random.add(op.name)
    return None


def _unscaled(tensor: tf.Tensor, flowing: set[str]) -> tf.Tensor:
    """What a tensor is a multiple of: what is kept may be scaled before the rest is dropped."""
    inputs = [other for other in tensor.op.inputs if other.op.name in flowing]
    is_scaled = tensor.op.type in ("Mul", "RealDiv") and len(inputs) == 1
    return inputs[0] if is_scaled else tensor


def mask_of(entering: Array, leaving: Array) -> Mask | None:
    """Reads a mask: what leaves is 0, or what enters times one factor; None if it is neither.

    Args:
      entering, leaving: floats of one shape.
    """
    alive = entering != 0
    kept = leaving != 0
    used = alive & kept
    if not used.any() or not np.isfinite(leaving[used]).all():
        return None
    factor = np.median(leaving[used] / entering[used])
    # Elements near zero may be off by the rounding of larger ones.
    apart = np.abs(leaving - factor * entering)[used].max()
    if not factor > 0 or apart > EQUAL * np.abs(leaving).max():
        return None
    return Mask(kept | ~alive, alive)


def read(entering: Array, tensors: Mapping[str, Array]) -> Mask | None:
    """Finds a tensor that is another with some elements dropped, and reads its mask."""
    found = dropped(entering, tensors)
    return found[1] if found else None


def dropped(entering: Array, tensors: Mapping[str, Array]) -> tuple[str, Mask] | None:
    """The name of a tensor that is another with some elements dropped, and its mask."""
    for name, value in tensors.items():
        if value.dtype == entering.dtype and value.size == entering.size:
            arranged = value.reshape(entering.shape)
            zeros = (arranged == 0) & (entering != 0)
            if 0 < zeros.mean() < 1:
                mask = mask_of(entering, arranged)
                if mask is not None:
                    return name, mask
    return None
