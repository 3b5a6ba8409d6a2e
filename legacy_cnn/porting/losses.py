"""Losses: what is computed for each example, how it becomes one number, and what is added."""

import dataclasses
from collections.abc import Callable, Iterator

import tensorflow.compat.v1 as tf

from legacy_cnn.parity.finding.paths import PASSING, source
from legacy_cnn.parity.updates import closure
from legacy_cnn.porting import penalties
from legacy_cnn.porting.calls import call, number
from legacy_cnn.porting.constants import number_of, value_of
from legacy_cnn.porting.reading import Reading
from legacy_cnn.results import Part

#: What lies between the loss of each example and that of a batch.
_RESHAPING = (*PASSING, "Reshape", "Squeeze", "ExpandDims")
_MEANS = ("Mean", "DivNoNan")


@dataclasses.dataclass
class Term:
    """One thing that a loss is the sum of."""

    op: tf.Operation
    factor: float = 1.0
    means: bool = False  #: whether it is divided by the number of something
    axes: tuple[tuple[int, ...] | None, ...] = ()  #: of each sum; None for all axes


def parts(reading: Reading) -> list[Part]:
    """The loss, and what is added to it; notes each regularizer for its layer."""
    loss = reading.side.loss
    if loss is None:
        return []
    found: list[Part] = []
    fed = _data(reading)
    labels = {tensor.op.name for tensor in reading.side.targets}
    for tensor, factor in _terms(loss, 1.0):
        if fed & {op.name for op in closure([tensor.op])}:
            found.append(_of_data(tensor, factor, fed, labels))
        else:
            found.append(penalties.of(reading, tensor, factor))
    return found


def _data(reading: Reading) -> set[str]:
    """The operations that data are: what is fed, and what is drawn as data."""
    fed = {tensor.op.name for tensor in (*reading.side.inputs, *reading.side.targets)}
    return fed | {one.drawing.name for one in reading.begun.values()}


def terms(reading: Reading, loss: tf.Tensor | None = None) -> list[tuple[tf.Tensor, float, bool]]:
    """What a loss is the sum of: tensor, factor, and whether it is computed of data.

    Args:
      reading: of the graph.
      loss: None is that of the graph.
    """
    loss = reading.side.loss if loss is None else loss
    if loss is None:
        return []
    fed = _data(reading)
    return [(t, factor, _has_data(t, fed)) for t, factor in _terms(loss, 1.0)]


def line_of(reading: Reading, tensor: tf.Tensor, factor: float) -> tuple[str, Term]:
    """The line of a term that is computed of data, "" for none, and the term."""
    fed = _data(reading)
    term = _reduced(tensor, factor, fed)
    row = next((row for row in ROWS if row.fits(term.op)), None)
    return (row.line(term)[0] if row else ""), term


def of_logistic(op: tf.Operation) -> list[tf.Tensor]:
    """Logits and labels of `tf.nn.sigmoid_cross_entropy_with_logits`; nothing of another."""
    if not _is_logistic(op):
        return []
    difference = next(
        (one for t in op.inputs if (one := source(t)).type == "Sub"), None
    )  # relu(logits) - logits * labels
    product = source(difference.inputs[1]) if difference is not None else op
    return list(product.inputs) if product.type == "Mul" else []


def _terms(tensor: tf.Tensor, factor: float) -> Iterator[tuple[tf.Tensor, float]]:
    """The tensors that a number is the sum of, each with what it is multiplied by."""
    op = source(tensor)
    numbers = [number_of(one) for one in op.inputs] if op.type in ("Mul", "RealDiv") else []
    if op.type in ("Add", "AddV2", "AddN") and op.outputs[0].shape.num_elements() == 1:
        for one in op.inputs:
            if number_of(one) != 0:
                yield from _terms(one, factor)
    elif op.type == "Mul" and sum(n is None for n in numbers) == 1:
        at = numbers.index(None)
        yield from _terms(op.inputs[at], factor * (numbers[1 - at] or 0.0))
    elif op.type == "RealDiv" and numbers[1]:
        yield from _terms(op.inputs[0], factor / numbers[1])
    else:
        yield op.outputs[0], factor


