"""Dropout of each step, `DropoutWrapper`: one dropout of the whole sequence."""

from typing import TYPE_CHECKING

import tensorflow.compat.v1 as tf

from legacy_cnn.porting.calls import call
from legacy_cnn.porting.constants import number_of
from legacy_cnn.porting.recurrence.loops import Loop
from legacy_cnn.porting.recurrence.values import SELECTING, is_zero, lengths_of, plain
from legacy_cnn.porting.writing.expressions import Expr

if TYPE_CHECKING:
    from legacy_cnn.porting.writing.model import ModelScope
    from legacy_cnn.porting.writing.sequences import Sequences


def written(
    sequences: "Sequences", tensors: tuple[tf.Tensor, ...], loop: Loop | None
) -> Expr | None:
    """The dropout of which tensors are the steps; None if they are none."""
    scope = sequences.scope
    bare = [unpadded(one) for one in tensors]
    entering = [dropped(scope, one) for one in bare]
    rates = {_rate(scope, one) for one in bare}
    if None in entering or len(rates) != 1 or None in rates:
        return None
    inside = tuple(one for one in entering if one is not None)
    inner = sequences.sequence(inside, loop)
    is_padded = any(one is not whole for one, whole in zip(bare, tensors, strict=True))
    if is_padded and not _pads(sequences, inside[0]):
        return None
    rate = rates.pop()
    if rate == 0:
        return inner
    made = f"layers.{call('Dropout', rate)}"
    if {_rate(scope, one, training=False) for one in bare} == {rate}:
        made = scope.in_mode(made, True)
    scope.call_layer(tensors[-1], made, inner.text, "dropped")
    return Expr(scope.statements[-1].mark)


def _pads(sequences: "Sequences", tensor: tf.Tensor) -> bool:
    """Lets the layer that a tensor is a step of pad its outputs: a dropout of zeros is zero."""
    step = sequences.recurrent.step(plain(tensor))
    if step is None or step[0].lengths is None:
        return False
    sequences.recurrent.all_outputs(step[0], is_padded=True)
    return True


def unpadded(tensor: tf.Tensor) -> tf.Tensor:
    """What a tensor is before its sequence has ended, where it is zero after that."""
    op = plain(tensor).op
    if op.type in SELECTING and lengths_of(op) is not None:
        values = [one for one in op.inputs[1:] if not is_zero(one)]
        if len(values) == 1:
            return values[0]
    return tensor


def dropped(scope: "ModelScope", tensor: tf.Tensor) -> tf.Tensor | None:
    """What a dropout takes; None if a tensor is not what it returns."""
    found = _parts(plain(tensor))
    return None if found is None else found[0]


def _rate(scope: "ModelScope", tensor: tf.Tensor, training: bool = True) -> float | None:
    found = _parts(plain(tensor))
    if found is None:
        return None
    value, is_rate = _number(scope, found[1], training), found[2]
    return None if value is None else round(value if is_rate else 1 - value, 6)


def _parts(tensor: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, bool] | None:
    """What enters, a number, and whether that is a rate and no keep probability."""
    op = tensor.op
    if op.type in SELECTING:  # where(random >= rate, x / keep, 0)
        condition, scaled = plain(op.inputs[0]), plain(op.inputs[1])
    elif op.type == "Mul":  # x / keep * floor(keep + random), or * cast(random >= rate)
        scaled, condition = (plain(one) for one in op.inputs)
        if condition.op.type == "Cast":
            condition = plain(condition.op.inputs[0])
    else:
        return None
    if scaled.op.type not in ("RealDiv", "Mul", "Div"):
        return None
    entering = plain(scaled.op.inputs[0])
    if condition.op.type == "GreaterEqual" and _is_drawn(condition.op.inputs[0]):
        return entering, condition.op.inputs[1], True
    if condition.op.type == "Floor":
        total = plain(condition.op.inputs[0])
        if total.op.type in ("Add", "AddV2") and _is_drawn(total.op.inputs[1]):
            return entering, total.op.inputs[0], False
    return None


def _is_drawn(tensor: tf.Tensor) -> bool:
    """Whether a tensor is drawn, or the sum of what a loop draws and of what that is fed."""
    op = plain(tensor).op
    if op.type in ("Add", "AddV2", "Mul"):
        return any(_is_drawn(one) for one in op.inputs)
    return op.type == "RandomUniform"


def _number(scope: "ModelScope", tensor: tf.Tensor, training: bool) -> float | None:
    """A number as it is fed in training or otherwise, within a loop, too."""
    tensor = plain(tensor)
    if tensor.op.name in scope.reading.fed:
        value = scope.reading.fed[tensor.op.name][0 if training else 1]
        return None if value is None else float(value)
    if tensor.op.type == "Const":
        return number_of(tensor)
    values = [_number(scope, one, training) for one in tensor.op.inputs]
    if None in values or len(values) != 2 or tensor.op.type not in ("Sub", "Add", "AddV2"):
        return None
    first, second = (float(value or 0) for value in values)
    return first - second if tensor.op.type == "Sub" else first + second
