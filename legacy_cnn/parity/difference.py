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
    ulp: float
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


def difference(reference, candidate, origin=None):
    """Compares two arrays of one shape.

    Args:
      reference, candidate: arrays of numbers, bool or float of any size.
      origin: array of the same shape that both moved from; None is zero.

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
    if not reference.size:
        return Figures(reference.shape, str(reference.dtype), 0, 0, 0, 0, (), 0, 0, 0)
    unequal = np.asarray(reference != candidate)
    unequal &= ~((reference != reference) & (candidate != candidate))  # NaN on both sides
    if not unequal.any():
        return _same(reference)
    with np.errstate(invalid="ignore", over="ignore"):
        apart = np.asarray(np.abs(candidate.astype(np.float64) - reference.astype(np.float64)))
    apart[~unequal] = 0  # inf - inf
    apart[np.isnan(apart)] = np.inf
    flat = int(apart.argmax())
    index = tuple(int(each) for each in np.unravel_index(flat, apart.shape))
    moved = reference if origin is None else reference.astype(np.float64) - origin
    finite = np.abs(reference[np.isfinite(reference)])
    largest = float(finite.max()) if finite.size else 0.0
    return Figures(
        shape=reference.shape,
        dtype=str(reference.dtype),
        absolute=float(apart.max()),
        relative=_ratio(float(apart.max()), largest),
        ulp=_ulps(reference, candidate, unequal),
        norm=_ratio(_norm(apart), _norm(moved)),
        index=index,
        reference=float(reference[index]),
        candidate=float(candidate[index]),
        unequal=int(unequal.sum()),
    )


def _same(array):
    first = (0,) * array.ndim
    value = float(array[first])
    return Figures(array.shape, str(array.dtype), 0, 0, 0, 0, first, value, value, 0)


def _ratio(part, whole):
    return part / whole if whole else (np.inf if part else 0.0)


def _norm(array):
    return float(np.linalg.norm(array.astype(np.float64).ravel()))


def _ulps(reference, candidate, unequal):
    """The largest number of representable values between two elements that are not equal."""
    if reference.dtype not in (np.float16, np.float32, np.float64):
        return float("inf")
    one, other = reference[unequal], candidate[unequal]
    if not (np.isfinite(one).all() and np.isfinite(other).all()):
        return float("inf")
    return float(np.abs(_ordered(one) - _ordered(other)).max())


def _ordered(values):
    """Integers in the order of the floats, one apart for neighbours; float64 holds them."""
    kind = f"i{values.dtype.itemsize}"
    bits = values.view(kind).astype(np.float64)
    # Negative floats count downwards from the sign bit.
    return np.where(bits < 0, float(np.iinfo(kind).min) - bits, bits)
