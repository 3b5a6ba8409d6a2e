"""Which part of a whole a tensor is, and which tensors an operation joins."""

import tensorflow.compat.v1 as tf

from legacy_cnn.porting.recurrence.values import number, plain
from legacy_cnn.porting.writing.scope import Scope


def part_of(scope: Scope, tensor: tf.Tensor) -> tuple[tf.Tensor, int, int] | None:
    """The sequence that a tensor is a step of, the axis of its steps, and which one."""
    tensor = plain(tensor)
    op = tensor.op
    if op.type in ("Squeeze", "Reshape") and plain(op.inputs[0]).op.type in ("Split", "SplitV"):
        tensor = plain(op.inputs[0])
        op = tensor.op
    if op.type == "Unpack":
        return plain(op.inputs[0]), op.get_attr("axis"), tensor.value_index
    if op.type in ("Split", "SplitV"):
        axis = number(op.inputs[0] if op.type == "Split" else op.inputs[2])
        source = plain(op.inputs[1 if op.type == "Split" else 0])
        return None if axis is None else (source, int(axis), tensor.value_index)
    if op.type == "StridedSlice":
        found = picked(scope, op)
        return None if found is None else (plain(op.inputs[0]), *found)
    return None


def picked(scope: Scope, op: tf.Operation) -> tuple[int, int] | None:
    """The axis along which a slice takes one element, and which."""
    begin, end = (scope.constant(one) for one in op.inputs[1:3])
    shrunk = op.get_attr("shrink_axis_mask")
    if begin is None or end is None or shrunk.bit_count() != 1 or op.get_attr("ellipsis_mask"):
        return None
    axis = shrunk.bit_length() - 1
    masks = op.get_attr("begin_mask"), op.get_attr("end_mask")
    is_whole = all(
        at == axis or (int(begin[at]) == 0 and (masks[1] >> at & 1)) for at in range(begin.size)
    )
    return (axis, int(begin[axis])) if is_whole else None


def picked_last_axis(op: tf.Operation, scope: Scope) -> int | None:
    """The axis along which an operation takes the last element."""
    if op.type == "StridedSlice":
        found = picked(scope, op)
    elif op.type in ("GatherV2", "Gather"):
        axis = 0 if op.type == "Gather" else number(op.inputs[2])
        index = scope.constant(op.inputs[1])
        found = None if axis is None or index is None or index.ndim else (int(axis), int(index))
    else:
        return None
    if found is None:
        return None
    axis, at = found
    size = op.inputs[0].shape[axis] if op.inputs[0].shape.rank else None
    return axis if at == -1 or (size is not None and at == size - 1) else None


def packed(scope: Scope, op: tf.Operation, axis: int | None) -> tuple[tf.Tensor, ...] | None:
    """What an operation joins, along an axis."""
    if op.type == "Pack":
        return tuple(op.inputs) if axis in (None, op.get_attr("axis")) else None
    if op.type == "ConcatV2" and axis is None and len(op.inputs) > 2:
        rank = op.inputs[0].shape.rank
        is_known = number(op.inputs[-1]) in (0, 1) and rank in (2, None)
        return tuple(op.inputs)[:-1] if is_known else None
    return None
