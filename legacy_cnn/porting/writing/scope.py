"""The body of a function of a port: the statements that compute tensors of a graph."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import tensorflow.compat.v1 as tf
from numpy.typing import NDArray

from legacy_cnn.errors import ParityError
from legacy_cnn.parity.finding.paths import PASSING
from legacy_cnn.parity.updates import closure
from legacy_cnn.porting import functions
from legacy_cnn.porting.calls import unless
from legacy_cnn.porting.constants import value_of
from legacy_cnn.porting.origins import Origins
from legacy_cnn.porting.reading import Reading
from legacy_cnn.porting.writing import expressions
from legacy_cnn.porting.writing.expressions import Expr
from legacy_cnn.porting.writing.statements import Statement, new_mark
from legacy_cnn.programs.variables import is_variable

#: Elements that an array may have to be written as numbers.
LARGEST = 64
#: Characters of an expression that becomes a statement where no script tells what does.
LONG = 60


class Scope:
    """Statements, and what is known before them."""

    def __init__(
        self, reading: Reading, origins: Origins, bound: Mapping[str, Expr] | None = None
    ) -> None:
        """Begins a body.

        Args:
          reading: of the graph.
          origins: of its operations.
          bound: tensor -> what it is called: arguments.
        """
        self.reading, self.origins = reading, origins
        self.statements: list[Statement] = []
        self._values: dict[str, Expr] = dict(bound or {})
        self._lists: dict[str, Expr] = {}  # operation -> all its outputs

    def value(self, tensor: tf.Tensor) -> Expr:
        """The expression of a tensor; what it needs becomes statements before it."""
        if tensor.name not in self._values:
            self._values[tensor.name] = self._computed(tensor)
        return self._values[tensor.name]

    def is_known(self, tensor: tf.Tensor) -> bool:
        """Whether a tensor is an argument, or was written."""
        return tensor.name in self._values

    #: Whether what is computed has no values yet: in a functional model.
    is_symbolic = False

    def is_weight(self, tensor: tf.Tensor) -> bool:
        """Whether a tensor is a variable."""
        return self.reading.variable(tensor) is not None

    def shape(self, tensor: tf.Tensor) -> Any:
        """A shape as a tuple of numbers and expressions."""
        known = self.constant(tensor)
        if known is not None:
            return tuple(int(size) for size in known.ravel())
        if tensor.op.type != "Pack":
            return self.value(tensor)
        sizes = [self.value(one).text for one in tensor.op.inputs]
        return Expr(f"({', '.join(sizes)}{',' if len(sizes) == 1 else ''})")

    def constant(self, tensor: tf.Tensor) -> NDArray[Any] | None:
        """The value of a tensor that is computed from constants; None for another."""
        return value_of(tensor)

    def refusal(self, op: tf.Operation, what: str) -> ParityError:
        """What is to be raised where an operation cannot be written."""
        line = self.origins.line(op)
        place = f"{line.shown}: " if line else ""
        return ParityError(f"{place}no Keras line for {op.type} ({op.name}), {what}.")

    def assign(self, tensor: tf.Tensor, text: str, wish: str | None = None, **more: Any) -> Expr:
        """Adds a statement, and returns what it assigns: by the script's name, or by a wish."""
        origin = self.origins.of(tensor.op)
        if wish is None:
            wish = (origin and origin.name) or self.origins.function(tensor.op)
        mark = new_mark()
        statement = Statement(mark, text, wish, origin=origin, operation=tensor.op.name, **more)
        self.statements.append(statement)
        return Expr(mark)

    # Parts ------------------------------------------------------------------------------------

    def _computed(self, tensor: tf.Tensor) -> Expr:
        op = tensor.op
        special = self.special(tensor)
        if special is not None:
            return special
        fed = self._fed(tensor)
        if fed is not None:
            return fed
        if is_variable(op) or op.type == "ReadVariableOp":
            return self.weight(self.reading.variable(tensor) or op.name, op)
        if op.type in PASSING and op.type != "Cast" and not self._is_stopped(op):
            return self.value(op.inputs[0])
        known = None if self.reading.is_on_way(op) else value_of(tensor)
        if known is not None:
            return self._literal(op, known)
        return self._function(tensor)

    def _fed(self, tensor: tf.Tensor) -> Expr | None:
        """A number that a script feeds: a constant, where it is one in training and otherwise."""
        numbers = self.reading.number_fed(tensor.op)
        if numbers is None or (self.is_symbolic and numbers[0] != numbers[1]):
            return None
        value = int(numbers[0]) if tensor.dtype.is_integer else numbers[0]
        said = "the script feeds it"
        if self.reading.is_changing(tensor.op):
            said = "the script changes it: this is that of the first step"
        wish = None if (origin := self.origins.of(tensor.op)) and origin.name else _last(tensor)
        return self.assign(tensor, expressions.literal(value).text, wish, comment=said)

    def _is_stopped(self, op: tf.Operation) -> bool:
        """Whether no gradient passes an operation that one would reach a weight through."""
        updated = self.reading.side.updates
        return op.type == "StopGradient" and any(
            one.name in updated for one in closure([op.inputs[0].op]) if is_variable(one)
        )

    def special(self, tensor: tf.Tensor) -> Expr | None:
        """What a scope writes in its own way: a layer."""
        return None

    def weight(self, variable: str, op: tf.Operation) -> Expr:
        """A variable."""
        raise self.refusal(op, f"which needs the variable {variable} here")

    def _literal(self, op: tf.Operation, known: NDArray[Any]) -> Expr:
        if known.size > LARGEST or known.dtype.kind not in "biuf":
            if known.size and (known == known.flat[0]).all():
                return expressions.call("ops.full", known.shape, known.flat[0].item())
            raise self.refusal(op, "a large array of constants")
        if known.ndim == 1 and known.size > 2 and known.dtype.kind == "i" and _is_range(known):
            dtype = unless(known.dtype.name, "int32")
            return expressions.call("ops.arange", known.size, dtype=dtype)
        if known.ndim:
            return expressions.call("ops.array", _listed(known.tolist()), dtype=known.dtype.name)
        return expressions.literal(known.item())

    def _function(self, tensor: tf.Tensor) -> Expr:
        op = tensor.op
        row = functions.rows().get(op.type)
        if row is None:
            raise self.refusal(op, "which no row knows")
        if functions.is_list(op.type):
            return self._element(tensor, row)
        expression: Expr = row(self, op)
        if not self._is_statement(op, expression):
            return expression
        return self.assign(tensor, expression.text)

    def _element(self, tensor: tf.Tensor, row: functions.Row) -> Expr:
        """One of several outputs, which are assigned together."""
        op = tensor.op
        if op.name not in self._lists:
            expression: Expr = row(self, op)
            self._lists[op.name] = self.assign(op.outputs[0], expression.text, kind="parts")
        return Expr(f"{self._lists[op.name].text}[{tensor.value_index}]")

    def _is_statement(self, op: tf.Operation, expression: Expr) -> bool:
        """Whether a value has a name: it is used twice, or the script names it."""
        if _is_mark(expression.text):
            return False
        following = {one.name: one for one in self.reading.paths.followers(op)}
        needed = [one for one in following.values() if one.name in self.reading.needed]
        if len(needed) > 1:
            return True
        origin = self.origins.of(op)
        if origin is None:
            return len(expression.text) > LONG
        later = [self.origins.of(one) for one in needed]
        return bool(origin.name) and any(one is None or one.calls != origin.calls for one in later)


def _last(tensor: tf.Tensor) -> str:
    """The last part of the name of an operation."""
    return str(tensor.op.name.rpartition("/")[2])


def _is_mark(text: str) -> bool:
    return text.startswith("\x01") and text.count("\x01") == 1 and text.endswith("\x02")


def _is_range(known: NDArray[Any]) -> bool:
    return bool((known == np.arange(known.size)).all())


def _listed(value: Any) -> Any:
    return [_listed(one) for one in value] if isinstance(value, list) else value
