"""Layers that a port defines itself: where no layer of Keras has a variable of the graph."""

import dataclasses
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import tensorflow.compat.v1 as tf

from legacy_cnn.parity.finding.paths import source
from legacy_cnn.porting import tensordots
from legacy_cnn.porting.origins import Origin
from legacy_cnn.porting.writing import expressions, names
from legacy_cnn.porting.writing.expressions import Expr
from legacy_cnn.porting.writing.lines import Line, body, plain
from legacy_cnn.porting.writing.qualified import qualified
from legacy_cnn.porting.writing.scope import Scope
from legacy_cnn.porting.writing.statements import Statement, new_mark
from legacy_cnn.programs.variables import is_variable

#: What `call` calls its data.
_DATA = ("x", "y", "z", *(f"x_{at}" for at in range(4, 100)))
#: What cannot be called in a functional model: Keras' `ops.conv_transpose` mixes up its arguments.
_OF_TENSORS = ("Conv2DBackpropInput",)
_SIZES = ("Shape", "ShapeN", "Size", "Rank")

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
    #: Whether `build` needs the shape of the only argument.
    is_shaped: bool = False


def of(scope: "ModelScope", tensor: tf.Tensor) -> Expr | None:
    """Calls a layer of its own for an operation that needs variables which no layer has.

    So it does where something is computed from variables alone, which a model would keep as it was
    when the model was built.
    """
    variables = _variables(scope, tensor.op)
    is_owned = [scope.is_owned(variable) for variable in variables]
    is_function = tensor.op.type not in _OF_TENSORS and not _is_computed(scope, tensor.op)
    if not variables or (all(is_owned) and is_function):
        return None
    data = {t.name: t for t in _inputs(tensor.op) if scope.reading.is_on_way(t.op)}
    arguments = {name: Statement(new_mark(), "", _DATA[at]) for at, name in enumerate(data)}
    bound = {name: Expr(statement.mark) for name, statement in arguments.items()}
    inner = _InLayer(scope, bound, list(data.values()))
    result = inner.value(tensor)
    given = [scope.value(one) for one in data.values()]
    given += [scope.weight(variable, tensor.op) for variable in inner.passed]
    own = OwnLayer(
        _unused(scope, _named(tensor.op)),
        [*arguments.values(), *inner.passed.values()],
        list(inner.weights.values()),
        inner.statements,
        result,
        scope.origins.line(tensor.op),
        bool(inner.like),
    )
    twin = next((one for one in scope.own if _body(one) == _body(own)), None)
    if twin is None:
        scope.own.append(own)
    own = twin or own
    layer = scope.call_layer(tensor, f"{own.name}()", expressions.call("", *given).text[1:-1], "x")
    scope.own_weights({v: (layer, attribute) for v, (attribute, _) in inner.weights.items()})
    return Expr(scope.statements[-1].mark)


def lines(layer: OwnLayer) -> Iterator[Line]:
    """The class."""
    chosen = names.chosen([*layer.arguments, *layer.statements], [layer.result.text])
    place = f" of {layer.origin.shown}" if layer.origin else ""
    yield Line(f"class {layer.name}(layers.Layer):", layer.origin)
    yield Line(f'    """The computation{place}, for which Keras has no layer."""')
    if layer.weights:
        shapes = "input_shape" if layer.is_shaped else "*shapes"
        yield from (Line(""), Line(f"    def build(self, {shapes}):"))
    for name, made in layer.weights:
        yield from plain(f"self.{name} = {made}", 8)
    words = [chosen[one.mark] for one in layer.arguments]
    yield from (Line(""), Line(f"    def call(self, {', '.join(words)}):"))
    yield from body(layer.statements, layer.result, chosen, 8)


def _body(layer: OwnLayer) -> list[str]:
    """What a class does, without its name and what it comes from."""
    texts = [line.text.partition("#")[0].rstrip() for line in lines(layer)][2:]
    return [text for text in texts if text]


