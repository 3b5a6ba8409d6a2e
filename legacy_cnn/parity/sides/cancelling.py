"""Rounding before numbers cancel: it is not seen where they are equal to the last bit.

The gradient of a softmax cross entropy is p - y. Of an image that is surely right it is exactly 0
in the fused operation, whatever moves its inputs; in a loss by hand, p may be 1 - 6e-8 as well.
The gradient of weights that are used twice is a sum, which may be exactly 0, as of both towers of a
siamese network; a port that sums both batches in one go has a 2e-8 there.
"""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import tensorflow.compat.v1 as tf

from legacy_cnn.parity.arrays import Array
from legacy_cnn.parity.rounding import nudged
from legacy_cnn.parity.sides import flow

_DENSE, _SPARSE = "SoftmaxCrossEntropyWithLogits", "SparseSoftmaxCrossEntropyWithLogits"


def cancelling(operations: Iterable[tf.Operation]) -> list[tf.Operation]:
    """Those of some operations that subtract labels from probabilities."""
    return [
        op
        for op in operations
        if op.type in (_DENSE, _SPARSE)
        if op.graph.is_fetchable(op) and op.graph.is_feedable(op.outputs[1])
    ]


def sums(gradients: Iterable[tf.Tensor]) -> list[tf.Operation]:
    """The sums among some gradients."""
    found = {op.name: op for op in (flow.source(tensor).op for tensor in gradients)}
    return [
        op
        for op in found.values()
        if op.type == "AddN" and op.graph.is_fetchable(op) and op.graph.is_feedable(op.outputs[0])
    ]


def feeds_of_sums(
    operations: list[tf.Operation], run: Callable[[Any], Any], generator: np.random.Generator
) -> dict[tf.Tensor, Array]:
    """What sums are if each number that they add up is moved by one unit in the last place."""
    values = run([list(op.inputs) for op in operations])
    return {
        op.outputs[0]: np.sum([nudged(part, generator) for part in parts], axis=0)
        for op, parts in zip(operations, values, strict=True)
    }


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
