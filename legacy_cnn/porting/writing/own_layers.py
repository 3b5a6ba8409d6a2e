"""Layers that a port defines itself: where no layer of Keras has a variable of the graph."""

import dataclasses
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import tensorflow.compat.v1 as tf

from legacy_cnn.porting.origins import Origin
from legacy_cnn.porting.writing import expressions, names
from legacy_cnn.porting.writing.expressions import Expr
from legacy_cnn.porting.writing.lines import Line, of_statements, plain, returning
from legacy_cnn.porting.writing.qualified import qualified
from legacy_cnn.porting.writing.scope import Scope
from legacy_cnn.porting.writing.statements import Statement, new_mark
from legacy_cnn.programs.variables import is_variable

if TYPE_CHECKING:
    from legacy_cnn.porting.writing.model import ModelScope


@dataclasses.dataclass
class OwnLayer:
    """A small class."""

    name: str
    arguments: list[Statement]  #: of `call`
    weights: list[tuple[str, str]]  #: attribute, and what makes it
    statements: list[Statement]
    result: Expr
    origin: Origin | None


def of(scope: "ModelScope", tensor: tf.Tensor) -> Expr | None:
    """Calls a layer of its own for an operation that needs variables which no layer has."""
    variables = _variables(scope, tensor.op)
    if not variables:
        return None
    arguments = {
        t.name: Statement(new_mark(), "", f"{'xyz'[at]}" if at < 3 else f"x{at}")
        for at, t in enumerate({t.name: t for t in scope.reading.data(tensor.op)}.values())
    }
    bound = {name: Expr(statement.mark) for name, statement in arguments.items()}
    inner = _InLayer(scope, bound)
    result = inner.value(tensor)
    name = _unused(scope, _named(tensor.op))
    weights = list(inner.weights.values())
    origin = scope.origins.line(tensor.op)
    scope.own.append(
        OwnLayer(name, list(arguments.values()), weights, inner.statements, result, origin)
    )
    inputs = [scope.value(scope.reading.side.graph.get_tensor_by_name(n)) for n in arguments]
    given = expressions.call("", *inputs).text[1:-1]
    scope.call_layer(tensor, f"{name}()", given, "x")
    return Expr(scope.statements[-1].mark)


def lines(layer: OwnLayer) -> Iterator[Line]:
    """The class."""
    chosen = names.chosen([*layer.arguments, *layer.statements], [layer.result.text])
    place = f" of {layer.origin.shown}" if layer.origin else ""
    yield Line(f"class {layer.name}(layers.Layer):", layer.origin)
    yield Line(f'    """What no layer of Keras does{place}."""')
    yield from (Line(""), Line("    def build(self, *shapes):"))
    for name, made in layer.weights:
        yield from plain(f"self.{name} = {made}", 8)
    words = [chosen[one.mark] for one in layer.arguments]
    yield from (Line(""), Line(f"    def call(self, {', '.join(words)}):"))
    yield from of_statements(layer.statements, chosen, 8)
    yield from returning(layer.result, chosen, 8)


def _variables(scope: "ModelScope", op: tf.Operation) -> list[str]:
    """The variables that an operation needs beside its data, and that no layer has."""
    waiting, found, seen = [t.op for t in op.inputs], [], set()
    while waiting:
        one = waiting.pop()
        if one.name in seen or scope.reading.is_on_way(one):
            continue
        seen.add(one.name)
        if is_variable(one):
            found.append(one.name)
        else:
            waiting.extend(tensor.op for tensor in one.inputs)
    return [name for name in found if not scope.is_owned(name)]


class _InLayer(Scope):
    """The body of `call`."""

    def __init__(self, outer: "ModelScope", bound: dict[str, Expr]) -> None:
        super().__init__(outer.reading, outer.origins, bound)
        self.weights: dict[str, tuple[str, str]] = {}

    def weight(self, variable: str, op: tf.Operation) -> Expr:
        if variable not in self.weights:
            self.weights[variable] = self._made(variable)
        return Expr(f"self.{self.weights[variable][0]}")

    def _made(self, variable: str) -> tuple[str, str]:
        operation = self.reading.side.graph.get_operation_by_name(variable)
        origin = self.origins.of(operation)
        last = re.sub(r"_\d+$", "", variable.rpartition("/")[2]).lower()
        name = names.usable((origin and origin.name) or last) or "weight"
        first = self.reading.initializer(variable, has_fans=True)
        if not first.keras:
            raise self.refusal(operation, f"whose first values are {first.found}")
        made = expressions.call(
            "self.add_weight",
            name=name,
            shape=self.reading.shape(variable),
            initializer=Expr(qualified(first.keras)),
        )
        return name, made.text


def _named(op: tf.Operation) -> str:
    """A class is named for what it computes."""
    names = {"Mul": "Scale", "Add": "Shift", "AddV2": "Shift", "BiasAdd": "Bias", "Sub": "Shift"}
    return names.get(op.type, re.sub(r"V\d$", "", op.type))


def _unused(scope: "ModelScope", name: str) -> str:
    names = {layer.name for layer in scope.own}
    numbered = (name if at == 1 else f"{name}{at}" for at in range(1, len(names) + 2))
    return next(one for one in numbered if one not in names)
