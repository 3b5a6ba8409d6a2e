"""Elements that are picked by their places."""

import tensorflow.compat.v1 as tf

from legacy_cnn.porting.functions import Row
from legacy_cnn.porting.recurrence.values import plain
from legacy_cnn.porting.writing import expressions, last_steps, tables
from legacy_cnn.porting.writing.expressions import ATOM, Expr
from legacy_cnn.porting.writing.scope import Scope


def _taken(scope: Scope, op: tf.Operation) -> Expr:
    if (last := _of_last_steps(scope, op)) is not None:
        return last
    axis = scope.constant(op.inputs[2]) if len(op.inputs) > 2 else None
    table, ids = map(scope.value, op.inputs[:2])
    variable = scope.reading.variable(op.inputs[0])
    if not scope.is_symbolic and variable and tables.has_sums(scope.reading, variable):
        table = expressions.binary(Expr("1.0"), "*", table, expressions.MULTIPLYING)
    return expressions.call("ops.take", table, ids, axis=0 if axis is None else int(axis))


def _picked(scope: Scope, op: tf.Operation) -> Expr:
    """`tf.gather_nd`: of each row the element whose number is given, or any."""
    if (last := _of_last_steps(scope, op)) is not None:
        return last
    values = scope.value(op.inputs[0])
    column = _column(op)
    if column is not None:
        places = expressions.call("ops.expand_dims", scope.value(column), -1)
        picked = expressions.call("ops.take_along_axis", values, places, axis=1)
        return Expr(f"{picked.within(ATOM)}[:, 0]")
    if scope.is_symbolic:
        raise scope.refusal(op, "which Keras has for one place in each row only")
    return expressions.call("tf.gather_nd", values, scope.value(op.inputs[1]))


def _of_last_steps(scope: Scope, op: tf.Operation) -> Expr | None:
    """Of each sequence the step before its length, if an operation picks that by its number."""
    found = last_steps.picked(op.outputs[0])
    if found is None or not scope.is_symbolic:
        return None
    last = expressions.binary(scope.value(found.lengths), "-", Expr("1"), expressions.ADDING)
    places = expressions.call("ops.reshape", last, (-1, 1, 1))
    values = scope.value(found.outputs)
    picked = expressions.call("ops.take_along_axis", values, places, axis=1)
    return Expr(f"{picked.within(ATOM)}[:, 0]")


def _column(op: tf.Operation) -> tf.Tensor | None:
    """The places in the rows of `tf.gather_nd(x, tf.stack([tf.range(batch), places], 1))`."""
    pairs = plain(op.inputs[1]).op
    if op.inputs[0].shape.rank != 2 or pairs.type != "Pack" or len(pairs.inputs) != 2:
        return None
    rows, column = map(plain, pairs.inputs)
    is_each = rows.op.type == "Range" and pairs.get_attr("axis") in (1, -1)
    return column if is_each and column.shape.rank == 1 else None


#: Operation -> its row.
ROWS: dict[str, Row] = {
    "GatherNd": _picked, "Gather": _taken, "GatherV2": _taken, "ResourceGather": _taken,
}  # fmt: skip
