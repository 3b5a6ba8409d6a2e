"""How far runs that differ by their seed alone are apart, and where another one lies."""

import numpy as np


def spread(values):
    """Of one figure over seeds.

    Args:
      values: floats, one for each seed.

    Returns:
      Dict of "mean", "deviation" (the sample's standard deviation; None for one value), "least"
      and "most".
    """
    return {
        "mean": float(np.mean(values)),
        "deviation": float(np.std(values, ddof=1)) if len(values) > 1 else None,
        "least": float(min(values)),
        "most": float(max(values)),
    }


def place(value, values):
    """Where a run of somebody else lies among ours.

    Args:
      value: its figure.
      values: ours, one for each seed.

    Returns:
      Dict of the "value"; how many of ours are "below" it; whether it is "within" their range;
      and "deviations", how many standard deviations it is above the mean (None for one value).
    """
    own = spread(values)
    deviation = own["deviation"]
    return {
        "value": value,
        "below": sum(each < value for each in values),
        "of": len(values),
        "within": own["least"] <= value <= own["most"],
        "deviations": (value - own["mean"]) / deviation if deviation else None,
    }
