"""Whether everything that a reference needs is fed, with values that its placeholders take."""

import math
from typing import Any

import numpy as np
import tensorflow.compat.v1 as tf

from legacy_cnn.errors import ParityError
from legacy_cnn.parity.arrays import Array
from legacy_cnn.parity.sides.graph_side import GraphSide
from legacy_cnn.parity.updates import closure


def check(reference: GraphSide, data: tuple[Array, Array] | None) -> None:
    """Checks the placeholders of a reference.

    Args:
      reference: the graph, with its names.
      data: images and labels that it is to be fed, if the user gives them.

    Raises:
      ParityError: one is not fed, or its values do not fit.
    """
    for name, pair in reference.names.feeds.items():
        for value in pair:
            _check_value(reference, name, value)
    fed = {reference.tensor(name).op.name for name in _fed(reference)}
    for op in _needed(reference):
        if op.type == "Placeholder" and op.name not in fed:
            raise ParityError(
                f"{reference.name} needs its placeholder {op.name} "
                f"({_described(op.outputs[0])}), but has no value for it. Name it as images, "
                f"labels or keep_prob, or give one in training and one otherwise in feeds: "
                f'{{"{op.name}": [..., ...]}}.',
                "feeds",
            )
    if data is not None:
        _check_data(reference, data)


def _fed(reference: GraphSide) -> list[str]:
    names = reference.names
    fed = [tensor.name for tensor in (*reference.inputs, *reference.targets)]
    return [*fed, *filter(None, [names.keep_prob]), *names.feeds]


def _needed(reference: GraphSide) -> list[tf.Operation]:
    """What computes layers, loss and update."""
    ends = [tensor.op for tensor in reference.layers.values()]
    if reference.loss is not None:
        ends.append(reference.loss.op)
    return closure([*ends, *reference.stages])


def _check_value(reference: GraphSide, name: str, value: Any) -> None:
    tensor = reference.tensor(name)
    try:
        array = np.asarray(value, tensor.dtype.as_numpy_dtype)
    except (TypeError, ValueError, OverflowError):
        array = None
    if array is None or not tensor.shape.is_compatible_with(array.shape):
        raise ParityError(
            f"{reference.name} cannot be fed {value!r} as {name}, which takes "
            f"{_described(tensor)}: correct it in feeds.",
            "feeds",
        )


def _check_data(reference: GraphSide, data: tuple[Array, Array]) -> None:
    images, labels = data
    reference.feeds.shaped(images)
    pieces, _ = reference.feeds.pieces()
    numbers = math.prod(images.shape[1:])
    if pieces and numbers != sum(piece.size for piece in pieces):
        taken = ", ".join(f"{piece.name} {piece.shape}" for piece in pieces)
        raise ParityError(
            f"{reference.name} takes {len(pieces)} inputs ({taken}), but the images in data have "
            f"{numbers:,} numbers for each example. Give a list with an array for each input, and "
            f'"labels" in feeds for one that takes labels.',
            "data",
        )
    if len(reference.targets) != 1:
        return
    tensor = reference.targets[0]
    shape = np.shape(reference.feeds.labelled(labels))
    if tensor.shape.rank is not None and not tensor.shape[1:].is_compatible_with(shape[1:]):
        raise ParityError(
            f"{reference.name} takes labels of {_described(tensor)}, but those in data have the "
            f"shape {shape}.",
            "data",
        )


def _described(tensor: tf.Tensor) -> str:
    """Type and shape, in words."""
    shape = tensor.shape
    if shape.rank is None:
        return f"{tensor.dtype.name} of any shape"
    return f"{tensor.dtype.name} of shape {tuple(shape.as_list())}"
