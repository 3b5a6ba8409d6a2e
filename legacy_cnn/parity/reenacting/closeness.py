"""Whether a mistake, made in the reference, explains what the candidate computes."""

from collections.abc import Callable

import numpy as np

from legacy_cnn.parity.arrays import Array
from legacy_cnn.parity.rounding import BOUND, MORE, MOST, ratio

#: A ratio that more runs with nudged inputs do not bring below the bound.
FAR = 50 * BOUND

#: A mistake must bring the reference nearer to the candidate by this factor at least.
NEARER = 0.25


def apart(mended: Array, candidate: Array, noise: Callable[[int], Array]) -> float:
    """The largest difference of an element, as a multiple of its noise.

    Args:
      mended: what the reference computes with the mistake.
      candidate: what the candidate computes.
      noise: returns what rounding does to each element, measured in so many runs at least.

    Returns:
      Infinity if shapes or types differ.
    """
    mended, candidate = np.asarray(mended), np.asarray(candidate)
    if mended.shape != candidate.shape or mended.dtype != candidate.dtype:
        return np.inf
    if mended.dtype.kind != "f":
        return 0.0 if np.array_equal(mended, candidate) else np.inf
    times = ratio(mended, candidate)
    for runs in (0, MORE, MOST):
        if times > BOUND:
            times = ratio(mended, candidate, noise(runs))
        if times > FAR:
            break
    return times
