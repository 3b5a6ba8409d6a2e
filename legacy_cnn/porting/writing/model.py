"""The statements of `build_model`: layers, and functions where there are none."""

import dataclasses
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.errors import ParityError
from legacy_cnn.porting import rows
from legacy_cnn.porting.found import Found
from legacy_cnn.porting.origins import Origins
from legacy_cnn.porting.reading import Reading
from legacy_cnn.porting.recurrence.finding import layers_of
from legacy_cnn.porting.writing import (
    expressions,
    fused_moments,
    leaky,
    noise,
    of_tensorflow,
    own_layers,
    tables,
    unscaled,
)
from legacy_cnn.porting.writing.expressions import Expr
from legacy_cnn.porting.writing.fixed_modes import fixed
from legacy_cnn.porting.writing.flattened import Flattened
from legacy_cnn.porting.writing.inputs import statement_of
from legacy_cnn.porting.writing.kinds import kind_of
from legacy_cnn.porting.writing.lines import Line
from legacy_cnn.porting.writing.qualified import qualified
from legacy_cnn.porting.writing.recurrent import Recurrent
from legacy_cnn.porting.writing.scope import Scope
from legacy_cnn.porting.writing.statements import Mark, Statement, needed_by, new_mark


@dataclasses.dataclass
class Model:
    """What `build_model` computes."""

    inputs: list[Statement]
    statements: list[Statement]
    outputs: list[Expr]
    layers: tuple[Found, ...]  #: all layers of the graph, as `inspect` shows them
    own: list[own_layers.OwnLayer]  #: layers that the port defines itself
    definitions: list[list[Line]]  #: other classes before `build_model`
    #: Variable -> the layer that has it, and its name there.
    owners: dict[str, tuple[Mark, str]] = dataclasses.field(default_factory=dict)


def model_of(reading: Reading, origins: Origins) -> Model:
    """Writes what computes the ends of a reading.

    Raises:
      ParityError: an operation cannot be written.
    """
    layers = tuple(rows.layers(reading))
    inputs = [statement_of(tensor, origins) for tensor in reading.side.inputs]
    scope = ModelScope(reading, origins, layers, inputs)
    try:
        scope.write_in_order()
        outputs = [scope.end(tensor) for tensor in reading.ends]
    except RecursionError:
        what = "has more operations one after another than can be written, as unrolled loops have"
        raise ParityError(f"{reading.side.name} {what}.") from None
    needed = needed_by(scope.statements, outputs)
    statements = [one for one in scope.statements if one.marks & needed]
    definitions = [*scope.definitions.values(), *scope.recurrent.finish(needed)]
    return Model(inputs, statements, outputs, layers, scope.own, definitions, scope.owners)