# What is computed of data -----------------------------------------------------------------------


def _of_data(tensor: tf.Tensor, factor: float, fed: set[str], labels: set[str]) -> Part:
    term = _reduced(tensor, factor, fed)
    if labels and not _has_data(tensor, labels):
        note = "no labels in it: self.add_loss in the model's call"
        return Part(tensor.op.name, _found(term), note=note)
    row = next((row for row in ROWS if row.fits(term.op)), None)
    if row is None:
        return Part(tensor.op.name, _found(term), note="no Keras line: a function of (y, outputs)")
    line, note = row.line(term)
    times = f"times {number(abs(term.factor))}: loss_weights in compile"
    notes = [note] if note else []
    if abs(abs(term.factor) - 1) > 1e-6:
        notes.append(times)
    return Part(tensor.op.name, _found(term), line, "; ".join(notes))


def _found(term: Term) -> str:
    words = ["mean of"] if term.means else []
    return " ".join([*words, *("sum of" for _ in term.axes), term.op.type])


def _reduced(tensor: tf.Tensor, factor: float, fed: set[str]) -> Term:
    """Goes back from a number to what is computed for each example."""
    term = Term(source(tensor, _RESHAPING), factor)
    while True:
        op = term.op
        following = [t for t in op.inputs if _has_data(t, fed)]
        if op.type in _MEANS and following:
            term.means, onward = True, following[0]
            if op.type == "DivNoNan":  # by the sum of weights: what is summed before is a part
                onward = _before_ones(_before_sums(onward), op.inputs[1])
        elif op.type == "Sum":
            axes = value_of(op.inputs[1])
            rank = op.inputs[0].shape.rank
            whole = axes is None or (rank is not None and axes.size == rank)
            listed = None if whole or axes is None else tuple(int(n) for n in axes.ravel())
            term.axes, onward = (*term.axes, listed), op.inputs[0]
        elif op.type == "Neg":
            term.factor, onward = -term.factor, op.inputs[0]
        elif op.type in ("Mul", "RealDiv") and len(following) == 1 and _is_weighed(op):
            numbers = [number_of(t) for t in op.inputs if t is not following[0]]
            by = numbers[0] if numbers and numbers[0] else 1.0
            term.factor *= by if op.type == "Mul" else 1 / by
            onward = following[0]
        else:
            return term
        term.op = source(onward, _RESHAPING)


def _before_sums(tensor: tf.Tensor) -> tf.Tensor:
    op = source(tensor, _RESHAPING)
    while op.type == "Sum":
        tensor = op.inputs[0]
        op = source(tensor, _RESHAPING)
    return tensor


def _before_ones(tensor: tf.Tensor, count: tf.Tensor) -> tf.Tensor:
    """What is weighed by ones, as many as it is divided by, as `sequence_loss` does."""
    op = source(tensor, _RESHAPING)
    for one, other in (op.inputs, reversed(op.inputs)) if op.type == "Mul" else ():
        weights = value_of(other)
        if weights is not None and (weights == 1).all() and number_of(count) == weights.size:
            return one
    return tensor


def _is_weighed(op: tf.Operation) -> bool:
    return any(number_of(tensor) is not None for tensor in op.inputs)


def _has_data(tensor: tf.Tensor, fed: set[str]) -> bool:
    return bool(fed & {op.name for op in closure([tensor.op])})


@dataclasses.dataclass(frozen=True)
class Row:
    """A kind of loss."""

    fits: Callable[[tf.Operation], bool]
    line: Callable[[Term], tuple[str, str]]


def _crossentropy(name: str, **arguments: bool) -> Callable[[Term], tuple[str, str]]:
    """Of losses that are one number for each example."""

    def line(term: Term) -> tuple[str, str]:
        smoothing = _smoothing(term.op) if name.startswith("Categorical") else None
        reduction = None if term.means else "sum" if term.axes else "none"
        return str(call(name, label_smoothing=smoothing, reduction=reduction, **arguments)), ""

    return line


