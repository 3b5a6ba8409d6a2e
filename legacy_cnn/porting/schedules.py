"""Learning rates that depend on the number of the step: rows from a formula to a line."""

import itertools
from collections.abc import Callable
from typing import NamedTuple

import tensorflow.compat.v1 as tf

from legacy_cnn.parity.finding.paths import source
from legacy_cnn.parity.updates import closure
from legacy_cnn.porting.calls import call, unless, written
from legacy_cnn.porting.constants import number_of, session_of
from legacy_cnn.programs.variables import is_variable


class Progress(NamedTuple):
    """The number of a step, divided by a number of steps."""

    steps: float
    is_whole: bool  #: whether it is rounded down


def schedule_of(tensor: tf.Tensor) -> str | None:
    """The schedule of a rate; None for one without a line."""
    for row in ROWS:
        line = row(source(tensor))
        if line:
            return line
    return None


def _numbers(op: tf.Operation) -> list[float | None]:
    return [number_of(tensor) for tensor in op.inputs]


def _split(op: tf.Operation, *kinds: str) -> tuple[float, tf.Operation] | None:
    """A constant number and the other input of an operation of these kinds."""
    if op.type not in kinds or len(op.inputs) != 2:
        return None
    values = _numbers(op)
    for at in (0, 1):
        value = values[at]
        if value is not None and values[1 - at] is None:
            return value, source(op.inputs[1 - at])
    return None


def _progress(op: tf.Operation) -> Progress | None:
    if op.type == "Floor":
        inner = _progress(source(op.inputs[0]))
        return inner and inner._replace(is_whole=True)
    if op.type not in ("RealDiv", "Div", "FloorDiv"):
        return None
    steps = number_of(op.inputs[1])
    return None if steps is None else Progress(steps, op.type == "FloorDiv")


def _exponential(op: tf.Operation) -> str | None:
    product = _split(op, "Mul")
    if product is None or product[1].type != "Pow":
        return None
    rate, exponent = number_of(product[1].inputs[0]), _progress(source(product[1].inputs[1]))
    if rate is None or exponent is None:
        return None
    staircase = True if exponent.is_whole else None
    return str(call("ExponentialDecay", product[0], _steps(exponent), rate, staircase=staircase))


def _inverse_time(op: tf.Operation) -> str | None:
    if op.type != "RealDiv" or (first := number_of(op.inputs[0])) is None:
        return None
    shifted = _split(source(op.inputs[1]), "Add", "AddV2")
    product = shifted and _split(shifted[1], "Mul")
    progress = product and _progress(product[1])
    if not (shifted and shifted[0] == 1 and product and progress):
        return None
    staircase = True if progress.is_whole else None
    return str(call("InverseTimeDecay", first, _steps(progress), product[0], staircase=staircase))


def _polynomial(op: tf.Operation) -> str | None:
    shifted = _split(op, "Add", "AddV2")
    product = shifted and _split(shifted[1], "Mul")
    if not shifted or not product or product[1].type != "Pow":
        return None
    power = number_of(product[1].inputs[1])
    left = _split(source(product[1].inputs[0]), "Sub")
    progress = left and _progress(left[1])
    if power is None or not left or not progress:
        return None
    given = {"end_learning_rate": shifted[0], "power": unless(power, 1.0)}
    return str(call("PolynomialDecay", product[0] + shifted[0], _steps(progress), **given))


#: What a rate is made of that depends on comparisons of the step alone.
_CHOOSING = frozenset(
    ["Const", "Identity", "Cast", "Switch", "Merge", "Select", "SelectV2", "LessEqual", "Less",
     "Greater", "GreaterEqual", "LogicalAnd", "LogicalOr", "LogicalNot", "ReadVariableOp", "Assert",
     "NoOp", "Pack", "All", "Sum"]
)  # fmt: skip
_COMPARING = ("LessEqual", "Less", "Greater", "GreaterEqual")


def _piecewise(op: tf.Operation) -> str | None:
    """A number that is another after some steps: what it is at each of them, tried."""
    parts = closure([op])
    variables = [one for one in parts if is_variable(one)]
    if len(variables) != 1 or any(
        one.type not in _CHOOSING for one in parts if one is not variables[0]
    ):
        return None
    read = [one.outputs[0] for one in parts if one.outputs and one.outputs[0].dtype != tf.resource]
    steps = [tensor for tensor in read if source(tensor) is variables[0]]
    compared = [number_of(t) for one in parts if one.type in _COMPARING for t in one.inputs]
    bounds = sorted({int(bound) for bound in compared if bound is not None})
    rates = _tried(op.outputs[0], steps, [*bounds, *(bound + 1 for bound in bounds)])
    boundaries = [b for b in bounds if rates and rates[b] != rates[b + 1]]
    if not rates or not boundaries or not _is_between(rates, bounds):
        return None
    values = [rates[boundary] for boundary in boundaries] + [rates[boundaries[-1] + 1]]
    words = ", ".join(map(written, values))
    return f"PiecewiseConstantDecay({boundaries}, [{words}])"


def _tried(rate: tf.Tensor, step: list[tf.Tensor], numbers: list[int]) -> dict[int, float]:
    """The rate at some steps; nothing if it needs more than the number of the step."""
    session = session_of(rate.graph)
    try:
        return {at: float(session.run(rate, dict.fromkeys(step, at))) for at in numbers}
    except (tf.errors.OpError, TypeError, ValueError):
        return {}


def _is_between(rates: dict[int, float], bounds: list[int]) -> bool:
    """Whether a rate is the same from one of the steps that it is compared with to the next."""
    pairs = itertools.pairwise(bounds)
    return all(rates[before + 1] == rates[after] for before, after in pairs)


def _steps(progress: Progress) -> float | int:
    return int(progress.steps) if progress.steps == int(progress.steps) else progress.steps


#: The first row that knows a formula has its line.
ROWS: tuple[Callable[[tf.Operation], str | None], ...] = (
    _exponential,
    _inverse_time,
    _polynomial,
    _piecewise,
)
