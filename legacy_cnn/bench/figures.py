"""From seconds to the figures of a table."""

import numpy as np


def summary(rounds, baseline, images):
    """The figures of one contender.

    Args:
      rounds: seconds of each step, a list for each round.
      baseline: those of the contender that all are compared with, of the same rounds.
      images: that a step takes.

    Returns:
      Dict: "median" and "minimum", seconds of a step; "rate", images a second at the median;
      "ratio", the median over rounds of how many times the baseline's median of that round it
      takes; "low" and "high", that ratio's quartiles over rounds.
    """
    steps = np.concatenate(rounds)
    low, ratio, high = times(rounds, baseline)
    median = float(np.median(steps))
    return {
        "median": median,
        "minimum": float(steps.min()),
        "rate": images / median,
        "ratio": float(ratio),
        "low": float(low),
        "high": float(high),
    }


def times(rounds, baseline):
    """Lower quartile, median and upper quartile over rounds of how many times as long a step takes
    as the baseline's of the same round; both are seconds of each step, a list for each round."""
    ratios = [
        np.median(own) / np.median(other) for own, other in zip(rounds, baseline, strict=True)
    ]
    return np.quantile(ratios, [0.25, 0.5, 0.75])


def summaries(measured, baseline, images):
    """The figures of all contenders of a race, with the rest of what was measured."""
    expected = measured[baseline]["seconds"]
    return {
        name: {**each, **summary(each["seconds"], expected, images)}
        for name, each in measured.items()
    }
