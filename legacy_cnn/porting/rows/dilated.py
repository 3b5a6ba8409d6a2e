"""Convolutions with holes, for which TensorFlow 1 makes batches of a part of the pixels each."""

from typing import NamedTuple

import tensorflow.compat.v1 as tf

from legacy_cnn.parity.finding.paths import source
from legacy_cnn.porting.calls import one_or_all
from legacy_cnn.porting.constants import value_of


class Dilated(NamedTuple):
    """`SpaceToBatchND`, a convolution, `BatchToSpaceND`."""

    entering: tf.Tensor
    before: tf.Operation
    after: tf.Operation
    rate: int | tuple[int, ...]
    padding: str


def dilated(op: tf.Operation) -> Dilated | None:
    """What is around a convolution; None for one without holes."""
    before = source(op.inputs[0])
    after = next((one for one in op.outputs[0].consumers() if one.type == "BatchToSpaceND"), None)
    if before.type != "SpaceToBatchND" or after is None:
        return None
    rates, paddings = value_of(before.inputs[1]), value_of(before.inputs[2])
    if rates is None or paddings is None:
        return None
    rate = one_or_all([int(rate) for rate in rates])
    # What is added after the pixels fills the last batches; "same" adds before them, too.
    padding = "same" if paddings[:, 0].any() else "valid"
    return Dilated(before.inputs[0], before, after, rate, padding)
