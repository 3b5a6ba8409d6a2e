"""The loss: one of Keras', or a function of labels and outputs."""

import dataclasses
import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

import tensorflow.compat.v1 as tf

from legacy_cnn.errors import ParityError
from legacy_cnn.parity.finding.paths import PASSING, source
from legacy_cnn.porting import losses, tensordots
from legacy_cnn.porting.calls import number
from legacy_cnn.porting.functions.logits import are_probabilities
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
    #: Further arguments of `compile`, as text.
    more: dict[str, str] = dataclasses.field(default_factory=dict)


class KerasLoss(NamedTuple):
    """A loss of Keras for one output."""

    keras: str  #: as `inspect` shows it
    weight: float
    end: tf.Tensor | None  #: that it takes
    label: str  #: operation of the labels


NO_LOSS = KerasLoss("", 1.0, None, "")


@dataclasses.dataclass
class LossFunction:
    """`def loss(y, outputs)`."""

    name: str
    arguments: list[Statement]
    statements: list[Statement]
    result: Expr
    origin: Origin | None = None


def is_compiled(reading: Reading) -> bool:
    """Whether the loss is one that `compile` takes: of outputs and their labels."""
    side = reading.side
    labels = side.targets or side.inputs
    if len(labels) == 1 and len(reading.ends) == 1:
        return not side.targets or not _reaches_inputs(reading)
    return bool(_of_several(reading))


def _reaches_inputs(reading: Reading) -> bool:
    """Whether the loss is computed of inputs of the model, other than by its outputs."""
    side = reading.side
    ends, fed = ({t.op.name for t in ts} for ts in (reading.ends, side.inputs))
    waiting, seen = [] if side.loss is None else [side.loss.op], set()
    while waiting:
        op = waiting.pop()
        if op.name in fed:
            return True
        if op.name not in seen and op.name not in ends:
            seen.add(op.name)
            waiting.extend(t.op for t in op.inputs if t.op.type not in ("Shape", "Size"))
    return False


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
    several = _of_several(reading)
    if several:
        return _listed(several, origin)
    if len(of_data) == 1 and len(reading.ends) == 1:
        line, weight, _, _ = _of_keras(reading, *of_data[0])
        if line:
            line = _typed(line, of_data[0][0].dtype, reading.ends[0].dtype)
            more = {} if weight == 1 else {"loss_weights": number(weight)}
            return Loss(qualified(line, "keras.losses"), origin, more=more)
    function = _function(reading, origins, of_data)
    return Loss(function.name, origin, function)


def _typed(line: str, dtype: tf.DType, usual: tf.DType) -> str:
    """A loss of another type than its output's: `tf.losses` computes in float32 always."""
    if dtype == usual:
        return line
    comma = "" if line.endswith("()") else ", "
    return f'{line[:-1]}{comma}dtype="{dtype.name}")'


def outputs_of(reading: Reading) -> list[tf.Tensor]:
    """What the model returns, in the order of their labels where each output has its own loss."""
    return [end for _, _, end, _ in _of_several(reading)] or reading.ends


def _of_several(reading: Reading) -> list[KerasLoss]:
    """A loss of Keras for each of several outputs, in the order of the labels; else nothing."""
    side = reading.side
    if len(side.targets) < 2 or len(side.targets) != len(reading.ends):
        return []
    found = [_of_keras(reading, t, f) for t, f, of_data in losses.terms(reading) if of_data]
    by_label = {one.label: one for one in found if one.keras}
    ends = {one.end for one in found}
    if len(found) != len(ends) or by_label.keys() != {t.op.name for t in side.targets}:
        return []
    return [by_label[target.op.name] for target in side.targets]


def _listed(several: list[KerasLoss], origin: Origin | None) -> Loss:
    lines = ", ".join(qualified(one.keras, "keras.losses") for one in several)
    weights = [one.weight for one in several]
    more = {} if set(weights) == {1} else {"loss_weights": f"[{', '.join(map(number, weights))}]"}
    return Loss(f"[{lines}]", origin, more=more)


def _of_keras(reading: Reading, tensor: tf.Tensor, factor: float) -> KerasLoss:
    """Keras' loss, if it takes an output of the model and labels as they are."""
    line, term = losses.line_of(reading, tensor, factor)
    if not EXACT.fullmatch(line):
        return NO_LOSS
    sources = [source(one, _MOVING) for one in _compared(term.op)]
    end = next((t for t in reading.ends if source(t, _MOVING) in sources), None)
    if end is None or ("from_logits" in line and are_probabilities(end)):
        return NO_LOSS
    label = next((op for op in sources if op is not source(end, _MOVING)), None)
    targets = [target.op for target in reading.side.targets]
    weight = 1.0 if abs(term.factor - 1) < 1e-6 else term.factor
    if label is None or weight <= 0:
        return NO_LOSS
    if label in targets:
        return KerasLoss(line, weight, end, label.name)
    if label.type == "OneHot" and (inner := source(label.inputs[0], _MOVING)) in targets:
        is_plain = line == "CategoricalCrossentropy(from_logits=True)"
        return KerasLoss(f"Sparse{line}", weight, end, inner.name) if is_plain else NO_LOSS
    if "label_smoothing" in line and len(targets) == 1:
        return KerasLoss(line, weight, end, targets[0].name)
    return NO_LOSS


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
    end, prediction = reading.ends[0], Expr(arguments[1].mark)
    is_apart = end.name in reading.apart
    bound[end.name] = prediction
    if is_apart and end.shape.rank:
        flat = expressions.call("ops.reshape", prediction, (-1, end.shape[-1]))
        bound[end.name] = flat
    scope = LossScope(reading, origins, bound)
    scope.apart = {end.name: prediction} if is_apart else {}
    result = summed(scope, of_data)
    origin = origins.of(side.loss.op) if side.loss is not None else None
    name = origin.name if origin and origin.name else "loss"
    return LossFunction(name, arguments, scope.statements, result, origin)


def summed(scope: Scope, terms: Sequence[tuple[tf.Tensor, float]]) -> Expr:
    """The sum of tensors, each with its factor."""
    written = [_times(scope.value(tensor), factor) for tensor, factor in terms]
    result = written[0]
    for term in written[1:]:
        result = expressions.binary(result, "+", term, expressions.ADDING)
    return result


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

    #: Predictions whose rows are steps in the graph -> what they are with batch and time apart.
    apart: Mapping[str, Expr] = MappingProxyType({})

    #: Variables that only the loss has -> the model's attributes.
    own: Mapping[str, str] = MappingProxyType({})

    def weight(self, variable: str, op: tf.Operation) -> Expr:
        if variable in self.own:
            return Expr(f"self.{self.own[variable]}")
        return super().weight(variable, op)

    def special(self, tensor: tf.Tensor) -> Expr | None:
        if tensor.op.type != "Reshape":
            return None
        before = tensor.op.inputs[0]
        is_of_end = before.name in {end.name for end in self.reading.ends}
        if is_of_end and tensor.op.name == tensordots.scope_of(before.op):
            return self.value(before)  # a layer has all axes
        if tensor.shape.rank != 3:
            return None
        return self.apart.get(source(tensor.op.inputs[0], PASSING).outputs[0].name)
