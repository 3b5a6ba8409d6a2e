"""Compares two arrays: figures, and a verdict by a tolerance."""

import dataclasses
from collections.abc import Callable

import numpy as np

from legacy_cnn.parity.arrays import Array
from legacy_cnn.parity.difference import Incomparable, difference
from legacy_cnn.parity.rounding import measured_ratio
from legacy_cnn.results.report import DIFFERENT, NOT_COMPARED, SAME, Finding, Tolerance

#: Why two arrays that are the same are no evidence.
NOTHING_FINITE = "every element is infinite or NaN in both programs, which tells nothing"


def compared(
    tolerance: Tolerance,
    reference: Array,
    candidate: Array,
    origin: Array | None,
    noise: Callable[[int], Array] | None,
    own_noise: Callable[[int], Array] | None,
) -> Finding:
    """A finding without a name.

    Args:
      tolerance: what is allowed.
      reference, candidate: the expected array, and the other.
      origin, noise, own_noise: as for `Ground.compare`.
    """
    arrays = reference, candidate, origin
    try:
        figures = difference(*arrays, ulps=tolerance.ulp > 0)
    except Incomparable as error:
        return Finding("", DIFFERENT, note=str(error))
    if figures.equal and _tells_nothing(reference):
        return Finding("", NOT_COMPARED, note=NOTHING_FINITE)
    if noise is not None and not figures.equal:
        times, unknown = measured_ratio(reference, candidate, noise, own_noise)
        figures = dataclasses.replace(figures, ratio=times)
        if unknown and tolerance.allows(figures):
            note = f"{unknown:,} elements differ where rounding makes them infinite or NaN"
            return Finding("", NOT_COMPARED, note=note)
    if tolerance.allows(figures):
        return Finding("", SAME, figures=figures)
    whole = dataclasses.replace(difference(*arrays), ratio=figures.ratio)
    return Finding("", DIFFERENT, figures=whole)


def _tells_nothing(array: Array) -> bool:
    """Whether an array has elements, and none that is finite: any fault ends in such ones."""
    return array.size > 0 and array.dtype.kind in "fc" and not np.isfinite(array).any()
