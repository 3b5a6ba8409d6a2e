"""The size of what a transposed convolution gives, where its input's size does not say it."""

import tensorflow.compat.v1 as tf

from legacy_cnn.porting.calls import one_or_all
from legacy_cnn.porting.pixels import inner


def output_padding(op: tf.Operation) -> int | tuple[int, ...] | None:
    """What Keras is told of the size; None where it is the size that Keras takes by itself.

    A script gives the size in full. Several sizes come down to one by strides, 7 and 8 to 4: Keras
    takes the largest, and any other one by `output_padding`.
    """
    sizes = zip(_inner(op, op.inputs[2]), _inner(op, op.outputs[0]), strict=True)
    strides, dilations = (inner(op, op.get_attr(name)) for name in ("strides", "dilations"))
    is_same = op.get_attr("padding") == b"SAME"
    kernel, found, is_other = op.inputs[1].shape.as_list()[:2], [], False
    for (before, after), stride, rate, size in zip(sizes, strides, dilations, kernel, strict=True):
        if before is None or after is None:
            return None
        reach = rate * (size - 1) + 1
        default = before * stride + (0 if is_same else max(reach - stride, 0))
        is_other |= after != default
        found.append(after - ((before - 1) * stride + reach - (2 * (reach // 2) if is_same else 0)))
    return one_or_all(found) if is_other and min(found) >= 0 else None


def _inner(op: tf.Operation, tensor: tf.Tensor) -> list[int | None]:
    """Height and width."""
    if tensor.shape.rank is None:
        return [None, None]
    return inner(op, tensor.shape.as_list())
