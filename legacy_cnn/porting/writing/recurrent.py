"""Recurrent layers in `build_model`: each is one layer, called with whole sequences."""

import dataclasses
from typing import TYPE_CHECKING

import tensorflow.compat.v1 as tf

from legacy_cnn.porting.recurrence import lines
from legacy_cnn.porting.recurrence.finding import Layer
from legacy_cnn.porting.recurrence.loops import Loop
from legacy_cnn.porting.recurrence.values import is_zero, leaves, plain
from legacy_cnn.porting.writing import expressions, last_steps, sequences
from legacy_cnn.porting.writing.expressions import Expr
from legacy_cnn.porting.writing.lines import Line
from legacy_cnn.porting.writing.qualified import qualified
from legacy_cnn.porting.writing.statements import Mark, Statement, new_mark

if TYPE_CHECKING:
    from legacy_cnn.porting.writing.model import ModelScope

#: What a layer returns: all outputs, and the states after the last step of a sequence.
SEQUENCE, STATE, CARRY = "sequence", "state", "carry"


@dataclasses.dataclass
class _Call:
    """A call of a layer, and which of its results are used."""

    layer: Layer
    statement: Statement
    marks: dict[str, Mark]
    used: set[str] = dataclasses.field(default_factory=set)
    is_padded: bool = False  #: whether outputs after the end of a sequence are used


