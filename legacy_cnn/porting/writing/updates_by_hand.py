"""Updates that a script writes out: an optimizer of its own, whose `update_step` computes them."""

import re
from collections.abc import Iterator

import tensorflow.compat.v1 as tf

from legacy_cnn.porting.by_hand import GRADIENTS
from legacy_cnn.porting.origins import Origins
from legacy_cnn.porting.reading import Reading
from legacy_cnn.porting.writing import expressions, names
from legacy_cnn.porting.writing.expressions import ADDING, Expr
from legacy_cnn.porting.writing.lines import Line, of_statements, plain
from legacy_cnn.porting.writing.scope import Scope
from legacy_cnn.porting.writing.statements import Statement, new_mark, replaced

#: What the class is called.
NAME = "Updates"

_FIRST = ("zeros", "ones")


def lines(reading: Reading, origins: Origins, variables: list[str]) -> list[Line]:
    """The class.

    Args:
      reading: of the graph.
      origins: of its operations.
      variables: that it updates.

    Raises:
      ParityError: something has no line.
    """
    bodies: dict[tuple[str, ...], list[str]] = {}
    slots: dict[str, str] = {}
    for variable in variables:
        written = _Update(reading, origins, variable)
        bodies.setdefault(tuple(written.lines()), []).append(variable)
        slots.update(written.first)
    update = reading.side.updates[variables[0]].operations[0]
    origin = origins.of(update)
    place = f" of {origin.shown}" if origin else ""
    text = [
        f"class {NAME}(keras.optimizers.Optimizer):",
        f'    """The updates{place}, which no optimizer of Keras does."""',
        *_build(slots),
        "",
        "    def update_step(self, gradient, variable, learning_rate):",
    ]
    for slot in slots:
        text.append(f"        {slot} = self.{slot}_of[self._get_variable_index(variable)]")
    return [Line(one, origin) for one in (*text, *_chosen(reading, origins, update, bodies))]


def _build(slots: dict[str, str]) -> Iterator[str]:
    """Makes the variables that an update keeps for each weight."""
    if not slots:
        return
    yield from (
        "",
        "    def build(self, variables):",
        "        if self.built:",
        "            return",
    )
    yield "        super().build(variables)"
    for slot, first in slots.items():
        given = "" if first == "zeros" else f', initializer="{first}"'
        made = f'self.add_variable_from_reference(one, "{slot}"{given})'
        text = f"self.{slot}_of = [{made} for one in variables]"
        yield from (line.text for line in plain(text, 8))


def _chosen(
    reading: Reading,
    origins: Origins,
    update: tf.Operation,
    bodies: dict[tuple[str, ...], list[str]],
) -> Iterator[str]:
    """The body of the update: one, or one for kernels and another for biases."""
    if len(bodies) == 1:
        yield from (f"        {line}" for line in next(iter(bodies)))
        return
    ranks = {
        body: {len(reading.shape(one)) > 1 for one in listed} for body, listed in bodies.items()
    }
    kernels = next((body for body, found in ranks.items() if found == {True}), None)
    others = next((body for body, found in ranks.items() if found == {False}), None)
    if len(bodies) != 2 or kernels is None or others is None:
        scope = Scope(reading, origins)
        raise scope.refusal(update, "an update by hand, of which some weights have another")
    yield "        if len(variable.shape) > 1:"
    yield from (f"            {line}" for line in kernels)
    yield "        else:"
    yield from (f"            {line}" for line in others)


class _Update(Scope):
    """How one weight is updated."""

    def __init__(self, reading: Reading, origins: Origins, variable: str) -> None:
        super().__init__(reading, origins)
        self._variable = variable
        self._slots: dict[str, str] = {}  # variable -> its name in the class
        self.first: dict[str, str] = {}  #: name of a slot -> what it begins with
        self._gradient: str = ""

    def lines(self) -> list[str]:
        """The statements, without indentation: new values, and then what is assigned."""
        assigned = {"variable": self._new(self._variable)}
        waiting = list(self._slots)
        while waiting:
            slot = waiting.pop(0)
            assigned[self._slots[slot]] = self._new(slot)
            waiting += [one for one in self._slots if one not in waiting and self._slots[one]
                        not in assigned]  # fmt: skip
        computed = [*self.statements]
        for name, value in assigned.items():
            known = next((one for one in computed if one.mark == value.text), None)
            if known is not None:
                known.wish = known.wish or f"new_{name}"
            else:
                computed.append(Statement(new_mark(), value.text, f"new_{name}"))
                assigned[name] = Expr(computed[-1].mark)
        chosen = names.chosen(computed, [value.text for value in assigned.values()])
        body = [line.text for line in of_statements(computed, chosen, 0, commenting=False)]
        for name, value in assigned.items():
            body += [line.text for line in plain(f"{name}.assign({replaced(value.text, chosen)})")]
        return body

    def value(self, tensor: tf.Tensor) -> Expr:
        if GRADIENTS.search(tensor.op.name):
            if self._gradient not in ("", tensor.name):
                raise self.refusal(tensor.op, "an update by several gradients")
            self._gradient = tensor.name
            return Expr("gradient")
        return super().value(tensor)

    def _is_statement(self, op: tf.Operation, expression: Expr) -> bool:
        """Whether a value has a name: it is used twice."""
        following = [one for one in self.reading.paths.followers(op) if not
                     GRADIENTS.search(one.name)]  # fmt: skip
        return len({one.name for one in following}) > 1 and " " in expression.text

    def weight(self, variable: str, op: tf.Operation) -> Expr:
        if variable == self._variable:
            return Expr("variable")
        updates = self.reading.side.updates
        if variable not in updates:
            value = self.reading.still(op.outputs[0])
            if value is not None:
                return expressions.literal(value)
        elif self.reading.shape(variable) == self.reading.shape(self._variable):
            return Expr(self._slot(variable, op))
        raise self.refusal(op, f"an update that needs the variable {variable}")

    def _slot(self, variable: str, op: tf.Operation) -> str:
        if variable not in self._slots:
            origin = self.origins.of(self.reading.side.graph.get_operation_by_name(variable))
            last = re.sub(r"_\d+$", "", variable.rpartition("/")[2]).lower()
            wish = names.usable((origin and origin.name) or last) or "slot"
            taken = [*self._slots.values(), "variable", "gradient", "learning_rate"]
            numbered = (wish, *(f"{wish}_{at}" for at in range(2, 99)))
            self._slots[variable] = next(one for one in numbered if one not in taken)
            first = self.reading.initializer(variable).keras.strip('"')
            if first not in _FIRST:
                raise self.refusal(op, "an update that keeps numbers which begin otherwise")
            self.first[self._slots[variable]] = first
        return self._slots[variable]

    def _new(self, variable: str) -> Expr:
        """What a variable is after the step."""
        operations = self.reading.side.updates[variable].operations
        op = operations[0]
        kind = op.type.removesuffix("VariableOp")
        if len(operations) > 1 or kind not in ("Assign", "AssignAdd", "AssignSub"):
            kinds = ", ".join(one.type for one in operations)
            raise self.refusal(op, f"an update by {kinds} of {variable}")
        value = self.value(op.inputs[1])
        if kind == "Assign":
            return value
        sign = "+" if kind == "AssignAdd" else "-"
        return expressions.binary(self.weight(variable, op), sign, value, ADDING)
