"""The loss: one of Keras', or a function of labels and outputs."""

import dataclasses
import re

import tensorflow.compat.v1 as tf

from legacy_cnn.errors import ParityError
from legacy_cnn.parity.finding.paths import PASSING, source
from legacy_cnn.porting import losses
from legacy_cnn.porting.origins import Origin, Origins
from legacy_cnn.porting.reading import Reading
from legacy_cnn.porting.writing import expressions
from legacy_cnn.porting.writing.expressions import Expr
from legacy_cnn.porting.writing.qualified import qualified
from legacy_cnn.porting.writing.scope import Scope
from legacy_cnn.porting.writing.statements import Statement, new_mark

#: Losses that are what the graph computes, bit for bit but for rounding. Others, which clip
#: probabilities or take means where the graph takes sums, become functions.
EXACT = re.compile(
    r"(Sparse)?CategoricalCrossentropy\((label_smoothing=[\d.]+, )?(reduction=\"sum\", )?"
    r"from_logits=True\)|BinaryCrossentropy\(from_logits=True\)|MeanSquaredError\(\)"
    r"|MeanAbsoluteError\(\)"
)
_MOVING = (*PASSING, "Reshape", "Squeeze", "ExpandDims")


@dataclasses.dataclass
class Loss:
    """What `compile` is given."""

    text: str  #: an expression
    origin: Origin | None = None
    function: "LossFunction | None" = None  #: that it names
    weight: float = 1.0  #: what it is multiplied by


@dataclasses.dataclass
class LossFunction:
    """`def loss(y, outputs)`."""

    name: str
    arguments: list[Statement]
    statements: list[Statement]
    result: Expr
    origin: Origin | None = None


def loss_of(reading: Reading, origins: Origins) -> Loss | None:
    """The loss of a graph without what layers add to it; None for a graph without one.

    Raises:
      ParityError: it cannot be written.
    """
    loss = reading.side.loss
    if loss is None:
        return None
    found = losses.terms(reading)
    of_data = [(tensor, factor) for tensor, factor, is_of_data in found if is_of_data]
    origin = origins.of(loss.op)
    if len(of_data) == 1 and len(reading.ends) == 1:
        line, weight = _of_keras(reading, *of_data[0])
        if line:
            return Loss(qualified(line, "keras.losses"), origin, weight=weight)
    function = _function(reading, origins, of_data)
    return Loss(function.name, origin, function)


def _of_keras(reading: Reading, tensor: tf.Tensor, factor: float) -> tuple[str, float]:
    """Keras' loss and its weight, if it takes the output and the labels as they are; else ""."""
    line, term = losses.line_of(reading, tensor, factor)
    weight = 1.0 if abs(term.factor - 1) < 1e-6 else term.factor
    if not EXACT.fullmatch(line) or weight <= 0:
        return "", weight
    return _of_labels(reading, line, term), weight


def _of_labels(reading: Reading, line: str, term: losses.Term) -> str:
    """The loss for labels in the form in which they are fed; "" for another."""
    targets = [target.op for target in reading.side.targets]
    if len(targets) != 1:
        return ""
    sources = [source(one, _MOVING) for one in _compared(term.op)]
    end = source(reading.ends[0], _MOVING)
    if end not in sources:
        return ""
    label = next((op for op in sources if op is not end), None)
    if label is targets[0]:
        return line
    if label is None:
        return ""
    if label.type == "OneHot" and source(label.inputs[0], _MOVING) is targets[0]:
        return f"Sparse{line}" if line == "CategoricalCrossentropy(from_logits=True)" else ""
    return line if "label_smoothing" in line else ""


def _compared(op: tf.Operation) -> list[tf.Tensor]:
    """The two tensors that a loss compares: through the operations that it is made of."""
    if op.type.endswith("SoftmaxCrossEntropyWithLogits") or op.type == "SquaredDifference":
        return list(op.inputs)
    if op.type in ("Square", "Abs", "Pow") and source(op.inputs[0], _MOVING).type == "Sub":
        return list(source(op.inputs[0], _MOVING).inputs)
    if op.type == "Mul":
        return list(source(op.inputs[0], _MOVING).inputs)
    return losses.of_logistic(op)


def _function(
    reading: Reading, origins: Origins, of_data: list[tuple[tf.Tensor, float]]
) -> LossFunction:
    """The loss as a function: always possible where each operation has a row."""
    side = reading.side
    labels = side.targets or side.inputs
    if len(reading.ends) != 1 or len(labels) != 1:
        raise ParityError(
            f"{side.name} has a loss of {len(reading.ends)} outputs and {len(labels)} labels, "
            f"which no row writes yet."
        )
    arguments = [Statement(new_mark(), "", "y_true"), Statement(new_mark(), "", "y_pred")]
    bound = {labels[0].name: _label(labels[0], arguments[0])}
    bound[reading.ends[0].name] = Expr(arguments[1].mark)
    scope = LossScope(reading, origins, bound)
    terms = [_times(scope.value(tensor), factor) for tensor, factor in of_data]
    result = terms[0]
    for term in terms[1:]:
        result = expressions.binary(result, "+", term, expressions.ADDING)
    origin = origins.of(side.loss.op) if side.loss is not None else None
    name = origin.name if origin and origin.name else "loss"
    return LossFunction(name, arguments, scope.statements, result, origin)


def _label(tensor: tf.Tensor, argument: Statement) -> Expr:
    """Keras hands labels over as floats."""
    if tensor.dtype.is_floating:
        return Expr(argument.mark)
    return expressions.call("ops.cast", Expr(argument.mark), tensor.dtype.name)


def _times(value: Expr, factor: float) -> Expr:
    if factor == 1:
        return value
    return expressions.binary(expressions.literal(factor), "*", value, expressions.MULTIPLYING)


class LossScope(Scope):
    """The body of a loss."""
