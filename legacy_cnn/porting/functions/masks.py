"""What is taken of a tensor by a mask: `tf.boolean_mask`, `tf.where` of a condition."""

from typing import NamedTuple

import tensorflow.compat.v1 as tf

from legacy_cnn.parity.finding.paths import source
from legacy_cnn.porting.functions import Row
from legacy_cnn.porting.writing import expressions
from legacy_cnn.porting.writing.expressions import Expr
from legacy_cnn.porting.writing.scope import Scope

_GATHERING = ("Gather", "GatherV2")


class Masked(NamedTuple):
    """`tf.boolean_mask(values, mask)`."""

    values: tf.Tensor
    mask: tf.Tensor


def masked(tensor: tf.Tensor) -> Masked | None:
    """What a tensor is taken of by a mask of the same shape; None for another tensor."""
    op = source(tensor)
    if op.type not in _GATHERING:
        return None
    chosen = source(op.inputs[1])
    where = source(chosen.inputs[0]) if chosen.type == "Squeeze" else None
    if where is None or where.type != "Where":
        return None
    values, mask = _before_joining(op.inputs[0]), _before_joining(where.inputs[0])
    is_whole = values.shape.rank is not None and values.shape.rank == mask.shape.rank
    return Masked(values, mask) if is_whole and mask.dtype == tf.bool else None


def mean(scope: Scope, tensor: tf.Tensor) -> Expr | None:
    """The mean of what a mask leaves; None for another tensor."""
    found = masked(tensor)
    if found is None:
        return None
    values, mask = scope.value(found.values), _weights(scope, found)
    product = expressions.binary(values, "*", mask, expressions.MULTIPLYING)
    sums = [expressions.call("ops.sum", one) for one in (product, mask)]
    return expressions.binary(sums[0], "/", sums[1], expressions.MULTIPLYING)


def _weights(scope: Scope, found: Masked) -> Expr:
    """1 where a mask is true, and 0 elsewhere."""
    weights = expressions.call("ops.cast", scope.value(found.mask), found.values.dtype.name)
    return scope.assign(found.mask, weights.text, wish="weights")


def _before_joining(tensor: tf.Tensor) -> tf.Tensor:
    """A tensor whose axes were joined, before that."""
    op = source(tensor)
    is_joined = op.type == "Reshape" and op.outputs[0].shape.rank == 1
    return op.inputs[0] if is_joined else tensor


def _places(scope: Scope, op: tf.Operation) -> Expr:
    """Where a condition holds: a row for each place."""
    found = expressions.call("ops.nonzero", scope.value(op.inputs[0]))
    return expressions.call("ops.stack", found, axis=1)


#: Operation -> its row.
ROWS: dict[str, Row] = {"Where": _places}
