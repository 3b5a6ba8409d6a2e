"""Means as `tf.losses` take them: sums that are divided by the number of their weights."""

import tensorflow.compat.v1 as tf

from legacy_cnn.parity.finding.paths import source
from legacy_cnn.porting.functions import Row
from legacy_cnn.porting.writing import expressions
from legacy_cnn.porting.writing.expressions import Expr
from legacy_cnn.porting.writing.scope import Scope
from legacy_cnn.programs.elements import DRAWING
from legacy_cnn.programs.variables import is_variable


def _divided_or_zero(scope: Scope, op: tf.Operation) -> Expr:
    """0 where the divisor is."""
    if _is_count(op.inputs[1]):
        return expressions.call("ops.mean", scope.value(_before_sums(op.inputs[0])))
    return expressions.call("ops.divide_no_nan", *map(scope.value, op.inputs))


def _before_sums(tensor: tf.Tensor) -> tf.Tensor:
    """What sums are taken of, one after another."""
    while (op := source(tensor)).type == "Sum":
        tensor = op.inputs[0]
    return tensor


def _is_count(tensor: tf.Tensor) -> bool:
    """Whether a number is that of elements: computed of sizes, and of no weights but one number."""
    waiting, seen = [tensor.op], set()
    while waiting:
        op = waiting.pop()
        if op.name in seen or op.type in ("Shape", "Size"):
            continue
        seen.add(op.name)
        if op.type.startswith("Placeholder") or is_variable(op) or DRAWING.match(op.type):
            return False
        if op.type == "Const" and op.outputs[0].dtype.is_floating and not _is_number(op):
            return False
        waiting.extend(one.op for one in op.inputs)
    return any("num_present" in name for name in seen)


def _is_number(op: tf.Operation) -> bool:
    return bool(tf.make_ndarray(op.get_attr("value")).size == 1)


#: Operation -> its row.
ROWS: dict[str, Row] = {"DivNoNan": _divided_or_zero}
