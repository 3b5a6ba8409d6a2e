"""Sums, means and products over axes, and products of matrices."""

import tensorflow.compat.v1 as tf

from legacy_cnn.porting.functions import Row, masks
from legacy_cnn.porting.functions.logits import logits_of
from legacy_cnn.porting.reading import is_flattening
from legacy_cnn.porting.writing import expressions
from legacy_cnn.porting.writing.expressions import Expr
from legacy_cnn.porting.writing.scope import Scope

_REDUCING = {"Sum": "sum", "Mean": "mean", "Max": "max", "Min": "min", "Prod": "prod",
             "All": "all", "Any": "any"}  # fmt: skip


def _reduced(scope: Scope, op: tf.Operation) -> Expr:
    of_mask = masks.mean(scope, op.inputs[0]) if op.type == "Mean" else None
    if of_mask is not None:
        return of_mask
    inner, axes = scope.value(op.inputs[0]), scope.constant(op.inputs[1])
    keepdims = True if op.get_attr("keep_dims") else None
    if axes is None and _is_every(op.inputs[1].op):
        return expressions.call(f"ops.{_REDUCING[op.type]}", inner, keepdims=keepdims)
    if axes is None:
        raise scope.refusal(op, "axes that are computed")
    rank = op.inputs[0].shape.rank
    listed = tuple(int(axis) for axis in axes.ravel())
    if rank == 0 or not listed:
        return inner
    is_whole = rank is not None and len({axis % rank for axis in listed}) == rank
    is_unknown = rank is None and list(op.inputs[1].shape) != [] and len(listed) > 1
    given = None if is_whole or is_unknown else listed[0] if len(listed) == 1 else listed
    return expressions.call(f"ops.{_REDUCING[op.type]}", inner, axis=given, keepdims=keepdims)


def _is_every(axes: tf.Operation) -> bool:
    """Whether axes are all of a tensor whose shape no one knows."""
    return axes.type == "Range" and axes.inputs[1].op.type == "Rank"


def _product(scope: Scope, op: tf.Operation) -> Expr:
    matrices = []
    for at, letter in enumerate("ab"):
        attributes = op.node_def.attr
        is_last = attributes[f"transpose_{letter}"].b or attributes[f"adj_{'xy'[at]}"].b
        matrix = scope.value(op.inputs[at])
        if is_last and op.inputs[at].shape.rank == 2:
            matrix = expressions.call("ops.transpose", matrix)
        elif is_last:
            matrix = expressions.call("ops.swapaxes", matrix, -2, -1)
        matrices.append(matrix)
    return expressions.call("ops.matmul", *matrices)


def _softmax_crossentropy(scope: Scope, op: tf.Operation) -> Expr:
    logits, labels = (_before_flattening(op, tensor) for tensor in op.inputs[:2])
    if logits.shape.rank != labels.shape.rank:  # labels in a list: only flat they are alike
        before = zip((logits, labels), op.inputs[:2], strict=True)
        logits, labels = (one if one.shape.rank == 2 else flat for one, flat in before)
    return _crossentropy(scope, "ops.categorical_crossentropy", logits, labels)


def _crossentropy(scope: Scope, name: str, logits: tf.Tensor, labels: tf.Tensor) -> Expr:
    value = logits_of(scope, logits)
    return expressions.call(name, scope.value(labels), value, from_logits=True)


def _before_flattening(op: tf.Operation, tensor: tf.Tensor) -> tf.Tensor:
    reshape = tensor.op
    return reshape.inputs[0] if is_flattening(reshape, op) else tensor


def _sparse_crossentropy(scope: Scope, op: tf.Operation) -> Expr:
    logits, labels = (_before_flattening(op, tensor) for tensor in op.inputs[:2])
    return _crossentropy(scope, "ops.sparse_categorical_crossentropy", logits, labels)


#: Operation -> its row.
ROWS: dict[str, Row] = {
    **dict.fromkeys(_REDUCING, _reduced),
    **dict.fromkeys(("MatMul", "BatchMatMul", "BatchMatMulV2", "BatchMatMulV3"), _product),
    "SoftmaxCrossEntropyWithLogits": _softmax_crossentropy,
    "SparseSoftmaxCrossEntropyWithLogits": _sparse_crossentropy,
}  # fmt: skip
