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
    found: list[Differentiating],
    run: Callable[[Any], Any],
    generator: np.random.Generator,
    known: moments.Known,
) -> moments.Feeds:
    """What such operations return with their sums moved by the errors of float32.

    Args:
      found: as `differentiating` returns them.
      run: fetches tensors.
      generator: of the moves.
      known: errors that were measured before; those that are measured here are added.
    """
    try:
        values = run([(one.given, one.gradients) for one in found])
    except tf.errors.InvalidArgumentError:  # one is in a branch that is not taken
        return {}
    fed = moments.Feeds()
    for (op, *_), (given, gradients) in zip(found, values, strict=True):
        normal = _normal(op, *given[1:])
        key = op.name, moments.about(gradients[1]) + moments.about(gradients[2])
        if key not in known:
            known[key] = _errors(op, given[0], normal.values, gradients)
        errors = [each * generator.choice((-1, 1), each.shape) for each in known[key]]
        moved = _moved(normal, gradients, errors)
        fed |= dict(zip(op.outputs[:3], moved, strict=True))
    return fed


class _Normal(NamedTuple):
    """What an operation has normalised."""

    values: Array  #: (N, H, W, C) or (N, C, H, W)
    factor: Array  #: of its gradient: the scale by the deviation, with axes of one
    scale: Array  #: with axes of one


def _normal(op: tf.Operation, x: Array, scale: Array) -> _Normal:
    axes = moments.summed_axes(op)
    mean = x.mean(axes, keepdims=True, dtype=np.float64)
    centred = x - mean.astype(x.dtype)
    variance = np.square(centred).mean(axes, keepdims=True, dtype=np.float64)
    deviation = np.sqrt(variance + op.get_attr("epsilon")).astype(x.dtype)
    shaped = scale.reshape(mean.shape)
    return _Normal(centred / deviation, shaped / deviation, shaped)


def _errors(
    op: tf.Operation, dy: Array, normal: Array, gradients: list[Array]
) -> tuple[Array, Array]:
    """How far float32 leaves the gradients of scale and offset off."""
    axes = moments.summed_axes(op)
    return _error(dy * normal, gradients[1], axes), _error(dy, gradients[2], axes)


def _moved(normal: _Normal, gradients: list[Array], errors: list[Array]) -> list[Array]:
    """The gradients, of what is normalised, of scale and of offset, with their sums moved."""
    of_scale, of_offset = (error.reshape(normal.scale.shape) for error in errors)
    # The gradient of what is normalised has the means of both sums taken off.
    part = normal.factor * (normal.scale.size / normal.values.size)
    at_offset, at_scale = ((part * e).astype(part.dtype) for e in (of_offset, of_scale))
    moves = (at_offset + normal.values * at_scale, *errors)
    return [(one + move).astype(one.dtype) for one, move in zip(gradients, moves, strict=True)]


def _error(summed: Array, own: Array, axes: tuple[int, ...]) -> Array:
    """How far float32 leaves each channel's sum off: at most as much, as part of all magnitudes."""
    exact, whole = (each.sum(axes, dtype=np.float64) for each in (summed, np.abs(summed)))
    if not whole.any():
        return whole
    other = moments.in_float32(lambda given: tf.reduce_sum(given, axes), summed)
    off = np.maximum(np.abs(own - exact), np.abs(other - exact))
    return whole * (off[whole > 0] / whole[whole > 0]).max()