def _inputs(op: tf.Operation) -> list[tf.Tensor]:
    """What an operation computes with, or `tf.tensordot` whose last one it is."""
    product = tensordots.with_vector(op)
    return list(op.inputs if product is None else product)


def _variables(scope: "ModelScope", op: tf.Operation) -> list[str]:
    """The variables that an operation needs beside its data."""
    waiting, found, seen = [t.op for t in _inputs(op)], [], set()
    while waiting:
        one = waiting.pop()
        if one.name in seen or scope.reading.is_on_way(one) or one.type in _SIZES:
            continue
        seen.add(one.name)
        if is_variable(one):
            found.append(one.name)
        else:
            waiting.extend(tensor.op for tensor in one.inputs)
    return found


def _is_computed(scope: "ModelScope", op: tf.Operation) -> bool:
    """Whether something is computed from variables before the operation has it."""
    others = [t for t in _inputs(op) if not scope.reading.is_on_way(t.op)]
    return any(
        not is_variable(source(tensor)) and _variables(scope, tensor.op) for tensor in others
    )


def weight_of(scope: Scope, variable: str, shape: Any) -> tuple[str, str]:
    """What a weight is called, and the call that adds it to a layer.

    Raises:
      ParityError: no initializer of Keras begins with its first values.
    """
    operation = scope.reading.side.graph.get_operation_by_name(variable)
    origin = scope.origins.of(operation)
    last = re.sub(r"_\d+$", "", variable.rpartition("/")[2]).lower()
    name = names.usable((origin and origin.name) or last) or "weight"
    first = scope.reading.initializer(variable, has_fans=True)
    if not first.keras:
        raise scope.refusal(operation, f"whose first values are {first.found}")
    made = expressions.call(
        "self.add_weight", name=name, shape=shape, initializer=Expr(qualified(first.keras))
    )
    return name, made.text


class _InLayer(Scope):
    """The body of `call`."""

    def __init__(self, outer: "ModelScope", bound: dict[str, Expr], data: list[tf.Tensor]) -> None:
        super().__init__(outer.reading, outer.origins, bound)
        self.weights: dict[str, tuple[str, str]] = {}
        self.passed: dict[str, Statement] = {}  #: variables of other layers: arguments of `call`
        self.like: set[str] = set()  #: variables with a value for each feature of the data
        self._outer = outer
        self._data = data

    def weight(self, variable: str, op: tf.Operation) -> Expr:
        if self._outer.is_owned(variable):
            name = self._outer.weight(variable, op).text.rpartition(".")[2]
            passed = self.passed.setdefault(variable, Statement(new_mark(), "", name))
            return Expr(passed.mark)
        if variable not in self.weights:
            self.weights[variable] = self._made(variable)
        return Expr(f"self.{self.weights[variable][0]}")

    def _made(self, variable: str) -> tuple[str, str]:
        return weight_of(self, variable, self._shape(variable))

    def _shape(self, variable: str) -> Any:
        """The shape of a weight, said by that of the data where they have as many features."""
        shape = self.reading.shape(variable)
        sizes = [one.shape.as_list() for one in self._data if one.shape.rank]
        if len(self._data) != 1 or not sizes or len(sizes[0]) < 2 or shape != (sizes[0][-1],):
            return shape
        self.like.add(variable)
        return Expr("input_shape[-1:]")


def _named(op: tf.Operation) -> str:
    """A class is named for what it computes."""
    names = {
        "Conv2DBackpropInput": "ConvTranspose",
        "Mul": "Scale",
        "Add": "Shift",
        "AddV2": "Shift",
        "BiasAdd": "Bias",
        "Sub": "Shift",
        "Gather": "Rows",
        "GatherV2": "Rows",
        "ResourceGather": "Rows",
    }
    if tensordots.with_vector(op) is not None:
        return "Tensordot"
    return names.get(op.type, re.sub(r"V\d$", "", op.type))


def _unused(scope: "ModelScope", name: str) -> str:
    names = {layer.name for layer in scope.own}
    numbered = (name if at == 1 else f"{name}{at}" for at in range(1, len(names) + 2))
    return next(one for one in numbered if one not in names)
