"""What a tensor is, once what passes it on is left out: through loops, branches and masks."""

from collections.abc import Iterator

import tensorflow.compat.v1 as tf

from legacy_cnn.parity import loop_gates
from legacy_cnn.porting.constants import number_of
from legacy_cnn.programs.variables import is_variable

_PASSING = ("Identity", "Enter", "RefEnter", "Switch", "RefSwitch", "ReadVariableOp", "Snapshot",
            "StopGradient", "EnsureShape", "CheckNumerics", "RefIdentity")  # fmt: skip
#: Two values, of which one is taken for each example: where a sequence has ended, the old one.
SELECTING = ("Select", "SelectV2")
SUMS = ("Add", "AddV2", "BiasAdd", "BiasAddV1")
_FILLED = ("Fill", "ZerosLike", "Const", "BroadcastTo", "Zeros")
#: How zeros for a state may be moved.
_MOVING = ("Reshape", "Tile", "Pack", "ConcatV2", "Unpack", "StridedSlice", "Slice", "Split",
           "SplitV", "Transpose", "BroadcastTo", "ExpandDims", "Squeeze")  # fmt: skip
#: How a condition of each example becomes one of each unit.
_SPREADING = ("ExpandDims", "Tile", "Reshape", "BroadcastTo", "LogicalNot")
#: A comparison of the time with lengths -> which input the lengths are.
_COMPARING = {"GreaterEqual": 1, "Less": 1, "Greater": 0, "LessEqual": 0}


def plain(tensor: tf.Tensor) -> tf.Tensor:
    """The value that a tensor passes on; that of a loop's state is the output of its Merge."""
    while (tensor.op.type in _PASSING and tensor.op.inputs) or loop_gates.is_product(tensor.op):
        tensor = tensor.op.inputs[0]
    return tensor


def variable_of(tensor: tf.Tensor) -> str | None:
    """The variable whose value a tensor is."""
    op = plain(tensor).op
    return op.name if is_variable(op) else None


def is_loop_state(tensor: tf.Tensor) -> bool:
    op = tensor.op
    return op.type == "Merge" and any(t.op.type == "NextIteration" for t in op.inputs)


def leaves(tensor: tf.Tensor) -> list[tf.Tensor]:
    """The values of which a tensor is one: those of branches, and both of a mask."""
    found: dict[str, tf.Tensor] = {}
    waiting, seen = [tensor], set()
    while waiting:
        one = plain(waiting.pop())
        if one.name in seen:
            continue
        seen.add(one.name)
        if one.op.type == "Merge" and not is_loop_state(one):
            waiting.extend(one.op.inputs)
        elif one.op.type in SELECTING and lengths_of(one.op) is not None:
            waiting.extend(one.op.inputs[1:])
        else:
            found[one.name] = one
    return list(found.values())


def masks_of(tensor: tf.Tensor) -> Iterator[tf.Tensor]:
    """The lengths beyond which a tensor is an old value."""
    waiting, seen = [tensor], set()
    while waiting:
        one = plain(waiting.pop())
        if one.name in seen:
            continue
        seen.add(one.name)
        if one.op.type == "Merge" and not is_loop_state(one):
            waiting.extend(one.op.inputs)
        elif one.op.type in SELECTING and (lengths := lengths_of(one.op)) is not None:
            yield lengths
            waiting.extend(one.op.inputs[1:])


def lengths_of(op: tf.Operation) -> tf.Tensor | None:
    """The lengths of `Select(time >= lengths, old, new)`, in any spelling of the condition."""
    condition = plain(op.inputs[0])
    while condition.op.type in _SPREADING:
        condition = plain(condition.op.inputs[0])
    if condition.op.type not in _COMPARING:
        return None
    lengths = plain(condition.op.inputs[_COMPARING[condition.op.type]])
    is_of_examples = lengths.dtype.is_integer and lengths.shape.rank in (None, 1, 2)
    return lengths if is_of_examples else None


def is_zero(tensor: tf.Tensor) -> bool:
    """Whether all of a tensor is zero, whatever its size."""
    op = plain(tensor).op
    if op.type == "ZerosLike":
        return True
    if op.type == "Fill":
        return number_of(op.inputs[1]) == 0
    if op.type in _MOVING:
        at = 1 if op.type in ("Split",) else 0
        return is_zero(op.inputs[at])
    if op.type == "Const":
        value = tf.make_ndarray(op.get_attr("value"))
        return bool(value.dtype.kind in "fiu" and not value.any())
    if op.type == "Mul":
        return any(map(is_zero, op.inputs))
    return False


def number(tensor: tf.Tensor) -> float | None:
    """The value of a constant number, within loops, too."""
    op = plain(tensor).op
    return number_of(op.outputs[0]) if op.type == "Const" else None
