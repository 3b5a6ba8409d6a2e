"""What returns several tensors: the expression is of all of them."""

import tensorflow.compat.v1 as tf

from legacy_cnn.porting.functions import Row
from legacy_cnn.porting.writing import expressions
from legacy_cnn.porting.writing.expressions import Expr
from legacy_cnn.porting.writing.scope import Scope


def _split(scope: Scope, op: tf.Operation) -> Expr:
    """Into equal parts."""
    axis = scope.constant(op.inputs[0])
    given = None if axis is None else int(axis) or None
    number = op.get_attr("num_split")
    return expressions.call("ops.split", scope.value(op.inputs[1]), number, axis=given)


def _split_unevenly(scope: Scope, op: tf.Operation) -> Expr:
    sizes, axis = scope.constant(op.inputs[1]), scope.constant(op.inputs[2])
    if sizes is None or axis is None:
        raise scope.refusal(op, "parts whose sizes are computed")
    listed = [int(size) for size in sizes]
    whole = op.inputs[0].shape.as_list()[int(axis)] if op.inputs[0].shape.rank else None
    known = sum(size for size in listed if size >= 0)
    listed = [size if size >= 0 else (whole or 0) - known for size in listed]
    ends = [sum(listed[: at + 1]) for at in range(len(listed) - 1)]
    given = len(listed) if len(set(listed)) == 1 else ends
    return expressions.call("ops.split", scope.value(op.inputs[0]), given, axis=int(axis) or None)


def _unstacked(scope: Scope, op: tf.Operation) -> Expr:
    axis = op.get_attr("axis") or None
    number = op.get_attr("num")
    return expressions.call("ops.unstack", scope.value(op.inputs[0]), number, axis=axis)


def _greatest(scope: Scope, op: tf.Operation) -> Expr:
    number = scope.constant(op.inputs[1])
    given = None if number is None else int(number)
    return expressions.call("ops.top_k", scope.value(op.inputs[0]), given)


#: Operation -> its row.
ROWS: dict[str, Row] = {
    "Split": _split, "SplitV": _split_unevenly, "Unpack": _unstacked, "TopKV2": _greatest,
}  # fmt: skip
