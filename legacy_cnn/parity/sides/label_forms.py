"""Forms in which a port's loss may take the labels of the reference."""

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from legacy_cnn.parity.arrays import Array
from legacy_cnn.parity.packing import Piece, unpack

#: From labels as the reference takes them to those of a port.
Form = Callable[[Array], Any]

#: What ports mark with that a label does not count, as Keras' `ignore_class` does.
IGNORED = -1


def label_forms(
    labels: Array, parts: Sequence[Piece] = (), classes: int | None = None
) -> list[Form]:
    """Forms of labels, the reference's own first.

    Args:
      labels: of a batch.
      parts: the arrays that these hold, if they are several.
      classes: how many there are, if that is known.
    """
    if parts:
        return _of_several(parts)
    forms: list[Form] = [lambda given: given]
    if labels.ndim == 2 and labels.shape[1] > 1:
        forms += [lambda given: given.argmax(1), lambda given: given.argmax(1)[:, None]]
    elif labels.dtype.kind in "iu":
        count = max(classes or 10, int(labels.max()) + 1)
        forms += [lambda given: np.eye(count, dtype=np.float32)[given]]
    if labels.ndim == 1:
        forms.append(lambda given: given[:, None])
    return forms


def _of_several(parts: Sequence[Piece]) -> list[Form]:
    """All arrays; then one of them, as it is or with what another one masks."""
    forms: list[Form] = [lambda given: unpack(given, parts)]
    for at in sorted(range(len(parts)), key=lambda at: -len(parts[at].shape)):
        forms.append(functools.partial(_one, parts, at))
        for other, piece in enumerate(parts):
            if other != at and parts[at].shape and piece.shape in ((), parts[at].shape):
                forms.append(functools.partial(_masked, parts, at, other))
    return forms


def _one(parts: Sequence[Piece], at: int, given: Array) -> Array:
    return unpack(given, parts)[at]


def _masked(parts: Sequence[Piece], at: int, other: int, given: Array) -> Array:
    """Labels that are ignored past a length, or where another array is 0."""
    arrays = unpack(given, parts)
    value, by = arrays[at], arrays[other]
    places = np.arange(value.shape[1]).reshape(1, -1, *(1,) * (value.ndim - 2))
    counts = places < by.reshape(-1, *(1,) * (value.ndim - 1)) if by.ndim == 1 else by != 0
    return np.where(counts, value, np.asarray(IGNORED, value.dtype))