def _smoothing(op: tf.Operation) -> float | None:
    """Of labels that are multiplied by 1 - smoothing, and shifted."""
    if len(op.inputs) < 2:
        return None
    added = source(op.inputs[1], _RESHAPING)
    if added.type not in ("Add", "AddV2"):
        return None
    for tensor in added.inputs:
        product = source(tensor)
        factors = [number_of(one) for one in product.inputs] if product.type == "Mul" else []
        share = next((n for n in factors if n is not None), None)
        if share is not None and 0 < share < 1:
            return round(1 - share, 6)
    return None


def _elementwise(name: str, inner: str, **arguments: bool) -> Callable[[Term], tuple[str, str]]:
    """Of losses of each element: Keras' mean over the last axis, or a function with a sum."""

    def line(term: Term) -> tuple[str, str]:
        if term.means and not term.axes:
            return str(call(name, **arguments)), ""
        axis = term.axes[-1] if term.axes else None
        if len(term.axes) > 1:
            axis = None
        where = "" if axis is None else f", axis={axis[0] if len(axis) == 1 else axis}"
        summed = f"keras.ops.sum({inner}{where})" if term.axes else inner
        return f"lambda y, outputs: {summed}", f"{name} is a mean over the last axis, this a sum"

    return line


def _is_difference(op: tf.Operation) -> bool:
    return bool(op.inputs) and source(op.inputs[0], _RESHAPING).type == "Sub"


def _is_squared_error(op: tf.Operation) -> bool:
    return op.type == "SquaredDifference" or (penalties.is_square(op) and _is_difference(op))


def _is_logistic(op: tf.Operation) -> bool:
    """`tf.nn.sigmoid_cross_entropy_with_logits`: a sum with log1p(exp(-|x|))."""
    return op.type in ("Add", "AddV2") and any(
        source(tensor).type == "Log1p" for tensor in op.inputs
    )


def _is_labels_times_log(op: tf.Operation) -> bool:
    return op.type == "Mul" and any(source(t, _RESHAPING).type == "Log" for t in op.inputs)


def _is_binary_by_hand(op: tf.Operation) -> bool:
    inner = [source(tensor, _RESHAPING) for tensor in op.inputs]
    return op.type in ("Add", "AddV2", "Sub") and len(inner) == 2 and all(
        _is_labels_times_log(source(one.inputs[0]) if one.type == "Neg" else one) for one in inner
    )  # fmt: skip


def _of_probabilities(name: str) -> Callable[[Term], tuple[str, str]]:
    def line(term: Term) -> tuple[str, str]:
        means = "a mean" if term.means else "a sum"
        reduction = None if term.means else "sum"
        note = f"{means} over the batch; Keras clips probabilities at 1e-7 before the logarithm"
        return str(call(name, reduction=reduction)), note

    return line


def _half(term: Term) -> tuple[str, str]:
    return "lambda y, outputs: keras.ops.sum(keras.ops.square(y - outputs)) / 2", ""


_LOGISTIC = "keras.ops.binary_crossentropy(y, outputs, from_logits=True)"

#: The first row that fits is the loss's.
ROWS = (
    Row(lambda op: op.type == "SoftmaxCrossEntropyWithLogits",
        _crossentropy("CategoricalCrossentropy", from_logits=True)),
    Row(lambda op: op.type == "SparseSoftmaxCrossEntropyWithLogits",
        _crossentropy("SparseCategoricalCrossentropy", from_logits=True)),
    Row(_is_logistic, _elementwise("BinaryCrossentropy", _LOGISTIC, from_logits=True)),
    Row(_is_squared_error, _elementwise("MeanSquaredError", "keras.ops.square(y - outputs)")),
    Row(lambda op: op.type == "L2Loss" and _is_difference(op), _half),
    Row(lambda op: op.type == "Abs" and _is_difference(op),
        _elementwise("MeanAbsoluteError", "keras.ops.absolute(y - outputs)")),
    Row(_is_binary_by_hand, _of_probabilities("BinaryCrossentropy")),
    Row(_is_labels_times_log, _of_probabilities("CategoricalCrossentropy")),
)  # fmt: skip
