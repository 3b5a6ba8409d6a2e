"""Where an operation on images has height and width among its sizes."""

from collections.abc import Sequence
from typing import TypeVar

import tensorflow.compat.v1 as tf

Size = TypeVar("Size")


def is_channels_first(op: tf.Operation) -> bool:
    """Whether channels come before height and width."""
    return bool(op.node_def.attr["data_format"].s.startswith(b"NC"))


def inner(op: tf.Operation, sizes: Sequence[Size]) -> list[Size]:
    """Sizes, strides or dilations without those of batch and channels."""
    return list(sizes[2:] if is_channels_first(op) else sizes[1:-1])
