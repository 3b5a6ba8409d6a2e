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
    ratios = [
        np.median(own) / np.median(other) for own, other in zip(rounds, baseline, strict=True)
    ]
    low, ratio, high = np.quantile(ratios, [0.25, 0.5, 0.75])
    median = float(np.median(steps))
    return {
        "median": median,
        "minimum": float(steps.min()),
        "rate": images / median,
        "ratio": float(ratio),
        "low": float(low),
        "high": float(high),
    }


def summaries(measured, baseline, images):
    """The figures of all contenders of a race, with the rest of what was measured."""
    expected = measured[baseline]["seconds"]
    return {
        name: {**each, **summary(each["seconds"], expected, images)}
        for name, each in measured.items()
    }
