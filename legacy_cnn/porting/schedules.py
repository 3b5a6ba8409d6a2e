"""Learning rates that depend on the number of the step: rows from a formula to a line."""

from collections.abc import Callable
from typing import NamedTuple

import tensorflow.compat.v1 as tf

from legacy_cnn.parity.finding.paths import source
from legacy_cnn.porting.calls import call, unless
from legacy_cnn.porting.constants import number_of


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


def _steps(progress: Progress) -> float | int:
    return int(progress.steps) if progress.steps == int(progress.steps) else progress.steps


#: The first row that knows a formula has its line.
ROWS: tuple[Callable[[tf.Operation], str | None], ...] = (
    _exponential,
    _inverse_time,
    _polynomial,
)
