"""Which tensor of one graph is which of another: matched by value.

Names and layers play no part. Two tensors are partners if they have the same number of elements and
nearly the same values, in the same or in another order of axes. Values must be generic: random
weights and images.
"""

import itertools
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np

from legacy_cnn.parity.arrays import Array

#: Two tensors this far apart, in the norm of their difference divided by that of the reference, are
#: the same one with a mistake in it; further apart, they are two tensors.
NEAR = 0.02

#: Tensors with fewer elements match many others by chance.
ENOUGH = 4

#: Share of finite elements in a tensor that is still the counterpart of a finite one.
MOSTLY = 0.9

#: Above so many axes, other orders of them are not tried.
AXES = 5


class Partner(NamedTuple):
    """The counterpart of a tensor."""

    name: str
    value: Array  #: in the shape and the order of axes of the reference
    distance: float  #: norm of the difference, divided by the norm of the reference


class Candidates:
    """Tensors to look for partners in, by their size."""

    def __init__(self, tensors: Mapping[str, Array]) -> None:
        self._tensors = tensors
        self._by_size: dict[int, list[tuple[str, Array, float]]] = {}
        for name, value in tensors.items():
            if value.dtype.kind == "f":
                entry = name, value, _norm(value)
                self._by_size.setdefault(value.size, []).append(entry)

    def nearest(self, value: Array, within: float = NEAR) -> Partner | None:
        """The tensor whose values are nearest to some, if any is near."""
        best: Partner | None = None
        norm = _norm(value)
        for name, other, other_norm in self._by_size.get(value.size, ()):
            # In another order of axes, the norm is the same.
            if abs(other_norm - norm) > within * norm and within < 1:
                continue
            for arranged in arrangements(other, value.shape):
                distance = _distance(value, arranged, norm)
                if distance <= within and (best is None or distance < best.distance):
                    best = Partner(name, arranged, distance)
        return best

    def nearest_part(self, value: Array) -> Partner | None:
        """The tensor of which some values are a part of the rows, as those of one of several
        towers are."""
        rows = len(value) if value.ndim else 0
        alike = {
            name: other
            for name, other in self._tensors.items()
            if rows and other.ndim == value.ndim and other.shape[1:] == value.shape[1:]
            if other.dtype == value.dtype and len(other) > rows and len(other) % rows == 0
        }
        for name, other in alike.items():
            for at in range(0, len(other), rows):
                part = Candidates({name: other[at : at + rows]}).nearest(value)
                if part is not None:
                    return part
        return None

    def of_size(self, size: int) -> list[str]:
        """The names of the tensors with so many elements."""
        return [name for name, *_ in self._by_size.get(size, ())]

    def value(self, name: str) -> Array:
        """The tensor of that name."""
        return self._tensors[name]


def is_near(one: Array, other: Array, within: float) -> bool:
    """Whether two arrays are this near, relative to the first one's norm; if both are finite."""
    if one.size != other.size:
        return False
    with np.errstate(invalid="ignore"):  # infinity less infinity
        apart = np.linalg.norm(one.ravel() - other.ravel())
    return bool(np.isfinite(apart) and apart <= within * np.linalg.norm(one))


def arrangements(value: Array, shape: tuple[int, ...]) -> Iterable[Array]:
    """The array in a shape of the same size: as it lies, and with its axes in other orders."""
    yield value.reshape(shape)
    sizes = tuple(size for size in value.shape if size != 1)
    wanted = tuple(size for size in shape if size != 1)
    if 2 <= len(sizes) <= AXES and sorted(sizes) == sorted(wanted):
        squeezed = value.reshape(sizes)
        for order in itertools.permutations(range(len(sizes))):
            if order != tuple(range(len(sizes))):
                moved = squeezed.transpose(order)
                if moved.shape == wanted:
                    yield moved.reshape(shape)


def _norm(value: Array) -> float:
    flat = value.ravel()
    with np.errstate(over="ignore", invalid="ignore"):
        norm = float(np.sqrt(np.dot(flat, flat)))
        # Squares leave the range of float32 long before the numbers do.
        return norm if np.isfinite(norm) else float(np.linalg.norm(flat.astype(np.float64)))


def _distance(one: Array, other: Array, norm: float) -> float:
    with np.errstate(over="ignore", invalid="ignore"):
        apart = _norm(other - one)
    if norm and np.isfinite(norm) and not np.isfinite(apart):
        return _of_finite(one, other, norm)
    if not np.isfinite(apart) or not norm:
        return 0.0 if np.array_equal(one, other, equal_nan=True) else np.inf
    return apart / norm


def _of_finite(one: Array, other: Array, norm: float) -> float:
    """The distance of what is finite, if that is nearly all: it is the same tensor, with a NaN."""
    finite = np.isfinite(other)
    if finite.mean() < MOSTLY:
        return np.inf
    return _norm(np.where(finite, other - one, 0)) / norm