class Recurrent:
    """Writes what recurrent layers compute."""

    def __init__(self, scope: "ModelScope", layers: list[Layer]) -> None:
        self.scope, self.layers = scope, layers
        self._calls: dict[int, _Call] = {}
        self._made: dict[tuple[str, ...], Mark] = {}  # variables -> their layer
        self._masks: dict[str, Expr] = {}
        self._steps = {
            step.output.name: (layer, at) for layer in layers for at, step in enumerate(layer.steps)
        }
        self._carries = {
            step.after[-1].name: (layer, at)
            for layer in layers
            if layer.step.kind == "LSTM"
            for at, step in enumerate(layer.steps)
        }
        self._last = {
            state.name: (layer, at)
            for layer in layers
            if layer.loop is not None
            for at, state in enumerate(layer.last)
            if state is not None
        }
        self._gathered: dict[str, tuple[Loop, tf.Tensor]] = {
            gathered.name: (layer.loop, value)
            for layer in layers
            if layer.loop is not None
            for value, gathered in layer.loop.written
        }
        self.sequences = sequences.Sequences(scope, self)

    def special(self, tensor: tf.Tensor) -> Expr | None:
        """The expression of a tensor that a recurrent layer returns, or a part of; else None."""
        if not self.layers:
            return None
        if tensor.name in self._last:
            layer, at = self._last[tensor.name]
            return self.result(layer, CARRY if at else STATE)
        found = self._of_steps(tensor) or self._last_of(tensor)
        return found or self.sequences.whole(tensor)

    def has_inside(self, tensor: tf.Tensor) -> bool:
        """Whether a tensor is of one step only: layers are called with whole sequences."""
        is_of_loop = not tensor.graph.is_fetchable(tensor.op)
        is_entering = any(
            plain(one).name == tensor.name for layer in self.layers for one in layer.inputs
        )
        return is_of_loop or is_entering or self.sequences.is_of_step(tensor)

    def gathered(self, tensor: tf.Tensor) -> tuple[Loop, tf.Tensor] | None:
        """The loop that has written a tensor, and what it wrote in each step."""
        return self._gathered.get(tensor.name)

    def step(self, tensor: tf.Tensor) -> tuple[Layer, int, bool] | None:
        """The layer whose output a tensor is, in which step, and whether zeros pad it."""
        found = leaves(tensor) if tensor.op.type not in ("Mul",) else [tensor]
        steps = [self._steps[one.name] for one in found if one.name in self._steps]
        if not steps:
            return None
        layer, at = max(steps, key=lambda one: one[1])
        others = [one for one in found if self._steps.get(one.name) != (layer, at)]
        is_state = layer.loop is None and any(not is_zero(one) for one in others)
        return None if is_state else (layer, at, bool(others))

    def result(self, layer: Layer, what: str) -> Expr:
        """One of the results of a layer, which is called where it was not yet."""
        call = self._call(layer)
        call.used.add(what)
        return Expr(call.marks[what])

    def all_outputs(self, layer: Layer, is_padded: bool) -> Expr:
        """All outputs, batch first."""
        result = self.result(layer, SEQUENCE)
        self._call(layer).is_padded |= is_padded and layer.lengths is not None
        return result

    def finish(self, needed: set[Mark]) -> list[list[Line]]:
        """Gives each layer the arguments for what is used of it; returns the definitions.

        Args:
          needed: the marks that the model is computed from.
        """
        by_layer: dict[tuple[str, ...], list[_Call]] = {}
        for call in self._calls.values():
            call.used = {what for what in call.used if call.marks[what] in needed}
            by_layer.setdefault(call.layer.step.variables, []).append(call)
        written = []
        for calls in by_layer.values():
            first = calls[0]
            has_states = any(_needs_states(call) for call in calls)
            has_all = any(SEQUENCE in call.used for call in calls)
            line = lines.line_of(
                self.scope.reading,
                first.layer,
                return_sequences=True if has_all else None,
                return_state=True if has_states else None,
                go_backwards=True if self.sequences.is_reversed(first.layer) else None,
                zero_output_for_mask=True if any(call.is_padded for call in calls) else None,
            )
            written.append(str(line))
            first.statement.made = qualified(str(line), "layers")
            for call in calls:
                _set_targets(call, has_all, has_states)
        return [[Line(text) for text in texts] for texts in lines.definitions(written)]

    # Parts ------------------------------------------------------------------------------------

    def _of_steps(self, tensor: tf.Tensor) -> Expr | None:
        """What a chain of cells returns in one step."""
        if tensor.name in self._carries and self._carries[tensor.name][0].loop is None:
            layer, at = self._carries[tensor.name]
            if at == len(layer.steps) - 1 and layer.lengths is None:
                return self.result(layer, CARRY)
            return None
        found = self.step(tensor)
        if found is None or found[0].loop is not None:
            return self._masked_state(tensor)
        layer, at, is_padded = found
        if at == len(layer.steps) - 1 and layer.lengths is None:
            return self.result(layer, STATE)
        at = at - len(layer.steps) if at == len(layer.steps) - 1 else at
        whole = self.all_outputs(layer, is_padded)
        return Expr(f"{whole.text}[:, {at}]")

    def _masked_state(self, tensor: tf.Tensor) -> Expr | None:
        """The state after the last step of a chain, where sequences have lengths."""
        if tensor.op.type not in ("Merge", "Select", "SelectV2"):
            return None
        found = {one.name for one in leaves(tensor)}
        for layer in self.layers:
            last = layer.steps[-1]
            if layer.loop is None and layer.lengths is not None:
                for value, what in zip(last.after, (STATE, CARRY), strict=False):
                    if value.name in found:
                        return self.result(layer, what)
        return None

    def _last_of(self, tensor: tf.Tensor) -> Expr | None:
        """The output of the last step, of a loop that has written all of them."""
        picked = last_steps.picked(tensor)
        layer = self.sequences.layer_of(picked.outputs) if picked is not None else None
        if layer is not None and picked is not None and layer.lengths is picked.lengths:
            return self.result(layer, STATE)
        source = self.sequences.picked_last(tensor)
        found = self.gathered(source) if source is not None else None
        step = self.step(plain(found[1])) if found else None
        if step is None or step[0].lengths is not None:
            return None
        return self.result(step[0], STATE)

    def _call(self, layer: Layer) -> _Call:
        if id(layer) not in self._calls:
            self._calls[id(layer)] = self._called(layer)
        return self._calls[id(layer)]

    def _called(self, layer: Layer) -> _Call:
        arguments = [self.sequences.input_of(layer)]
        if layer.lengths is not None:
            arguments.append(Expr(f"mask={self._mask(layer, arguments[0]).text}"))
        if layer.initial:
            states = [self.scope.value(one) for one in layer.first]
            given = states[0].text if len(states) == 1 else f"[{', '.join(s.text for s in states)}]"
            arguments.append(Expr(f"initial_state={given}"))
        text = ", ".join(one.text for one in arguments)
        marks = {what: new_mark() for what in (SEQUENCE, STATE, CARRY)}
        origin = self.scope.origins.of(layer.steps[-1].output.op)
        operation = layer.steps[-1].output.op.name
        statement = Statement(marks[SEQUENCE], text, _wish(origin), kind="outputs", origin=origin,
                              operation=operation)  # fmt: skip
        made = self._made.get(layer.step.variables)
        if made is None:
            statement.layer = new_mark()
            self._made[layer.step.variables] = statement.layer
        else:
            statement.text = f"{made}({text})"
        statement.more = {what: marks[what] for what in (STATE, CARRY)}
        self.scope.statements.append(statement)
        return _Call(layer, statement, marks)

    def _mask(self, layer: Layer, whole: Expr) -> Expr:
        lengths = layer.lengths
        assert lengths is not None
        if lengths.name not in self._masks:
            given = expressions.call("ops.expand_dims", self.scope.value(lengths), 1)
            steps = self.sequences.steps_of(layer)
            if steps is None:
                ones = expressions.call("ops.ones_like", Expr(f"{whole.text}[:, :, 0]"), "int32")
                counted = expressions.call("ops.cumsum", ones, axis=1)
                text = f"{counted.text} <= {given.text}"
            else:
                text = f"{given.text} > ops.arange({steps})"
            mark = new_mark()
            statement = Statement(mark, text, "mask", operation=lengths.op.name)
            statement.origin = self.scope.origins.of(layer.steps[-1].output.op)
            self.scope.statements.append(statement)
            self._masks[lengths.name] = Expr(mark)
        return self._masks[lengths.name]


def _wish(origin: object) -> str:
    name = getattr(origin, "name", "")
    return name if name in ("outputs", "output", "rnn", "lstm", "gru", "encoded") else ""


def _needs_states(call: _Call) -> bool:
    return CARRY in call.used or {SEQUENCE, STATE} <= call.used


def _set_targets(call: _Call, has_all: bool, has_states: bool) -> None:
    """What the results of a call are assigned to."""
    marks, statement = call.marks, call.statement
    statement.more = {}
    if not has_states:
        statement.mark = marks[SEQUENCE if SEQUENCE in call.used else STATE]
        statement.kind = "outputs" if SEQUENCE in call.used else "output"
        if has_all and SEQUENCE not in call.used:
            statement.text += "[:, -1]"
        return
    of_state = {"state": marks[STATE]}
    if call.layer.step.kind == "LSTM":
        of_state["carry"] = marks[CARRY]
    if SEQUENCE not in call.used and not has_all:
        statement.kind, statement.mark = "state", marks[STATE]
        of_state["state"] = new_mark()
    statement.more = of_state
