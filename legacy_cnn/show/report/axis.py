"""The logarithmic axis of differences, which has a place for zero and for infinity."""

import math

#: Powers of ten at the ends of the axis: a unit in the last place of float32, and all of a value.
LOWEST, HIGHEST = -9, 1


def axis_place(value: float) -> float:
    """Returns the place of a difference on the axis, 0.0-1.0.

    Zero is at the low end; infinity and NaN are at the high end.
    """
    if math.isnan(value) or value == math.inf:
        return 1.0
    if value <= 0:
        return 0.0
    share = (math.log10(value) - LOWEST) / (HIGHEST - LOWEST)
    return min(max(share, 0.02), 0.98)  # so that it is not mistaken for zero or infinity
