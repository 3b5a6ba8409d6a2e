"""Whole sequences, of which a graph computes one step after another."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import tensorflow.compat.v1 as tf

from legacy_cnn.porting import functions
from legacy_cnn.porting.recurrence.finding import Layer
from legacy_cnn.porting.recurrence.loops import Loop, read_by
from legacy_cnn.porting.recurrence.values import number, plain
from legacy_cnn.porting.rows.operations import ACTIVATIONS
from legacy_cnn.porting.writing import expressions, parts, step_dropout
from legacy_cnn.porting.writing.expressions import Expr

if TYPE_CHECKING:
    from legacy_cnn.porting.writing.model import ModelScope
    from legacy_cnn.porting.writing.recurrent import Recurrent

_REVERSING = ("ReverseV2", "ReverseSequence", "Reverse")
#: What computes each step by itself.
_BY_STEP = (*ACTIVATIONS, "Add", "AddV2", "Sub", "Mul", "RealDiv", "Maximum", "Minimum", "Neg",
            "Square", "Exp", "BiasAdd")  # fmt: skip
_TIME_FIRST = (1, 0, 2)


class Sequences:
    """Writes sequences, batch first."""

    def __init__(self, scope: "ModelScope", recurrent: "Recurrent") -> None:
        self.scope, self.recurrent = scope, recurrent
        self._known: dict[tuple[str, ...], Expr] = {}

    # What steps are parts of --------------------------------------------------------------------

    def input_of(self, layer: Layer) -> Expr:
        """The input of a layer, not reversed: the layer goes backwards instead."""
        if self._is_backwards(layer):
            return self.sequence(tuple(layer.inputs)[::-1], None)
        source = self._source(layer)
        if source is not None and source.op.type in _REVERSING:
            return self.scope.value(self._unreversed(source))
        return self.sequence(tuple(layer.inputs), layer.loop)

    def is_reversed(self, layer: Layer) -> bool:
        """Whether a layer goes through its sequence from the end."""
        if self._is_backwards(layer):
            return True
        source = self._source(layer)
        return source is not None and source.op.type in _REVERSING

    def steps_of(self, layer: Layer) -> int | None:
        """How many steps a layer has, if that is known."""
        if layer.loop is None:
            return len(layer.steps)
        source = self._source(layer)
        if source is not None:
            return source.shape[1] if source.shape.rank else None
        found = self.recurrent.step(plain(layer.inputs[0]))
        return self.steps_of(found[0]) if found else None

    def sequence(self, tensors: tuple[tf.Tensor, ...], loop: Loop | None) -> Expr:
        """The sequence of which a tensor is each step's, or several are one after another."""
        key = tuple(one.name for one in tensors)
        if key not in self._known:
            self._known[key] = self._sequence(tuple(map(plain, tensors)), loop)
        return self._known[key]

    def whole(self, tensor: tf.Tensor) -> Expr | None:
        """A tensor that is a whole sequence; None for another."""
        op = tensor.op
        found = self.recurrent.gathered(tensor)
        if found is not None:
            inner = self.sequence((found[1],), found[0])
            return expressions.call("ops.transpose", inner, _TIME_FIRST)
        if op.type == "Transpose" and self._order(op) == _TIME_FIRST:
            return self._time_first_turned(op)
        if op.type == "ReverseSequence" and self._is_of_backwards(op.inputs[0]):
            return expressions.call("ops.flip", self.scope.value(op.inputs[0]), 1)
        if op.type in ("Pack", "ConcatV2"):
            return self._joined(op)
        return None

    def is_of_step(self, tensor: tf.Tensor) -> bool:
        """Whether a tensor is computed from one step's output: written where it is needed."""
        return self._begun_from(plain(tensor)) is not None

    def joined_steps(self, op: tf.Operation) -> tuple[tf.Tensor, ...] | None:
        """The steps that an operation joins so that each example has all of its own in a row."""
        axis = op.get_attr("axis") if op.type == "Pack" else None
        axis = number(op.inputs[-1]) if op.type == "ConcatV2" else axis
        steps = parts.packed(self.scope, op, None)
        return steps if axis == 1 and steps and self._is_sequence(steps) else None

    def layer_of(self, tensor: tf.Tensor) -> Layer | None:
        """The layer that has all of a tensor, batch first, as its outputs."""
        is_turned = tensor.op.type == "Transpose" and self._order(tensor.op) == _TIME_FIRST
        before = plain(tensor.op.inputs[0]) if is_turned else tensor
        found = self.recurrent.gathered(before) if is_turned else None
        if found is not None:
            step = self.recurrent.step(plain(found[1]))
            return step[0] if step else None
        steps = parts.packed(self.scope, before.op, 0 if is_turned else 1)
        known = [self.recurrent.step(plain(one)) for one in steps or ()]
        numbers = [one[1] for one in known if one]
        layer = known[0][0] if known and known[0] else None
        is_whole = layer is not None and numbers == list(range(len(layer.steps)))
        return layer if is_whole and all(one and one[0] is layer for one in known) else None

    def picked_last(self, tensor: tf.Tensor) -> tf.Tensor | None:
        """The outputs, time first, of which a tensor is the last."""
        op = tensor.op
        axis = parts.picked_last_axis(op, self.scope)
        if axis is None:
            return None
        source = plain(op.inputs[0])
        while source.op.type == "Transpose" and self._order(source.op) == _TIME_FIRST:
            source, axis = plain(source.op.inputs[0]), {0: 1, 1: 0}.get(axis, axis)
        return source if axis == 0 else None

    # Parts --------------------------------------------------------------------------------------

    def _source(self, layer: Layer) -> tf.Tensor | None:
        """The sequence that a layer reads from outside, batch first."""
        read = read_by(plain(layer.inputs[0])) if layer.loop is not None else None
        if read is None:
            return None
        read = plain(read)
        if read.op.type == "Transpose" and self._order(read.op) == _TIME_FIRST:
            return plain(read.op.inputs[0])
        return None

    def _unreversed(self, tensor: tf.Tensor) -> tf.Tensor:
        return tensor.op.inputs[0]

    def _order(self, op: tf.Operation) -> tuple[int, ...] | None:
        order = self.scope.constant(op.inputs[1])
        return None if order is None else tuple(int(axis) for axis in order.ravel())

    def _sequence(self, tensors: tuple[tf.Tensor, ...], loop: Loop | None) -> Expr:
        steps = [self.recurrent.step(one) for one in tensors]
        if all(steps) and len({id(one[0]) for one in steps if one}) == 1:
            layer = steps[0][0]  # type: ignore[index]
            order = [one[1] for one in steps if one]
            every = list(range(len(layer.steps)))
            if order in (every, every[::-1]):
                whole = self.recurrent.all_outputs(layer, any(one[2] for one in steps if one))
                return whole if order == every else expressions.call("ops.flip", whole, 1)
        if loop is not None and (read := read_by(tensors[0])) is not None:
            return self._batch_first(read)
        found = self._of_parts(tensors) if loop is None else None
        found = found or step_dropout.written(self, tensors, loop) or self._by_step(tensors, loop)
        if found is not None:
            return found
        if loop is not None:
            raise self.scope.refusal(tensors[0].op, "which is computed in each step of a loop")
        return expressions.call("ops.stack", [self.scope.value(one) for one in tensors], axis=1)

    def _batch_first(self, tensor: tf.Tensor) -> Expr:
        tensor = plain(tensor)
        if tensor.op.type == "Transpose" and self._order(tensor.op) == _TIME_FIRST:
            return self.scope.value(tensor.op.inputs[0])
        order = (1, 0, *range(2, tensor.shape.rank or 3))
        return expressions.call("ops.transpose", self.scope.value(tensor), order)

    def _of_parts(self, tensors: tuple[tf.Tensor, ...]) -> Expr | None:
        """The sequence that is taken apart into these, in their order."""
        found = [parts.part_of(self.scope, one) for one in tensors]
        if None in found or len(found) < 2:
            return None
        sources = {one[0].name: one[0] for one in found if one}
        orders = [one[2] for one in found if one]
        axes = {one[1] for one in found if one}
        if len(sources) != 1 or len(axes) != 1 or orders != list(range(len(found))):
            return None
        source, axis = next(iter(sources.values())), axes.pop()
        if axis == 0 and source.shape.rank == 2:
            return self._rows_of(source, len(tensors))
        if source.shape.rank and source.shape[axis] not in (None, len(tensors)):
            return (
                self._rows_of(source, len(tensors))
                if axis == 0
                else self._cut(source, axis, len(tensors))
            )
        if axis == 1:
            return self.scope.value(source)
        return self._batch_first(source)

    def _cut(self, source: tf.Tensor, axis: int, steps: int) -> Expr | None:
        """The first steps of a longer sequence."""
        if axis != 1:
            return None
        return Expr(f"{self.scope.value(source).within(expressions.ATOM)}[:, :{steps}]")

    def _rows_of(self, source: tf.Tensor, steps: int) -> Expr | None:
        """Time and batch in one axis, that were a sequence with time first before."""
        if source.op.type != "Reshape":
            return None
        before = plain(source.op.inputs[0])
        if before.shape.rank == 3 and before.shape[0] == steps:
            return self._batch_first(before)
        return None

    def _by_step(self, tensors: tuple[tf.Tensor, ...], loop: Loop | None) -> Expr | None:
        """An operation on each step, as one on the sequence."""
        op = tensors[0].op
        kinds = {(one.op.type, len(one.op.inputs)) for one in tensors}
        if len(kinds) > 1 or not _is_by_step(op):
            return None
        columns = list(zip(*(one.op.inputs for one in tensors), strict=True))
        bound = {}
        for column in columns:
            values = tuple(map(plain, column))
            is_same = len({one.name for one in values}) == 1 and (
                loop is None or number(values[0]) is not None
            )
            inner = self.scope.value(values[0]) if is_same else self.sequence(values, loop)
            bound[column[0].name] = inner
        if op.type == "ConcatV2":
            joined = [bound[one.name] for one in list(op.inputs)[:-1]]
            return expressions.call("ops.concatenate", joined, axis=-1)
        row = functions.rows().get(op.type)
        return row(_Bound(self.scope, bound), op) if row is not None else None

    def _time_first_turned(self, op: tf.Operation) -> Expr | None:
        """Outputs that were turned back to batch first."""
        before = plain(op.inputs[0])
        found = self.recurrent.gathered(before)
        if found is not None:
            return self.sequence((found[1],), found[0])
        steps = parts.packed(self.scope, before.op, 0)
        if steps and self._is_sequence(steps):
            return self.sequence(steps, None)
        return None

    def _joined(self, op: tf.Operation) -> Expr | None:
        """Outputs of all steps, joined by the graph."""
        steps = parts.packed(self.scope, op, None)
        if not steps or not self._is_sequence(steps):
            return None
        whole = self.sequence(steps, None)
        size = steps[0].shape[-1]
        axis = op.get_attr("axis") if op.type == "Pack" else number(op.inputs[-1])
        if op.type == "Pack":
            return whole if axis == 1 else expressions.call("ops.transpose", whole, _TIME_FIRST)
        if size is None:
            return None
        if axis == 0:
            whole = expressions.call("ops.transpose", whole, _TIME_FIRST)
            return expressions.call("ops.reshape", whole, (-1, size))
        return expressions.call("ops.reshape", whole, (-1, size * len(steps)))

    def _is_sequence(self, steps: Sequence[tf.Tensor]) -> bool:
        """Whether tensors are what a chain of cells returns, or are computed from it."""
        found = [self._begun_from(plain(one)) for one in steps]
        layers = {id(one[0]) for one in found if one}
        return len(layers) == 1 and [one[1] for one in found if one] == list(range(len(steps)))

    def _begun_from(self, tensor: tf.Tensor) -> tuple[Layer, int] | None:
        for _ in range(8):
            found = self.recurrent.step(tensor)
            if found is not None:
                return found[:2]
            dropped = step_dropout.dropped(self.scope, tensor)
            if dropped is not None:
                tensor = plain(dropped)
            elif _is_by_step(tensor.op) and tensor.op.inputs:
                tensor = plain(tensor.op.inputs[0])
            else:
                return None
        return None

    def _is_backwards(self, layer: Layer) -> bool:
        """Whether a chain takes the parts of its sequence from the end."""
        if layer.loop is not None or len(layer.inputs) < 2:
            return False
        places = [self._place(one) for one in layer.inputs]
        order = [one[1] for one in places if one]
        sources = {one[0] for one in places if one}
        return len(order) == len(places) and len(sources) == 1 and order == sorted(order)[::-1]

    def _place(self, tensor: tf.Tensor) -> tuple[object, int] | None:
        """The sequence that a step is computed from, and which step of it."""
        for _ in range(8):
            tensor = plain(tensor)
            step = self.recurrent.step(tensor)
            if step is not None:
                return id(step[0]), step[1]
            part = parts.part_of(self.scope, tensor)
            if part is not None:
                return (part[0].name, part[1]), part[2]
            if not _is_by_step(tensor.op) or not tensor.op.inputs:
                return None
            tensor = tensor.op.inputs[0]
        return None

    def _is_of_backwards(self, tensor: tf.Tensor) -> bool:
        before = plain(tensor)
        if before.op.type != "Transpose":
            return False
        found = self.recurrent.gathered(plain(before.op.inputs[0]))
        step = self.recurrent.step(plain(found[1])) if found else None
        return step is not None and self.is_reversed(step[0])


class _Bound:
    """A scope in which the steps of an operation are sequences."""

    def __init__(self, scope: "ModelScope", bound: dict[str, Expr]) -> None:
        self._scope, self._bound = scope, bound

    def value(self, tensor: tf.Tensor) -> Expr:
        return self._bound[tensor.name] if tensor.name in self._bound else self._scope.value(tensor)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._scope, name)


def _is_by_step(op: tf.Operation) -> bool:
    """Whether an operation computes each step by itself."""
    is_joining = op.type == "ConcatV2" and number(op.inputs[-1]) in (1, -1)
    return op.type in _BY_STEP or (is_joining and op.outputs[0].shape.rank == 2)
