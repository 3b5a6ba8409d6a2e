"""Layers that a graph applies to each step, with batch and time in one axis: Keras' take both."""

from typing import TYPE_CHECKING

import tensorflow.compat.v1 as tf

from legacy_cnn.parity.finding.paths import PASSING
from legacy_cnn.porting.found import Found
from legacy_cnn.porting.recurrence.values import plain
from legacy_cnn.porting.writing import expressions
from legacy_cnn.porting.writing.expressions import Expr

if TYPE_CHECKING:
    from legacy_cnn.porting.writing.model import ModelScope

#: Layers that do the same to each step, whatever axes there are before the last.
_BY_STEP = ("Dense(", "Dropout(", "Activation(")


class Flattened:
    """Tensors of which each row is a step, as what they are with batch and time apart."""

    def __init__(self, scope: "ModelScope") -> None:
        self.scope = scope
        self._known: dict[str, Expr | None] = {}

    def special(self, tensor: tf.Tensor) -> Expr | None:
        """The expression of a tensor whose rows are steps, or were; None for another."""
        if tensor.op.type == "Reshape" and tensor.shape.rank == 3:
            before = self.apart(tensor.op.inputs[0])
            is_same = before is not None and _last(tensor) == _last(tensor.op.inputs[0])
            return before if is_same else None
        if self.scope.layer_of(tensor) is None:
            return None
        apart = self.apart(tensor)
        size = _last(tensor)
        return None if apart is None else expressions.call("ops.reshape", apart, (-1, size or -1))

    def apart(self, tensor: tf.Tensor) -> Expr | None:
        """A tensor with batch and time apart; None if its rows are no steps."""
        while tensor.op.type in PASSING and tensor.op.inputs and tensor.op.type != "Cast":
            tensor = tensor.op.inputs[0]
        if tensor.name not in self._known:
            self._known[tensor.name] = self._apart(tensor)
        return self._known[tensor.name]

    def _apart(self, tensor: tf.Tensor) -> Expr | None:
        if tensor.op.type == "Reshape":
            return self._joined(tensor)
        found = self.scope.layer_of(tensor)
        if found is None or len(found.inputs) != 1 or not self._is_by_step(found):
            return None
        inner = self.apart(found.inputs[0])
        return None if inner is None else self.scope.called(found, tensor, [inner])

    def _is_by_step(self, found: Found) -> bool:
        keras = found.keras
        return keras.startswith(_BY_STEP) and "noise_shape" not in keras

    def _joined(self, tensor: tf.Tensor) -> Expr | None:
        """What a sequence was before its batch and time were joined."""
        before = plain(tensor.op.inputs[0])
        if tensor.shape.rank != 2 or _last(tensor) is None:
            return None
        steps = self.scope.recurrent.sequences.joined_steps(before.op)
        if steps is not None and _last(steps[0]) == _last(tensor):
            return self.scope.recurrent.sequences.sequence(steps, None)
        if before.shape.rank != 3 or _last(before) != _last(tensor) or before.shape[1] == 1:
            return None
        return self.scope.value(before)


def _last(tensor: tf.Tensor) -> int | None:
    """The size of the last axis."""
    return tensor.shape[-1] if tensor.shape.rank else None
