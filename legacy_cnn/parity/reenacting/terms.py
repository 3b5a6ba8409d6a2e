"""The terms that the reference's loss is a sum of: one missing, one multiplied, one added."""

import functools
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import tensorflow.compat.v1 as tf

from legacy_cnn.parity.reenacting.loss_trial import Losses, LossMistake, LossTrial, Point
from legacy_cnn.parity.reenacting.trial import shown
from legacy_cnn.parity.sides import flow
from legacy_cnn.parity.sides.graph_side import GraphSide
from legacy_cnn.parity.updates import closure

#: A loss of more terms is not taken apart.
MOST = 40

#: Operations that are sums of what they are given, and those that are multiples of it.
SUMS = ("Add", "AddV2", "AddN", "Sub", "BiasAdd")
LINEAR = (*flow.PASSING, "Mean", "Sum", "Neg", "Mul", "RealDiv", "Reshape", "Squeeze",
          "ExpandDims", "Cast")  # fmt: skip


class Term(NamedTuple):
    """A tensor whose multiple is added to the loss."""

    tensor: tf.Tensor
    parameters: tuple[str, ...]  #: if it is computed from these alone: a penalty

    @property
    def words(self) -> str:
        if self.parameters:
            return f"the penalty (L2) of {', '.join(self.parameters)}"
        return f"the term {self.tensor.op.name} of the loss"


def mistakes(trial: LossTrial) -> Iterator[LossMistake]:
    """The whole loss multiplied, then terms missing or multiplied: several, and each."""
    yield from _whole(trial)
    terms = terms_of(trial.reference)
    if len(terms) < 2:
        return
    parts = {term: trial.here - trial.fed(functools.partial(_without, term)) for term in terms}
    for some in _groups(terms):
        yield from _multiplied(trial, some, np.sum([parts[t] for t in some], axis=0), terms)
    yield from _all(trial, parts)


def _whole(trial: LossTrial) -> Iterator[LossMistake]:
    factor = 1 + trial.solved(trial.here, trial.here)
    for rounded in _rounded(factor):
        yield _of_reduction(trial, rounded), rounded * trial.here


def _of_reduction(trial: LossTrial, factor: float) -> str:
    """A factor in words: a sum for a mean, if it is another in a batch of another size."""
    size = len(trial.points[0].batch.images)
    losses = trial.at_half() if factor != 1 else None
    half = losses[1] / losses[0] if losses and losses[0] else factor
    times = f"the loss is {multiple(factor)}"
    if np.isclose(half, factor / 2, rtol=1e-4):
        part = factor / size
        if np.isclose(part, 1, rtol=1e-5):
            return f"{times}: it is summed over the batch in place of a mean"
        return f"{times}: it is summed over the batch, and multiplied by {shown(part)}"
    if np.isclose(half, factor * 2, rtol=1e-4):
        part = factor * size
        if np.isclose(part, 1, rtol=1e-5):
            return f"{times}: it is a mean over the batch in place of a sum"
        return f"{times}: it is a mean over the batch, multiplied by {shown(part)}"
    return times


def multiple(factor: float) -> str:
    """A factor in words."""
    if factor and abs(1 / factor - round(1 / factor)) < 1e-5 and abs(factor) < 1:
        return f"1/{round(1 / factor):,} of the reference's"
    return f"{shown(factor)} times the reference's"


def _rounded(factor: float) -> list[float]:
    if not np.isfinite(factor):
        return []
    inverse = 1 / round(1 / factor) if factor and abs(factor) < 1 and round(1 / factor) else factor
    return [inverse, *(float(f"{factor:.{digits}g}") for digits in (2, 4, 7))]


def terms_of(reference: GraphSide) -> list[Term]:
    """The terms of the reference's loss; none if these are too many."""
    assert reference.loss is not None
    flowing = {op.name for op in flow.between(_beginnings(reference), [reference.loss])}
    leaves: dict[str, tf.Tensor] = {}
    waiting = [reference.loss]
    while waiting:
        tensor = waiting.pop(0)
        inputs = [other for other in tensor.op.inputs if other.op.name in flowing]
        if (
            inputs
            and (tensor.op.type in SUMS or (tensor.op.type in LINEAR and len(inputs) == 1))
            and _is_linear(tensor, inputs)
        ):
            waiting = [*inputs, *waiting]
        else:
            leaves.setdefault(tensor.name, tensor)
        if len(leaves) > MOST:
            return []
    return [Term(tensor, _parameters(reference, tensor)) for tensor in leaves.values()]


def _beginnings(reference: GraphSide) -> list[tf.Tensor]:
    handles = [reference.graph.get_operation_by_name(op) for op in reference.parameters.values()]
    return [*reference.inputs, *reference.targets, *(op.outputs[0] for op in handles)]


