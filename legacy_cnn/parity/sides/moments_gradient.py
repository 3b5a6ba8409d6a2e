"""Rounding of sums within the gradient of batch normalisation, as `moments.py` of its moments.

What is summed are the gradients at all pixels: behind a mean over an image these are one number.
"""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np
import tensorflow.compat.v1 as tf

from legacy_cnn.parity import loops
from legacy_cnn.parity.arrays import Array
from legacy_cnn.parity.sides import moments

_GRADIENTS = {name.replace("Norm", "NormGrad") for name in moments.FUSED}


class Differentiating(NamedTuple):
    """The gradient of an operation that normalises, and tensors that can be fetched."""

    op: tf.Operation
    given: list[tf.Tensor]  #: gradient of what leaves, what is normalised, and scale
    gradients: list[tf.Tensor]  #: of what is normalised, scale, and offset


def differentiating(operations: Iterable[tf.Operation]) -> list[Differentiating]:
    """The gradients among some operations, as `moments.normalising`."""
    return [
        Differentiating(op, moments.fetchable(op.inputs[:3]), moments.fetchable(op.outputs[:3]))
        for op in operations
        if op.type in _GRADIENTS and op.get_attr("is_training")
        if op.graph.is_fetchable(op) or not loops.are_in(op.graph)
    ]


def feeds_of_gradients(
    found: list[Differentiating], run: Callable[[Any], Any], generator: np.random.Generator
) -> moments.Feeds:
    """What such operations return with their sums moved by the errors of float32.

    Args:
      found: as `differentiating` returns them.
      run: fetches tensors.
      generator: of the moves.
    """
    try:
        values = run([(one.given, one.gradients) for one in found])
    except tf.errors.InvalidArgumentError:  # one is in a branch that is not taken
        return {}
    fed = moments.Feeds()
    for (op, *_), (given, gradients) in zip(found, values, strict=True):
        moved = _moved(op, given, gradients, generator)
        fed |= dict(zip(op.outputs[:3], moved, strict=True))
    return fed


def _moved(
    op: tf.Operation, given: list[Array], gradients: list[Array], generator: np.random.Generator
) -> list[Array]:
    """The gradients, of (N, H, W, C) or (N, C, H, W), C and C numbers, with sums moved."""
    axes, (dy, x, scale) = moments.summed_axes(op), given
    shape = np.ones(4, int)
    shape[(set(range(4)) - set(axes)).pop()] = scale.size
    exact = x.astype(np.float64)
    deviation = np.sqrt(exact.var(axes, keepdims=True) + op.get_attr("epsilon"))
    normal = (exact - exact.mean(axes, keepdims=True)) / deviation
    of_scale = _error(dy * normal.astype(x.dtype), gradients[1], axes)
    of_offset = _error(dy, gradients[2], axes)
    of_scale, of_offset = (e * generator.choice((-1, 1), e.shape) for e in (of_scale, of_offset))
    # The gradient of what is normalised has the means of both sums taken off.
    mean = (of_offset.reshape(shape) + normal * of_scale.reshape(shape)) * scale.size / x.size
    moves = (scale.reshape(shape) / deviation * mean, of_scale, of_offset)
    return [(one + move).astype(one.dtype) for one, move in zip(gradients, moves, strict=True)]


def _error(summed: Array, own: Array, axes: tuple[int, ...]) -> Array:
    """How far float32 leaves each channel's sum off: at most as much, as part of all magnitudes."""
    exact, whole = summed.astype(np.float64).sum(axes), np.abs(summed).sum(axes, dtype=np.float64)
    if not whole.any():
        return whole
    other = moments.in_float32(lambda given: tf.reduce_sum(given, axes), summed)
    off = np.maximum(np.abs(own - exact), np.abs(other - exact))
    return whole * (off[whole > 0] / whole[whole > 0]).max()
