"""Which of the candidate's tensors is which layer of the vocabulary."""

import numpy as np


def assign(seen, shapes, mapping, dropout):
    """Matches a pass through the candidate with the reference's layers.

    By the user's mapping, else by name, else by size and order: of several outputs of one size in
    a row the last is taken, as a bias or an activation in a layer of its own comes after. The
    dropout's output is known from its behaviour, and what comes before it too.

    Args:
      seen: list of (name, shape without the batch) in the order of computation.
      shapes: dict from each layer of the reference to its shape without the batch, in order.
      mapping: dict from layers to names, the user's.
      dropout: (layer before, layer behind, index of the dropout in `seen`), or None.

    Returns:
      Dict from layer to index in `seen`.
    """
    names = [name for name, _ in seen]
    found = {}
    for layer in shapes:
        wanted = mapping.get(layer, layer)
        if wanted in names:
            found[layer] = len(names) - 1 - names[::-1].index(wanted)
    if dropout:
        before, behind, index = dropout
        if behind in shapes and _size(seen[index][1]) == _size(shapes[behind]):
            found.setdefault(behind, index)
            if index > 0 and before not in mapping and before not in names:
                found.setdefault(before, index - 1)
    _by_size(seen, shapes, found)
    return found


def _by_size(seen, shapes, found):
    start = 0
    for layer, shape in shapes.items():
        if layer not in found:
            limit = min((at for at in found.values() if at >= start), default=len(seen))
            at = start
            while at < limit and not _fits(seen[at][1], shape):
                at += 1
            if at == limit:
                continue
            while at + 1 < limit and _fits(seen[at + 1][1], shape):
                at += 1
            found[layer] = at
        start = max(start, found[layer] + 1)


def _fits(shape, wanted):
    return shape == wanted or shape == _channels_first(wanted)


def _channels_first(shape):
    return (shape[-1], *shape[:-1]) if len(shape) == 3 else shape


def in_layout_of(array, shape):
    """`array` `(N, ...)` in the layout of a layer of `shape` (without the batch), if it can be."""
    if len(shape) == 3 and array.shape[1:] == _channels_first(shape) != shape:
        return np.moveaxis(array, 1, -1)
    if array.size == len(array) * _size(shape):
        return array.reshape(len(array), *shape)
    return array


def _size(shape):
    return int(np.prod(shape))
