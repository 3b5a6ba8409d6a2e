"""How far two arrays are apart, reduced to figures."""

import dataclasses

import numpy as np


@dataclasses.dataclass(frozen=True)
class Figures:
    """What a pair of arrays is reduced to; the arrays themselves are not kept.

    `absolute` is the largest difference of two elements, in the array's unit; `relative` is that
    divided by the largest |reference| of the array; `ulp` is the largest distance counted in
    representable numbers of the reference's type; `norm` is the Euclidean norm of the difference
    divided by that of the reference (of its movement, where the array moved from somewhere).
    """

    shape: tuple
    dtype: str
    absolute: float
    relative: float
    ulp: float | None  # None where nobody asked
    norm: float
    index: tuple  # of the element that differs most
    reference: float  # its value there
    candidate: float
    unequal: int  # elements that are not equal

    @property
    def equal(self):
        return self.unequal == 0


class Incomparable(ValueError):
    """The arrays differ before any value is looked at; says how."""


def difference(reference, candidate, origin=None, ulps=True):
    """Compares two arrays of one shape.

    Args:
      reference, candidate: arrays of numbers, bool or float of any size.
      origin: array of the same shape that both moved from; None is zero.
      ulps: whether to count those; of large arrays it takes longer than the rest.

    Returns:
      `Figures`. Where one side alone is NaN or infinite, or the two are infinite with other
      signs, the difference is infinite; NaN on both sides counts as equal.

    Raises:
      Incomparable: shapes or types differ.
    """
    if reference.shape != candidate.shape:
        raise Incomparable(f"shape {candidate.shape}, expected {reference.shape}")
    if reference.dtype != candidate.dtype:
        raise Incomparable(f"dtype {candidate.dtype}, expected {reference.dtype}")
    if np.array_equal(reference, candidate):
        return _same(reference)
    unequal = np.asarray(reference != candidate)
    unequal &= ~((reference != reference) & (candidate != candidate))  # NaN on both sides
    if not unequal.any():
        return _same(reference)
    apart = _apart(reference, candidate, unequal)
    index = tuple(int(each) for each in np.unravel_index(int(apart.argmax()), apart.shape))
    moved = reference if origin is None else _float(reference) - origin
    finite = reference if np.isfinite(reference).all() else reference[np.isfinite(reference)]
    largest = float(np.abs(finite).max()) if finite.size else 0.0
    return Figures(
        shape=reference.shape,
        dtype=str(reference.dtype),
        absolute=float(apart.max()),
        relative=_ratio(float(apart.max()), largest),
        ulp=_ulps(reference, candidate, unequal) if ulps else None,
        norm=_ratio(_norm(apart), _norm_of_finite(moved)),
        index=index,
        reference=float(reference[index]),
        candidate=float(candidate[index]),
        unequal=int(unequal.sum()),
    )


def _float(array):
    """As floats wide enough to subtract in; float32 stays, as its differences are exact where
    they are small, which is where they matter."""
    return array if array.dtype in (np.float32, np.float64) else array.astype(np.float64)


def _apart(reference, candidate, unequal):
    with np.errstate(invalid="ignore", over="ignore"):
        apart = np.asarray(np.abs(_float(candidate) - _float(reference)))
    apart[~unequal] = 0  # inf - inf
    apart[np.isnan(apart)] = np.inf
    return apart


def _same(array):
    first = (0,) * array.ndim
    value = float(array[first]) if array.size else 0.0
    return Figures(array.shape, str(array.dtype), 0, 0, 0, 0, first, value, value, 0)


def _ratio(part, whole):
    return part / whole if whole else (np.inf if part else 0.0)


def _norm(array):
    flat = array.ravel()
    with np.errstate(over="ignore"):
        norm = float(np.sqrt(np.dot(flat, flat)))
    # Squares leave the range of float32 long before the numbers do.
    return norm if 0 < norm < np.inf else float(np.linalg.norm(flat.astype(np.float64)))


def _norm_of_finite(array):
    return _norm(array if np.isfinite(array).all() else array[np.isfinite(array)])


def _ulps(reference, candidate, unequal):
    """The largest number of representable values between two elements that are not equal."""
    if reference.dtype not in (np.float32, np.float64):
        return float("inf")
    one, other = (each[unequal] for each in (reference, candidate))
    if not (np.isfinite(one).all() and np.isfinite(other).all()):
        return float("inf")
    one, other = _ordered(one), _ordered(other)
    # Unsigned, as the distance of two integers may not fit into their type.
    unsigned = f"u{one.dtype.itemsize}"
    apart = np.maximum(one, other).view(unsigned) - np.minimum(one, other).view(unsigned)
    return float(apart.max())


def _ordered(values):
    """Integers in the order of the floats, one apart for neighbours."""
    bits = values.view(f"i{values.dtype.itemsize}")
    # Negative floats count downwards from the sign bit.
    return np.where(bits < 0, np.iinfo(bits.dtype).min - bits, bits)
