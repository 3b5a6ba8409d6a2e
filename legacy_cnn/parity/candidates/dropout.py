"""How dropout is recognised by its input and output, and its mask read."""

import numpy as np

from legacy_cnn.parity.arrays import Array
from legacy_cnn.parity.candidates.candidate import Mask


def mask_of(before: Array, after: Array) -> Mask:
    """Reads the mask of a dropout from its input and its output, which have one shape.

    A unit that is 0 before stays 0, kept or dropped. It counts as kept, which changes nothing.
    """
    alive = before != 0
    return Mask(kept=(after != 0) | ~alive, alive=alive)


def is_dropout(before: Array, after: Array) -> bool:
    """Returns whether some elements are set to 0, and all others multiplied by one factor."""
    if before.shape != after.shape:
        return False
    kept = (before != 0) & (after != 0)
    factors = after[kept] / before[kept]
    return bool(np.allclose(factors, np.median(factors), rtol=1e-5)) if factors.size else True
