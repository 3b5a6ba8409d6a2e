"""What a graph's random operations draw: numbers of the same kind, from a generator of our own."""

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow.compat.v1 as tf
from numpy.typing import NDArray

from legacy_cnn.parity import loop_noise
from legacy_cnn.parity.arrays import Array


def kind(tensor: tf.Tensor) -> str:
    """ "uniform", "normal", "truncated" for floats, "integers", or "other"."""
    if not tensor.dtype.is_floating:
        return "integers" if bounds(tensor) else "other"
    looped = loop_noise.of_tensor(tensor)
    name = tensor.graph.get_operation_by_name(looped.drawn).type if looped else tensor.op.type
    if "Truncated" in name:
        return "truncated"
    if "Normal" in name:
        return "normal"
    return "uniform" if "Uniform" in name else "other"


def shapes(
    tensors: list[tf.Tensor], run: Callable[[list[tf.Tensor]], Any], size: int
) -> dict[tf.Tensor, tuple[int, ...]]:
    """The shapes of what random operations draw, but for those in a branch that is not taken.

    Args:
      tensors: their outputs, or what is fed in the place of those of a loop.
      run: fetches tensors.
      size: of the batch.
    """
    looped = {tensor: noise for tensor in tensors if (noise := loop_noise.of_tensor(tensor))}
    if looped:
        others = shapes([tensor for tensor in tensors if tensor not in looped], run, size)
        steps = {t: loop_noise.shape(one, run, t.graph, size) for t, one in looped.items()}
        return {t: {**others, **steps}[t] for t in tensors if t in others or t in steps}
    try:
        values = run(tensors)
    except tf.errors.InvalidArgumentError:
        apart = [shapes([tensor], run, size) for tensor in tensors] if len(tensors) > 1 else []
        return {tensor: shape for one in apart for tensor, shape in one.items()}
    return dict(zip(tensors, map(np.shape, values), strict=True))


def draw(tensor: tf.Tensor, shape: tuple[int, ...], generator: np.random.Generator) -> Array:
    """Numbers as a random operation draws them.

    Args:
      tensor: the output of the operation.
      shape: of what is drawn.
      generator: draws them.

    Returns:
      An array of the tensor's type: in [0, 1), from N(0, 1), or from N(0, 1) within two standard
      deviations; integers between the operation's bounds; for operations of another kind, integers
      that are 0.
    """
    dtype = tensor.dtype.as_numpy_dtype
    between = bounds(tensor)
    if between:
        return generator.integers(*between, shape).astype(dtype)
    if kind(tensor) == "uniform":
        return generator.random(shape, np.float32).astype(dtype)
    if kind(tensor) == "normal":
        return generator.standard_normal(shape, np.float32).astype(dtype)
    if kind(tensor) == "truncated":
        return _truncated(shape, generator).astype(dtype)
    return np.zeros(shape, dtype)


def bounds(tensor: tf.Tensor) -> tuple[int, int] | None:
    """Between which integers an operation draws, the first one among them; None for others."""
    if "UniformInt" not in tensor.op.type:
        return None
    low, high = (tf.get_static_value(bound) for bound in tensor.op.inputs[-2:])
    return None if low is None or high is None else (int(low), int(high))


def _truncated(shape: tuple[int, ...], generator: np.random.Generator) -> NDArray[np.float32]:
    values = generator.standard_normal(shape, np.float32)
    while (outside := np.abs(values) > 2).any():
        values[outside] = generator.standard_normal(int(outside.sum()), np.float32)
    return values
