"""How far apart two arrays are, as a few numbers."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from legacy_cnn.results.report import Figures

#: An array of floats that are wide enough to subtract in.
Floats = NDArray[np.floating[Any]]


class Incomparable(ValueError):
    """The arrays differ in their shape or type; the message says how."""


def difference(
    reference: NDArray[Any],
    candidate: NDArray[Any],
    origin: NDArray[Any] | None = None,
    ulps: bool = True,
) -> Figures:
    """Compares two arrays of one shape and type: bool, integers or floats of any size.

    Args:
      reference: the expected array.
      candidate: the array that is compared with it.
      origin: array of the same shape that both moved from; None is zero.
      ulps: whether to count units in the last place; for large arrays it takes longer than
        everything else.

    Returns:
      The difference. It is infinite if only one side is NaN or infinite, or if they are infinite
      with different signs; NaN on both sides counts as equal.

    Raises:
      Incomparable: the shapes or types differ.
    """
    if reference.shape != candidate.shape:
        raise Incomparable(f"shape {candidate.shape}, expected {reference.shape}")
    if reference.dtype != candidate.dtype:
        raise Incomparable(f"dtype {candidate.dtype}, expected {reference.dtype}")
    unequal = np.asarray(reference != candidate)
    if not unequal.any():
        return _equal(reference)
    apart = _apart(reference, candidate)
    if not np.isfinite(apart).all():
        unequal &= ~((reference != reference) & (candidate != candidate))  # NaN on both sides
        if not unequal.any():
            return _equal(reference)
        apart[~unequal] = 0  # inf - inf
        apart[np.isnan(apart)] = np.inf
    index = tuple(int(at) for at in np.unravel_index(int(apart.argmax()), apart.shape))
    moved = reference if origin is None else _float(reference) - origin
    return Figures(
        shape=reference.shape,
        dtype=str(reference.dtype),
        absolute=float(apart[index]),
        relative=_ratio(float(apart[index]), _largest(reference)),
        ulp=_ulps(reference, candidate, unequal) if ulps else None,
        norm=_ratio(_norm(apart), _norm(_finite(moved))),
        index=index,
        reference=float(reference[index]),
        candidate=float(candidate[index]),
        unequal=int(unequal.sum()),
    )


def _equal(array: NDArray[Any]) -> Figures:
    first = (0,) * array.ndim
    value = float(array[first]) if array.size else 0.0
    return Figures(array.shape, str(array.dtype), 0.0, 0.0, 0.0, 0.0, first, value, value, 0)


def _float(array: NDArray[Any]) -> Floats:
    """The array as floats that are wide enough to subtract in.

    float32 stays, as its differences are exact where they are small, which is where they matter.
    """
    return array if array.dtype in (np.float32, np.float64) else array.astype(np.float64)


def _apart(reference: NDArray[Any], candidate: NDArray[Any]) -> Floats:
    """Finite everywhere if both arrays are."""
    with np.errstate(invalid="ignore", over="ignore"):
        apart = np.asarray(_float(candidate) - _float(reference))
    return np.abs(apart, out=apart)


def _largest(array: NDArray[Any]) -> float:
    """The largest finite |element|."""
    finite = _finite(array)
    return float(max(_float(finite.max()), -_float(finite.min()))) if finite.size else 0.0


def _finite(array: NDArray[Any]) -> NDArray[Any]:
    finite = np.isfinite(array)
    return array if finite.all() else array[finite]


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else (np.inf if part else 0.0)


def _norm(array: NDArray[Any]) -> float:
    flat = array.ravel()
    with np.errstate(over="ignore"):
        norm = float(np.sqrt(np.dot(flat, flat)))
    # Squares leave the range of float32 long before the numbers do.
    return norm if 0 < norm < np.inf else float(np.linalg.norm(flat.astype(np.float64)))


def _ulps(reference: NDArray[Any], candidate: NDArray[Any], unequal: NDArray[np.bool_]) -> float:
    """The largest number of steps between representable values of elements that are not equal."""
    if reference.dtype not in (np.float32, np.float64):
        return float("inf")
    one, other = reference, candidate
    if not (np.isfinite(one).all() and np.isfinite(other).all()):
        one, other = one[unequal], other[unequal]
        if not (np.isfinite(one).all() and np.isfinite(other).all()):
            return float("inf")
    low, high = _ordered(one), _ordered(other)
    # Unsigned, as the distance of two integers may not fit into their type.
    unsigned = f"u{low.dtype.itemsize}"
    apart = np.maximum(low, high).view(unsigned) - np.minimum(low, high).view(unsigned)
    return float(apart.max())


def _ordered(values: NDArray[Any]) -> NDArray[np.signedinteger[Any]]:
    """Integers in the order of the floats, one apart for neighbours."""
    bits = values.view(f"i{values.dtype.itemsize}")
    # Negative floats count downwards from the sign bit.
    return np.where(bits < 0, np.iinfo(bits.dtype).min - bits, bits)