class ModelScope(Scope):
    """The body of `build_model`."""

    is_symbolic = True

    def __init__(
        self,
        reading: Reading,
        origins: Origins,
        layers: tuple[Found, ...],
        inputs: list[Statement],
    ) -> None:
        marks = zip(reading.side.inputs, inputs, strict=True)
        super().__init__(reading, origins, {t.name: Expr(one.mark) for t, one in marks})
        self.own: list[own_layers.OwnLayer] = []
        self.definitions: dict[str, list[Line]] = {}
        self._found = {f.output.name: f for f in layers if f.output is not None}
        self._owners = {v: f for f in self._found.values() for v in f.variables.values()}
        self._layers: dict[str, tuple[Mark, str]] = {}  # variable -> its layer, and its name there
        self.recurrent = Recurrent(self, layers_of(reading))
        self.flattened = Flattened(self)

    def write_in_order(self) -> None:
        """Writes the layers that the ends need, in the order in which the script made them."""
        needed = self.reading.paths.before([tensor.op for tensor in self.reading.ends])
        made = {op.name: at for at, op in enumerate(self.reading.side.graph.get_operations())}
        found = [one.output for one in self._found.values() if one.output is not None]
        for tensor in sorted(found, key=lambda one: made[one.op.name]):
            if tensor.op.name in needed and not self.recurrent.has_inside(tensor):
                self.value(tensor)

    def special(self, tensor: tf.Tensor) -> Expr | None:
        sequence = self.recurrent.special(tensor) or self.flattened.special(tensor)
        if sequence is not None:
            return sequence
        found = self._found.get(tensor.name)
        if found is not None:
            return self._layer(found, tensor)
        if tensor.name in self.reading.begun:
            return self._begun(tensor)
        if noise.is_standard(tensor.op):
            return self._drawn(tensor)
        return own_layers.of(self, tensor) if self.reading.is_on_way(tensor.op) else None

    def end(self, tensor: tf.Tensor) -> Expr:
        """What the model returns for a tensor: with batch and time apart."""
        apart = self.flattened.apart(tensor) if self.layer_of(tensor) else None
        if apart is None:
            return self.value(tensor)
        self.reading.apart.add(tensor.name)
        return apart

    def layer_of(self, tensor: tf.Tensor) -> Found | None:
        """The layer whose output a tensor is."""
        return self._found.get(tensor.name)

    def _drawn(self, tensor: tf.Tensor) -> Expr | None:
        """A layer that draws; None where the shape of what it draws is not that of data."""
        data = noise.like(self.reading, tensor.op)
        if data is None:
            return None
        name = noise.named(tensor.op)
        self.definitions.setdefault(name, noise.lines(tensor.op))
        self.call_layer(tensor, f"{name}()", self.value(data).text, "noise")
        return Expr(self.statements[-1].mark)

    def _begun(self, tensor: tf.Tensor) -> Expr | None:
        """A layer that draws as many examples as there are; None where none is known."""
        found = noise.beginning(self.reading.begun[tensor.name], self.reading.side.inputs[0])
        if found is None:
            return None
        name = found.name
        while self.definitions.setdefault(name, found.lines(name)) != found.lines(name):
            name += "Other"
        self.call_layer(tensor, f"{name}{found.arguments}", self.value(found.data).text, "noise")
        return Expr(self.statements[-1].mark)

    def weight(self, variable: str, op: tf.Operation) -> Expr:
        if self.is_owned(variable):
            layer, name = self._layers[variable]
            return Expr(f"{layer}.{name}")
        return super().weight(variable, op)

    def is_owned(self, variable: str) -> bool:
        """Whether a layer of Keras has a variable; that is written before what uses it."""
        owner = self._owners.pop(variable, None)
        if owner is not None and owner.output is not None:
            self.value(owner.output)
        return variable in self._layers

    @property
    def owners(self) -> dict[str, tuple[Mark, str]]:
        """Variable -> the layer that has it, and its name there."""
        return self._layers

    def own_weights(self, weights: dict[str, tuple[Mark, str]]) -> None:
        """Variables that layers of their own have: variable -> layer, and its name there."""
        self._layers.update(weights)

    def call_layer(
        self, tensor: tf.Tensor, made: str, arguments: str, kind: str, comment: str = ""
    ) -> Mark:
        """Adds a statement that makes a layer and calls it; returns the layer."""
        layer = new_mark()
        self.assign(tensor, arguments, layer=layer, made=made, kind=kind, comment=comment)
        return layer

    def in_mode(self, made: str, mode: bool) -> str:
        """A layer that is in one mode in training and in evaluation."""
        made, name, lines = fixed(made, mode)
        self.definitions.setdefault(name, lines)
        return made

    def _is_frozen(self, found: Found) -> bool:
        """Whether no step updates the weights of a layer. Normalisation would change its mode."""
        updates = self.reading.side.updates
        is_normal = found.keras.startswith("BatchNormalization")
        if not updates or not found.variables or is_normal:
            return False
        return not any(variable in updates for variable in found.variables.values())

    def _layer(self, found: Found, tensor: tf.Tensor) -> Expr:
        return self.called(found, tensor, [self.value(one) for one in found.inputs])

    def called(self, found: Found, tensor: tf.Tensor, inputs: list[Any]) -> Expr:
        """Calls a layer, which is made where it was not yet."""
        given = inputs[0] if len(inputs) == 1 else inputs
        arguments = expressions.call("", given).text[1:-1]
        if found.shared:
            self.is_owned(found.shared)
            layer, _ = self._layers[found.shared]
            return self.assign(tensor, f"{layer}({arguments})")
        for module in (leaky, of_tensorflow, unscaled):
            if own := module.name_of(found.keras):
                self.definitions.setdefault(own, module.lines(own))
        made = qualified(found.keras, "layers")
        if self._is_frozen(found):
            made = f"{made[:-1]}, trainable=False)"
        if tables.is_needed(self.reading, found):
            made = made.replace("layers.Embedding", tables.NAME, 1)
            self.definitions.setdefault(tables.NAME, tables.lines())
        if found.is_fused:
            made = made.replace("layers.BatchNormalization", fused_moments.NAME, 1)
            self.definitions.setdefault(fused_moments.NAME, fused_moments.lines())
        if found.call:
            made = self.in_mode(made, found.call == "training=True")
        is_still = "UPDATE_OPS" in found.note and "momentum=1.0" in found.keras
        said = "the script never moves its averages" if is_still else ""
        layer = self.call_layer(tensor, made, arguments, kind_of(found.keras), said)
        for name, variable in found.variables.items():
            self._layers[variable] = (layer, name)
        return Expr(self.statements[-1].mark)
