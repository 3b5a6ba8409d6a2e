"""A learning rate that no schedule of Keras computes: a class of its own."""

from typing import NamedTuple

import tensorflow.compat.v1 as tf

from legacy_cnn.parity.finding.paths import source
from legacy_cnn.porting.origins import Origins
from legacy_cnn.porting.reading import Reading
from legacy_cnn.porting.writing import expressions, names
from legacy_cnn.porting.writing.expressions import Expr
from legacy_cnn.porting.writing.lines import Line, body
from legacy_cnn.porting.writing.scope import Scope
from legacy_cnn.porting.writing.statements import Statement, new_mark

#: What the class is called.
NAME = "Rate"
_FED = ("Placeholder", "PlaceholderWithDefault", "PlaceholderV2")


class Schedule(NamedTuple):
    """A class, and its name."""

    name: str
    lines: list[Line]


def is_fed(rate: tf.Tensor) -> bool:
    """Whether a rate is a placeholder."""
    return source(rate).type in _FED


def schedule(reading: Reading, origins: Origins, rate: tf.Tensor) -> Schedule:
    """A class that computes a rate of the number of the step.

    Raises:
      ParityError: it needs something else.
    """
    step = Statement(new_mark(), "", "step")
    scope = OfStep(reading, origins, step)
    result = scope.value(rate)
    chosen = names.chosen([step, *scope.statements], [result.text])
    origin = origins.of(rate.op)
    place = f" of {origin.shown}" if origin else ""
    lines = [
        Line(f"class {NAME}(keras.optimizers.schedules.LearningRateSchedule):", origin),
        Line(f'    """The learning rate{place}."""'),
        Line(""),
        Line(f"    def __call__(self, {chosen[step.mark]}):", origin),
        *body(scope.statements, result, chosen, 8),
    ]
    return Schedule(NAME, lines)


class OfStep(Scope):
    """A body that knows the number of the step."""

    def __init__(self, reading: Reading, origins: Origins, step: Statement) -> None:
        super().__init__(reading, origins)
        self._step = step

    def weight(self, variable: str, op: tf.Operation) -> Expr:
        """The number of the step is the only variable that a rate may depend on."""
        update = self.reading.side.updates.get(variable)
        kinds = {one.type for one in update.operations} if update else set()
        if kinds and kinds <= {"AssignAdd", "AssignAddVariableOp"}:
            return Expr(self._step.mark)
        value = self.reading.still(op.outputs[0]) if update is None else None
        if value is not None:
            return expressions.literal(value)
        raise self.refusal(op, "a learning rate that depends on this variable")
