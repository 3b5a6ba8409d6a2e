"""Times of steps, and their ratios to those of the same round."""

from collections.abc import Sequence

import numpy as np

#: Seconds of each step, a list for each round.
Seconds = Sequence[Sequence[float]]


def timing(rounds: Seconds, baseline: Seconds, images: int) -> dict[str, float]:
    """The figures of one worker, as `results.benchmark.Timing` names them.

    Args:
      rounds: the seconds of its steps.
      baseline: those of the worker that all are compared with, of the same rounds.
      images: number of images in a step.
    """
    steps = np.concatenate(rounds)
    low, ratio, high = ratio_quartiles(rounds, baseline)
    median = float(np.median(steps))
    return {
        "median": median,
        "minimum": float(steps.min()),
        "rate": images / median,
        "ratio": ratio,
        "low": low,
        "high": high,
    }


def ratio_quartiles(rounds: Seconds, baseline: Seconds) -> tuple[float, float, float]:
    """How many times as long a step takes as the baseline's: quartiles over the rounds.

    Args:
      rounds: seconds of the steps.
      baseline: those of the steps they are compared with, of the same rounds.

    Returns:
      Lower quartile, median and upper quartile of the ratio of the medians of a round.
    """
    ratios = [
        np.median(steps) / np.median(others) for steps, others in zip(rounds, baseline, strict=True)
    ]
    low, median, high = np.quantile(ratios, [0.25, 0.5, 0.75])
    return float(low), float(median), float(high)
