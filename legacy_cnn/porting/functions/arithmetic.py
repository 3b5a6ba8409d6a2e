"""What is computed element by element."""

import tensorflow.compat.v1 as tf

from legacy_cnn.porting.functions import Row
from legacy_cnn.porting.writing import expressions
from legacy_cnn.porting.writing.expressions import Expr
from legacy_cnn.porting.writing.scope import Scope

#: Operation -> the function of `keras.ops` of the same arguments.
_NAMED = {
    "Abs": "abs", "Acos": "arccos", "Asin": "arcsin", "Atan": "arctan", "Atan2": "arctan2",
    "Ceil": "ceil", "Cos": "cos", "Cosh": "cosh", "Elu": "elu", "Erf": "erf", "Exp": "exp",
    "Expm1": "expm1", "Floor": "floor", "IsFinite": "isfinite", "IsNan": "isnan", "Log": "log",
    "Log1p": "log1p", "LogSoftmax": "log_softmax", "LogicalAnd": "logical_and",
    "LogicalNot": "logical_not", "LogicalOr": "logical_or", "Maximum": "maximum",
    "Minimum": "minimum", "OnesLike": "ones_like", "Reciprocal": "reciprocal", "Relu": "relu",
    "Relu6": "relu6", "Round": "round", "Rsqrt": "rsqrt", "Select": "where", "SelectV2": "where",
    "Selu": "selu", "Sigmoid": "sigmoid", "Sign": "sign", "Sin": "sin", "Sinh": "sinh",
    "Softmax": "softmax", "Softplus": "softplus", "Softsign": "softsign", "Sqrt": "sqrt",
    "Square": "square", "Tan": "tan", "Tanh": "tanh", "ZerosLike": "zeros_like",
}  # fmt: skip

_OPERATORS = {
    "Add": ("+", expressions.ADDING), "AddV2": ("+", expressions.ADDING),
    "BiasAdd": ("+", expressions.ADDING), "Sub": ("-", expressions.ADDING),
    "Mul": ("*", expressions.MULTIPLYING), "RealDiv": ("/", expressions.MULTIPLYING),
    "Div": ("/", expressions.MULTIPLYING), "FloorDiv": ("//", expressions.MULTIPLYING),
    "FloorMod": ("%", expressions.MULTIPLYING), "Pow": ("**", expressions.POWER),
    "Less": ("<", expressions.COMPARING), "LessEqual": ("<=", expressions.COMPARING),
    "Greater": (">", expressions.COMPARING), "GreaterEqual": (">=", expressions.COMPARING),
}  # fmt: skip


def _named(scope: Scope, op: tf.Operation) -> Expr:
    return expressions.call(f"ops.{_NAMED[op.type]}", *map(scope.value, op.inputs))


def _operator(scope: Scope, op: tf.Operation) -> Expr:
    operator, level = _OPERATORS[op.type]
    left, right = map(scope.value, op.inputs)
    if level == expressions.POWER:
        return Expr(f"{left.within(expressions.ATOM)} ** {right.within(level)}", level)
    return expressions.binary(left, operator, right, level)


def _negative(scope: Scope, op: tf.Operation) -> Expr:
    return expressions.negative(scope.value(op.inputs[0]))


def _difference(scope: Scope, op: tf.Operation) -> Expr:
    left, right = map(scope.value, op.inputs)
    return expressions.call("ops.square", expressions.binary(left, "-", right, expressions.ADDING))


def _sum_of_all(scope: Scope, op: tf.Operation) -> Expr:
    first, *others = map(scope.value, op.inputs)
    for one in others:
        first = expressions.binary(first, "+", one, expressions.ADDING)
    return first


def _half_square(scope: Scope, op: tf.Operation) -> Expr:
    square = expressions.call("ops.square", scope.value(op.inputs[0]))
    return Expr(f"ops.sum({square.text}) / 2", expressions.MULTIPLYING)


def _clipped(scope: Scope, op: tf.Operation) -> Expr:
    return expressions.call("ops.clip", *map(scope.value, op.inputs))


def _leaky(scope: Scope, op: tf.Operation) -> Expr:
    slope = op.get_attr("alpha")
    return expressions.call("ops.leaky_relu", scope.value(op.inputs[0]), slope)


def _equal(name: str) -> Row:
    return lambda scope, op: expressions.call(name, *map(scope.value, op.inputs))


def _cast(scope: Scope, op: tf.Operation) -> Expr:
    before, after = op.inputs[0].dtype, op.outputs[0].dtype
    inner = scope.value(op.inputs[0])
    if before == after or (before.is_floating and after.is_floating):
        return inner
    return expressions.call("ops.cast", inner, after.name)


#: Operation -> its row.
ROWS: dict[str, Row] = {
    **dict.fromkeys(_NAMED, _named),
    **dict.fromkeys(_OPERATORS, _operator),
    "Neg": _negative, "SquaredDifference": _difference, "AddN": _sum_of_all,
    "L2Loss": _half_square, "ClipByValue": _clipped, "LeakyRelu": _leaky, "Cast": _cast,
    "Equal": _equal("ops.equal"), "NotEqual": _equal("ops.not_equal"),
}  # fmt: skip
