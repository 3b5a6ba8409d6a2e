"""The output of each sequence's last step, which a graph picks by its number."""

from typing import NamedTuple

import tensorflow.compat.v1 as tf

from legacy_cnn.porting.recurrence.values import number, plain

_SUMS = ("Add", "AddV2")


class Picked(NamedTuple):
    """`outputs[range(batch), lengths - 1]`."""

    outputs: tf.Tensor  #: batch first
    lengths: tf.Tensor


def picked(tensor: tf.Tensor) -> Picked | None:
    """What a tensor has the last steps of; None for another."""
    op = tensor.op
    if op.type in ("Gather", "GatherV2"):
        return _of_rows(op)
    if op.type != "GatherNd":
        return None
    places = plain(op.inputs[1]).op
    if places.type != "Pack" or len(places.inputs) != 2 or places.get_attr("axis") not in (1, -1):
        return None
    lengths = _before_one(places.inputs[1])
    is_of_all = plain(places.inputs[0]).op.type == "Range" and lengths is not None
    return Picked(plain(op.inputs[0]), lengths) if is_of_all and lengths is not None else None


def _of_rows(op: tf.Operation) -> Picked | None:
    """`tf.gather(tf.reshape(outputs, [-1, units]), tf.range(batch) * steps + lengths - 1)`."""
    rows, place = plain(op.inputs[0]).op, plain(op.inputs[1]).op
    if rows.type != "Reshape" or rows.outputs[0].shape.rank != 2 or place.type not in _SUMS:
        return None
    outputs = plain(rows.inputs[0])
    for first, second in (place.inputs, reversed(place.inputs)):
        lengths = _before_one(second)
        if lengths is not None and outputs.shape.rank == 3 and _counts(first, outputs.shape[1]):
            return Picked(outputs, lengths)
    return None


def _counts(tensor: tf.Tensor, steps: int | None) -> bool:
    """Whether a tensor is where each sequence begins."""
    op = plain(tensor).op
    if op.type != "Mul" or steps is None:
        return False
    kinds = {plain(one).op.type for one in op.inputs}
    return "Range" in kinds and any(number(one) == steps for one in op.inputs)


def _before_one(tensor: tf.Tensor) -> tf.Tensor | None:
    """What 1 is taken from."""
    op = plain(tensor).op
    taken = {"Sub": 1, "Add": -1, "AddV2": -1}.get(op.type)
    return plain(op.inputs[0]) if taken and number(op.inputs[1]) == taken else None
