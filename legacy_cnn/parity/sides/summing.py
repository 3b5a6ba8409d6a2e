"""Gradients that are sums over a batch, added up as another kernel adds them.

One kernel adds thousands of numbers one by one, another in pairs. Where the numbers are nearly
equal, as those of the bias of an output that has learned nothing, each addition one by one rounds
the same way, whatever the order of the rows: neither nudged inputs nor another order show that. And
the pixels of an image, which are alike, lead far away from a sum that is 0 in the end, as of a bias
before batch normalisation. So rows are added up one by one, in their own order or backwards, and in
double, which is near what pairs give.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
import tensorflow.compat.v1 as tf

from legacy_cnn.parity.arrays import Array
from legacy_cnn.parity.rounding import nudged
from legacy_cnn.parity.sides import flow

_KINDS = ("BiasAddGrad", "Sum")


def sums_over_rows(gradients: Iterable[tf.Tensor]) -> list[tf.Operation]:
    """The operations that add up the rows of a batch for some gradients, or for parts of them."""
    found = {op.name: op for tensor in gradients for op in _before(tensor)}
    return [op for op in found.values() if _is_summing(op)]


def _before(tensor: tf.Tensor) -> Iterator[tf.Operation]:
    op = flow.source(tensor, "Reshape").op
    if op.type == "AddN":  # of several uses, or with what a regularizer adds
        for part in op.inputs:
            yield flow.source(part, "Reshape").op
    yield op


def _is_summing(op: tf.Operation) -> bool:
    return (
        op.type in _KINDS
        and op.outputs[0].dtype == tf.float32
        and op.graph.is_fetchable(op)
        and op.graph.is_feedable(op.outputs[0])
    )


def feeds_of_rows(
    operations: list[tf.Operation], run: Callable[[Any], Any], generator: np.random.Generator
) -> dict[tf.Tensor, Array]:
    """What such operations return if they add up their rows in another way, drawn for all.

    Args:
      operations: as `sums_over_rows` returns them.
      run: fetches tensors.
      generator: of the way, and of moves.
    """
    feeds = {}
    add = generator.choice(_WAYS)
    fetched = run([(list(op.inputs), op.outputs[0]) for op in operations])
    for op, ((values, *axes), like) in zip(operations, fetched, strict=True):
        rows = _rows(op, values, axes)
        if len(rows) > 1 and rows[0].size == like.size:
            feeds[op.outputs[0]] = add(nudged(rows, generator)).reshape(like.shape)
    return feeds


def _one_by_one(rows: Array) -> Array:
    return np.add.accumulate(rows, axis=0)[-1]


def _backwards(rows: Array) -> Array:
    return _one_by_one(rows[::-1])


def _exactly(rows: Array) -> Array:
    return rows.sum(axis=0, dtype=np.float64).astype(rows.dtype)


_WAYS = np.array([_one_by_one, _backwards, _exactly, _exactly])


def _rows(op: tf.Operation, values: Array, axes: list[Array]) -> Array:
    """What is added up: one row for each number of a sum."""
    if axes:
        summed = tuple(int(axis) % values.ndim for axis in axes[0].ravel())
    else:
        channels = 1 if op.get_attr("data_format") == b"NCHW" else values.ndim - 1
        summed = tuple(axis for axis in range(values.ndim) if axis != channels)
    first = np.moveaxis(values, summed, range(len(summed)))
    return first.reshape(int(np.prod(first.shape[: len(summed)])), -1)
