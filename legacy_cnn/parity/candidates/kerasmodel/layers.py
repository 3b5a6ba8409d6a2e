"""Finds which tensor of the candidate is which layer of the vocabulary."""

from collections.abc import Mapping, Sequence

import numpy as np

from legacy_cnn.parity.arrays import Array
from legacy_cnn.weights.matching import Shape


def assign(
    calls: Sequence[tuple[str, Shape]],
    shapes: Mapping[str, Shape],
    mapping: Mapping[str, str],
    dropout: tuple[str | None, str | None, int] | None,
) -> dict[str, int]:
    """Matches a pass through the candidate with the reference's layers.

    A layer is matched by the user's mapping, else by name, else by size and order. Of several
    outputs of one size in a row the last is taken, because a bias or an activation in a separate
    layer comes after. The output of dropout, and the layer before it, are known from the behaviour.

    Args:
      calls: (name, shape without the batch) in the order of computation.
      shapes: dict from each layer of the reference to its shape without the batch, in order.
      mapping: dict from layers to names of the candidate.
      dropout: the layers before and after dropout, and the index of dropout in `calls`; or None.

    Returns:
      Dict from layer to index in `calls`.
    """
    names = [name for name, _ in calls]
    assigned = {}
    for layer in shapes:
        name = mapping.get(layer, layer)
        if name in names:
            assigned[layer] = len(names) - 1 - names[::-1].index(name)
    if dropout:
        before, after, index = dropout
        if after and after in shapes and _size(calls[index][1]) == _size(shapes[after]):
            assigned.setdefault(after, index)
            if before and index > 0 and before not in mapping and before not in names:
                assigned.setdefault(before, index - 1)
    _assign_by_size(calls, shapes, assigned)
    return assigned


def in_layout_of(array: Array, shape: Shape) -> Array:
    """Brings `array` `(N, ...)` into the layout of a layer of `shape`, if that is possible."""
    if len(shape) == 3 and array.shape[1:] == _channels_first(shape) != shape:
        return np.moveaxis(array, 1, -1)
    if array.size == len(array) * _size(shape):
        return array.reshape(len(array), *shape)
    return array


def _assign_by_size(
    calls: Sequence[tuple[str, Shape]], shapes: Mapping[str, Shape], assigned: dict[str, int]
) -> None:
    """Adds the layers that are not assigned yet, between those that are."""
    start = 0
    for layer, shape in shapes.items():
        if layer not in assigned:
            limit = min((at for at in assigned.values() if at >= start), default=len(calls))
            at = start
            while at < limit and not _fits(calls[at][1], shape):
                at += 1
            if at == limit:
                continue
            while at + 1 < limit and _fits(calls[at + 1][1], shape):
                at += 1
            assigned[layer] = at
        start = max(start, assigned[layer] + 1)


def _fits(shape: Shape, expected: Shape) -> bool:
    return shape == expected or shape == _channels_first(expected)


def _channels_first(shape: Shape) -> Shape:
    return (shape[-1], *shape[:-1]) if len(shape) == 3 else shape


def _size(shape: Shape) -> int:
    return int(np.prod(shape))
