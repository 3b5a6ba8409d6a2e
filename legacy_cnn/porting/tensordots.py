"""`tf.tensordot` in a graph: shapes before and after a product of two matrices."""

import re

import tensorflow.compat.v1 as tf

from legacy_cnn.porting.constants import value_of


def scope_of(op: tf.Operation) -> str:
    """The scope of `tf.tensordot` that a product lies in; "" for none."""
    scope, _, last = op.name.rpartition("/")
    if re.search(r"(^|/)Tensordot(_\d+)?$", scope):
        return scope
    if not scope or last != "MatMul":
        return ""
    try:
        end = op.graph.get_operation_by_name(scope)
    except KeyError:
        return ""
    return scope if end.type == "Reshape" and end.inputs[0].op is op else ""


def with_vector(op: tf.Operation) -> tuple[tf.Tensor, tf.Tensor] | None:
    """What the last operation of `tf.tensordot(x, vector, 1)` multiplies; None for another.

    No layer of Keras does it. With a matrix, it is a dense layer.
    """
    product = op.inputs[0].op if op.type == "Reshape" else op
    if product.type != "MatMul" or product is op or scope_of(product) != op.name:
        return None
    one, other = (_outside(tensor, op.name) for tensor in product.inputs)
    return (one, other) if one is not None and other is not None and other.shape.rank == 1 else None


def _outside(tensor: tf.Tensor, scope: str) -> tf.Tensor | None:
    """A tensor before its axes were joined; None where they were put in another order."""
    while tensor.op.name.startswith(f"{scope}/") and tensor.op.type in ("Reshape", "Transpose"):
        order = value_of(tensor.op.inputs[1]) if tensor.op.type == "Transpose" else None
        if tensor.op.type == "Transpose" and (order is None or list(order) != sorted(order)):
            return None
        tensor = tensor.op.inputs[0]
    return tensor
