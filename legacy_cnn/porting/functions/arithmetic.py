"""What is computed element by element."""

import tensorflow.compat.v1 as tf

from legacy_cnn.parity.finding.paths import source
from legacy_cnn.porting import losses
from legacy_cnn.porting.calls import unless
from legacy_cnn.porting.functions import Row
from legacy_cnn.porting.functions.logits import logits_of
from legacy_cnn.porting.writing import expressions
from legacy_cnn.porting.writing.expressions import Expr
from legacy_cnn.porting.writing.scope import Scope

#: Operation -> the function of `keras.ops` of the same arguments.
_NAMED = {
    "Abs": "abs", "Acos": "arccos", "Asin": "arcsin", "Atan": "arctan", "Atan2": "arctan2",
    "Ceil": "ceil", "Cos": "cos", "Cosh": "cosh",
    "Elu": "elu", "Erf": "erf", "Exp": "exp",
    "Expm1": "expm1", "Floor": "floor", "IsFinite": "isfinite", "IsNan": "isnan", "Log": "log",
    "Log1p": "log1p", "LogSoftmax": "log_softmax", "LogicalAnd": "logical_and",
    "LogicalNot": "logical_not", "LogicalOr": "logical_or", "Maximum": "maximum",
    "Minimum": "minimum", "OnesLike": "ones_like", "Reciprocal": "reciprocal", "Relu": "relu",
    "Relu6": "relu6", "Round": "round", "Rsqrt": "rsqrt", "Select": "where", "SelectV2": "where",
    "Selu": "selu", "Sigmoid": "sigmoid", "Sign": "sign", "Sin": "sin", "Sinh": "sinh",
    "Softmax": "softmax", "Softplus": "softplus", "Softsign": "softsign", "Sqrt": "sqrt",
    "Square": "square", "StopGradient": "stop_gradient", "Tan": "tan", "Tanh": "tanh",
    "ZerosLike": "zeros_like",
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


#: Operator -> its function.
_FUNCTIONS = {
    "+": "ops.add", "-": "ops.subtract", "*": "ops.multiply", "/": "ops.divide",
    "//": "ops.floor_divide", "%": "ops.mod", "**": "ops.power", "<": "ops.less",
    "<=": "ops.less_equal", ">": "ops.greater", ">=": "ops.greater_equal",
}  # fmt: skip


def _named(scope: Scope, op: tf.Operation) -> Expr:
    return expressions.call(f"ops.{_NAMED[op.type]}", *map(scope.value, op.inputs))


def _operator(scope: Scope, op: tf.Operation) -> Expr:
    operator, level = _OPERATORS[op.type]
    neutral = {"*": 1, "+": 0}.get(operator)
    if neutral is not None and (only := _only(scope, op, neutral)) is not None:
        return scope.value(only)
    left, right = map(scope.value, op.inputs)
    if scope.is_symbolic and scope.is_weight(op.inputs[0]):  # a weight has operators of its own
        return expressions.call(_FUNCTIONS[operator], left, right)
    if level == expressions.POWER:
        exponent = scope.constant(op.inputs[1])
        if exponent is not None and exponent.size == 1 and exponent.item() == 2:
            return expressions.call("ops.square", left)
        return Expr(f"{left.within(expressions.ATOM)} ** {right.within(level)}", level)
    return expressions.binary(left, operator, right, level)


def _sum(scope: Scope, op: tf.Operation) -> Expr:
    """A sum; the one that `sigmoid_cross_entropy_with_logits` ends in is a function of Keras."""
    found = losses.of_logistic(op)
    if len(found) != 2 or not _are_alike(*found):
        return _operator(scope, op)
    logits = logits_of(scope, found[0])
    labels = scope.value(found[1])
    return expressions.call("ops.binary_crossentropy", labels, logits, from_logits=True)


def _are_alike(one: tf.Tensor, other: tf.Tensor) -> bool:
    """Whether two tensors have one shape, as the function asks, as far as the graph knows it."""
    if one.shape.rank is None or other.shape.rank is None:
        return True
    return bool(one.shape.as_list() == other.shape.as_list())


def _only(scope: Scope, op: tf.Operation, neutral: int) -> tf.Tensor | None:
    """What is multiplied by the number 1, as `tf.losses` do without weights, or added to 0."""
    for at, factor in enumerate(op.inputs):
        other = op.inputs[1 - at]
        if factor.shape.rank == 0 and other.shape == op.outputs[0].shape:
            known = scope.constant(factor)
            if known is not None and known == neutral:
                return other
    return None


def _quotient(scope: Scope, op: tf.Operation) -> Expr:
    """A sum over all that is divided by the number of its elements is a mean."""
    total, size = source(op.inputs[0]), scope.constant(op.inputs[1])
    is_sum = total.type == "Sum" and op.inputs[0].shape.rank == 0
    count = total.inputs[0].shape.num_elements() if is_sum else None
    if count and size is not None and size.size == 1 and abs(float(size) / count - 1) < 1e-6:
        return expressions.call("ops.mean", scope.value(total.inputs[0]))
    if size is not None and size.shape == tuple(op.outputs[0].shape) and (size == 1).all():
        return scope.value(op.inputs[0])
    if op.type == "DivNoNan":
        return expressions.call("ops.divide_no_nan", *map(scope.value, op.inputs))
    return _operator(scope, op)


def _product(scope: Scope, op: tf.Operation) -> Expr:
    """What is multiplied by ones of its own shape stays as it is."""
    for one, other in (op.inputs, reversed(op.inputs)):
        is_whole = one.shape.is_fully_defined() and one.shape == op.outputs[0].shape
        ones = scope.constant(other) if is_whole and not scope.reading.is_on_way(other.op) else None
        if ones is not None and (ones == 1).all():
            return scope.value(one)
    return _operator(scope, op)


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


def _filled(scope: Scope, op: tf.Operation) -> Expr:
    """`tf.fill`, `tf.zeros` of a size that is known, but for the batch's."""
    value, like = scope.constant(op.inputs[1]), _like(scope, op)
    word = None if value is None else {0: "zeros", 1: "ones"}.get(value.item())
    given = scope.value(op.inputs[1]) if value is None else value.item()
    if like is not None:
        dtype = unless(op.outputs[0].dtype.name, "float32")
        if word is not None:
            return expressions.call(f"ops.{word}_like", like, dtype=dtype)
        return expressions.call("ops.full_like", like, given, dtype=dtype)
    shape = scope.shape(op.inputs[0])
    if word is None:
        return expressions.call("ops.full", shape, given)
    dtype = unless(op.outputs[0].dtype.name, "float32")
    return expressions.call(f"ops.{word}", shape, dtype=dtype)


def _like(scope: Scope, op: tf.Operation) -> Expr | None:
    """What a tensor has the shape of: another one, or in a model its batch."""
    shape = source(op.inputs[0])
    if shape.type == "Shape" and shape.inputs[0].dtype == op.outputs[0].dtype:
        return scope.value(shape.inputs[0])
    return _like_batch(scope, op)


def _like_batch(scope: Scope, op: tf.Operation) -> Expr | None:
    """In a model, whose batch has no size: data of the same shape; None where that is known."""
    if not scope.is_symbolic or scope.constant(op.inputs[0]) is not None:
        return None
    data = scope.reading.side.inputs[0]
    sizes = op.outputs[0].shape.as_list() if op.outputs[0].shape.rank else [None, None]
    if None in sizes[1:] or not data.shape.rank:
        return None
    first = ", ".join([":", *["0"] * (data.shape.rank - 1), *["None"] * (len(sizes) - 1)])
    column = Expr(f"{scope.value(data).within(expressions.ATOM)}[{first}]")
    if data.shape.rank == 1 and len(sizes) == 1:
        column = scope.value(data)
    times = (1, *sizes[1:])
    return column if set(times) == {1} else expressions.call("ops.tile", column, times)


def _multiplied(scope: Scope, op: tf.Operation) -> Expr:
    equation = op.get_attr("equation").decode()
    return expressions.call("ops.einsum", equation, *map(scope.value, op.inputs))


def _summed_up(name: str) -> Row:
    """Sums or products of all elements so far."""

    def row(scope: Scope, op: tf.Operation) -> Expr:
        axis, attributes = scope.constant(op.inputs[1]), op.node_def.attr
        if axis is None or attributes["exclusive"].b or attributes["reverse"].b:
            raise scope.refusal(op, "which is exclusive or reversed")
        return expressions.call(f"ops.{name}", scope.value(op.inputs[0]), axis=int(axis))

    return row


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
    **dict.fromkeys(("RealDiv", "Div", "DivNoNan"), _quotient),
    "Add": _sum, "AddV2": _sum, "Mul": _product, "Neg": _negative,
    "SquaredDifference": _difference, "AddN": _sum_of_all,
    "L2Loss": _half_square, "ClipByValue": _clipped, "LeakyRelu": _leaky, "Cast": _cast,
    "Fill": _filled, "Einsum": _multiplied,
    "Cumsum": _summed_up("cumsum"), "Cumprod": _summed_up("cumprod"),
    "Equal": _equal("ops.equal"), "NotEqual": _equal("ops.not_equal"),
}  # fmt: skip
