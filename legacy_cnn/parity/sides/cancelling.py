"""Rounding inside of a fused operation, before two numbers in it cancel.

The gradient of a softmax cross entropy is p - y. Of an image that is surely right it is exactly 0
in the fused operation, whatever moves its inputs; in a loss by hand, p may be 1 - 6e-8 as well.
"""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import tensorflow.compat.v1 as tf

from legacy_cnn.parity.arrays import Array
from legacy_cnn.parity.rounding import nudged

_DENSE, _SPARSE = "SoftmaxCrossEntropyWithLogits", "SparseSoftmaxCrossEntropyWithLogits"


def cancelling(operations: Iterable[tf.Operation]) -> list[tf.Operation]:
    """Those of some operations that subtract labels from probabilities."""
    return [
        op
        for op in operations
        if op.type in (_DENSE, _SPARSE)
        if op.graph.is_fetchable(op) and op.graph.is_feedable(op.outputs[1])
    ]


def feeds_of(
    operations: list[tf.Operation], run: Callable[[Any], Any], generator: np.random.Generator
) -> dict[tf.Tensor, Array]:
    """What such operations return if each probability is moved by one unit in the last place.

    Args:
      operations: as `cancelling` returns them.
      run: fetches tensors.
      generator: of the moves.
    """
    values = run([(op.outputs[1], op.inputs[1]) for op in operations])
    feeds = {}
    for op, (gradient, labels) in zip(operations, values, strict=True):
        wanted = _one_hot(labels, gradient) if op.type == _SPARSE else labels
        feeds[op.outputs[1]] = nudged(gradient + wanted, generator) - wanted
    return feeds


def _one_hot(labels: Array, like: Array) -> Array:
    return (labels[:, None] == np.arange(like.shape[1])).astype(like.dtype)
