"""Rounding of sums within an operation: moved inputs do not show it where many numbers are equal.

Kernels of batch normalisation add up 100,000 squares in different orders. Of images with an even
ground, or behind a relu, half of these are the same number, whose rounding goes the same way each
time: the variance is 8e-5 off, in this order of the batch as in any other. So the errors of two
kernels are measured against double precision, and count as rounding.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import tensorflow.compat.v1 as tf

from legacy_cnn.parity import loops
from legacy_cnn.parity.arrays import Array

#: The generations of the operation.
FUSED = ("FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3")

Feeds = dict[tf.Tensor, Array]

#: What errors of an operation were measured with -> these errors. Nudged inputs have the same.
Known = dict[tuple[str, str], tuple[Array, Array]]


class Normalising(NamedTuple):
    """An operation that normalises by the moments of a batch, and tensors that can be fetched."""

    op: tf.Operation
    given: list[tf.Tensor]  #: what is normalised, scale, and offset
    moments: list[tf.Tensor]  #: mean and variance


def normalising(operations: Iterable[tf.Operation]) -> list[Normalising]:
    """Those of some operations that normalise by the moments of a batch, outside of loops."""
    return [
        Normalising(op, fetchable(op.inputs[:3]), fetchable(op.outputs[1:3]))
        for op in operations
        if op.type in FUSED and op.get_attr("is_training")
        if op.graph.is_fetchable(op) or not loops.are_in(op.graph)
    ]


def fetchable(tensors: Sequence[tf.Tensor]) -> list[tf.Tensor]:
    """The tensors, or what passes them on out of a branch: a session returns none inside of it."""
    graph = tensors[0].graph
    with graph.as_default(), tf.control_dependencies(None):
        return [t if graph.is_fetchable(t.op) else tf.identity(t) for t in tensors]


def feeds_of_moments(
    found: list[Normalising],
    run: Callable[[Any, Feeds], Any],
    generator: np.random.Generator,
    known: Known,
) -> Feeds:
    """What makes such operations return what they do with mean and variance moved by their errors.

    Scale and offset are moved, so that what follows is, and the gradients are; and the moments that
    averages are made of.

    Args:
      found: as `normalising` returns them.
      run: fetches tensors with some more of them fed.
      generator: of the moves.
      known: errors that were measured before; those that are measured here are added.
    """
    try:
        values = run([(one.given, one.moments) for one in found], {})
    except tf.errors.InvalidArgumentError:  # one is in a branch that is not taken
        return {}
    moved, errors = Feeds(), []
    for (op, *_), ((x, scale, offset), (_, variance)) in zip(found, values, strict=True):
        key = op.name, about(variance)
        if key not in known:
            known[key] = _errors(op, x, variance)
        shift, stretch = (each * generator.choice((-1, 1), each.shape) for each in known[key])
        deviation = np.sqrt(variance + op.get_attr("epsilon"))
        moved[op.inputs[1]] = (scale * (1 - stretch / 2)).astype(scale.dtype)
        moved[op.inputs[2]] = (offset - shift * scale / deviation).astype(offset.dtype)
        errors.append((shift, 1 + stretch))
    moments = run([one.moments for one in found], moved)
    for (op, *_), (mean, variance), (shift, factor) in zip(found, moments, errors, strict=True):
        moved[op.outputs[1]] = (mean + shift).astype(mean.dtype)
        moved[op.outputs[2]] = (variance * factor).astype(variance.dtype)
    return moved


def about(values: Array) -> str:
    """The size of some values, which nudged inputs leave."""
    return f"{np.abs(values).mean():.2e}"


def _errors(op: tf.Operation, x: Array, variance: Array) -> tuple[Array, Array]:
    """How far float32 leaves the means off, and the variances as parts of them.

    The operation's own sums and those of `tf.nn.moments` are held against double precision, and all
    channels get the largest error: another kernel is off in others.
    """
    axes = summed_axes(op)
    count = x.size // variance.size
    exact = x.astype(np.float64)
    mean, square = exact.mean(axes), exact.var(axes)
    known = square > 0
    if count < 2 or not known.any():
        return np.zeros_like(mean), np.zeros_like(mean)
    means, variances = in_float32(lambda given: tf.nn.moments(given, axes), x)
    deviation = np.sqrt(square)
    off = np.abs(means - mean)[known] / deviation[known]
    others = (variances, variance * (count - 1) / count)  # the operation divides by n - 1
    stretched = max(np.abs(other[known] / square[known] - 1).max() for other in others)
    return off.max() * deviation, np.where(known, stretched, 0)


def summed_axes(op: tf.Operation) -> tuple[int, ...]:
    """All axes but that of the channels."""
    return (0, 2, 3) if op.get_attr("data_format") == b"NCHW" else (0, 1, 2)


def in_float32(function: Callable[..., Any], *arrays: Array) -> Any:
    """What TensorFlow's own operations make of some arrays."""
    with tf.Graph().as_default(), tf.Session() as session:
        given = [tf.placeholder(array.dtype, array.shape) for array in arrays]
        return session.run(function(*given), dict(zip(given, arrays, strict=True)))