def _is_linear(tensor: tf.Tensor, inputs: Sequence[tf.Tensor]) -> bool:
    """Whether what flows is added or multiplied: not what divides, nor a shape."""
    if not all(other.dtype.is_floating for other in inputs):
        return False
    return tensor.op.type != "RealDiv" or tensor.op.inputs[0] is inputs[0]


def _parameters(reference: GraphSide, tensor: tf.Tensor) -> tuple[str, ...]:
    needed = {op.name for op in closure([tensor.op])}
    if any(other.op.name in needed for other in (*reference.inputs, *reference.targets)):
        return ()
    return tuple(name for name, op in reference.parameters.items() if op in needed)


def _groups(terms: list[Term]) -> Iterator[list[Term]]:
    """Terms that a mistake may concern together."""
    penalties = [term for term in terms if term.parameters]
    data = [term for term in terms if not term.parameters]
    if penalties:
        yield penalties
    if len(data) < len(terms):
        yield data
    yield from ([term] for term in terms if [term] not in (penalties, data))
    for ndim in (1, 2):
        alike = [term for term in penalties if _ndim(term) == ndim]
        if 1 < len(alike) < len(penalties):
            yield alike
    for left in terms if len(terms) > 2 else ():
        yield [term for term in terms if term is not left]


def _ndim(term: Term) -> int:
    """1 for a penalty of biases, 2 for one of kernels."""
    shapes = [op.outputs[0] for op in closure([term.tensor.op]) if op.type == "ReadVariableOp"]
    ranks = [tensor.shape.rank or 0 for tensor in shapes]
    return min(2, max(ranks, default=2))


def _without(term: Term, point: Point) -> Mapping[tf.Tensor, object]:
    """The term fed as nothing."""
    shape = [1 if size is None else size for size in term.tensor.shape.as_list()]
    if shape and term.tensor.shape.as_list()[0] is None:
        shape[0] = len(point.batch.images)
    return {term.tensor: np.zeros(shape, term.tensor.dtype.as_numpy_dtype)}


def _multiplied(
    trial: LossTrial, some: list[Term], part: Losses, terms: list[Term]
) -> Iterator[LossMistake]:
    factor = 1 + trial.solved(trial.here, part)
    subject = _subject(some, terms)
    yield f"{subject} missing", trial.here - part
    for rounded in _rounded(factor):
        yield f"{subject} {multiple(rounded)}", trial.here + (rounded - 1) * part


def _subject(some: list[Term], terms: list[Term]) -> str:
    """Terms in words, with their verb."""
    if all(term.parameters for term in some):
        names = dict.fromkeys(name for term in some for name in term.parameters)
        return f"the penalty (L2) of {', '.join(names)} is"
    if some == [term for term in terms if not term.parameters]:
        return "the loss without its penalties is"
    return " and ".join(term.words for term in some) + (" is" if len(some) == 1 else " are")


def _all(trial: LossTrial, parts: Mapping[Term, Losses]) -> Iterator[LossMistake]:
    """Every term with a factor of its own, where there are more losses than terms."""
    if len(parts) >= len(trial.points):
        return
    size = np.abs(trial.there) + 1e-30
    columns = np.stack([part / size for part in parts.values()], axis=1)
    factors = np.linalg.lstsq(columns, trial.there / size, rcond=None)[0]
    rounded = [float(f"{factor:.3g}") for factor in factors]
    rest = trial.here - sum(parts.values())
    losses = rest + sum(f * part for f, part in zip(rounded, parts.values(), strict=True))
    words = [
        f"{term.words} is {'missing' if not factor else multiple(factor)}"
        for term, factor in zip(parts, rounded, strict=True)
        if factor != 1
    ]
    yield " and ".join(words), losses


# Terms that the reference does not have ----------------------------------------------------------


def added(trial: LossTrial) -> Iterator[LossMistake]:
    """A penalty that only the port has: of all kernels, of all parameters, of each."""
    names = list(trial.reference.parameters)
    shapes = trial.reference.shapes()
    kernels = [name for name in names if len(shapes[name]) > 1]
    biases = [name for name in names if name not in kernels]
    for some in filter(None, [kernels, names, biases, *([name] for name in names)]):
        for kind, power in (("L2", 2), ("L1", 1)):
            column = _penalty(trial, some, power)
            factor = trial.solved(trial.here, column)
            for digits in (2, 4):
                rounded = float(f"{factor:.{digits}g}")
                words = f"a penalty ({kind}) of {', '.join(some)} is added, {shown(rounded)} times "
                what = "the sum of their squares" if power == 2 else "the sum of their sizes"
                yield words + what, trial.here + rounded * column


def _penalty(trial: LossTrial, names: Sequence[str], power: int) -> Losses:
    keys = [trial.reference.parameters[name] for name in names]
    values = [
        [np.abs(p.state[key].astype(np.float64)) ** power for key in keys] for p in trial.points
    ]
    return np.array([sum(float(each.sum()) for each in one) for one in values])
