"""Whether two samples come from one distribution, and what a sample looks like, in words.

Each test holds for any number of values: bounds instead of limits for many.
"""

import math

import numpy as np
from numpy.typing import NDArray

from legacy_cnn.parity.arrays import Array

#: Of a whole comparison: the probability of calling equal initializers different.
FALSE_ALARM = 1e-6

#: Larger samples are thinned out: they find nothing that these do not. Fewer are sorted: the shapes
#: of distributions differ by more than their means and spreads.
MOST, SORTED = 1_000_000, 200_000

#: Tests of two samples; the false alarms are shared by them.
TESTS = 5

#: With fewer values, a variance is not compared: its own distribution is too skewed.
ENOUGH = 30

#: With fewer values, the shape of a distribution cannot be told.
SHAPELY = 200

Sample = NDArray[np.float64]


def differs(one: Array, other: Array, rate: float) -> bool:
    """Whether two samples come from different distributions.

    Args:
      one: of the reference, the larger one; any shape.
      other: of the candidate.
      rate: of false alarms, for all tests together.
    """
    one, other = sample_of(one), sample_of(other)
    rate /= TESTS
    return (
        _differs_anywhere(one, other, rate)
        or _differs_in_mean(one, other, rate)
        or _differs_in_spread(one, other, rate)
        or _reaches_further(one, other, rate)
        or _reaches_further(other, one, rate)
    )


def sample_of(values: Array) -> Sample:
    """The values as one row, thinned out if they are very many."""
    return thinned(np.asarray(values).ravel(), MOST).astype(np.float64)


def thinned(values: Array, most: int) -> Array:
    """So many of the values at most, evenly spread."""
    return values[:: max(1, math.ceil(values.size / most))]


def _differs_anywhere(one: Sample, other: Sample, rate: float) -> bool:
    """Kolmogorov and Smirnov's test, by the bound of Dvoretzky, Kiefer, Wolfowitz and Massart."""
    one, other = (np.sort(thinned(each, SORTED)) for each in (one, other))
    both = np.concatenate([one, other])
    shares = [np.searchsorted(each, both, side="right") / each.size for each in (one, other)]
    effective = one.size * other.size / (one.size + other.size)
    distance = np.abs(shares[0] - shares[1]).max()
    return bool(distance > math.sqrt(math.log(2 / rate) / (2 * effective)))


def _largest_score(rate: float) -> float:
    """What a standard normal number, or one with lighter tails, exceeds at most at this rate."""
    return math.sqrt(2 * math.log(2 / rate))


def _differs_in_mean(one: Sample, other: Sample, rate: float) -> bool:
    error = one.std() * math.sqrt(1 / one.size + 1 / other.size)
    return bool(abs(one.mean() - other.mean()) > _largest_score(rate) * error)


def _differs_in_spread(one: Sample, other: Sample, rate: float) -> bool:
    """By the cube root of the ratio of variances, which is nearly normal (Wilson and Hilferty)."""
    if other.size < ENOUGH or not one.std():
        return False
    kurtosis = ((one - one.mean()) ** 4).mean() / one.var() ** 2
    degrees = 2 * other.size / max(kurtosis - 1, 0.1)
    error = math.sqrt(2 / (9 * degrees) * (1 + other.size / one.size))
    score = ((other.var() / one.var()) ** (1 / 3) - (1 - 2 / (9 * degrees))) / error
    return bool(abs(score) > _largest_score(rate))


def _reaches_further(one: Sample, other: Sample, rate: float) -> bool:
    """Whether too many values of one lie outside of all of the other, as for one that is cut off.

    Of equal distributions, the k outermost values of both are all of one sample as often as chance
    has it, which is exact for any distribution.
    """
    centre = np.median(np.concatenate([one, other]))
    beyond = int((np.abs(one - centre) > np.abs(other - centre).max()).sum())
    return beyond > 0 and _log_chance(one.size, other.size, beyond) < math.log(rate)


def _log_chance(one: int, other: int, outermost: int) -> float:
    """The logarithm of the probability that the outermost of two samples are all of the first."""
    every = one + other
    ways = _log_factorial(every - outermost) - _log_factorial(one - outermost)
    return ways - _log_factorial(every) + _log_factorial(one)


def _log_factorial(number: int) -> float:
    return math.lgamma(number + 1)


def is_constant(values: Array) -> bool:
    """Whether values were not drawn: a few numbers, over and over; a single 0 or 1."""
    if values.size == 1:
        return float(values.ravel()[0]) in (0.0, 1.0)
    some = thinned(values.ravel(), SORTED)
    return np.unique(some).size <= max(1, some.size // 10)


def described(values: Array) -> str:
    """A sample in words: "all zeros", "N(0, 1)", "uniform within ±0.04"."""
    sample = sample_of(values)
    distinct = np.unique(sample)
    if distinct.size == 1:
        return "all zeros" if distinct[0] == 0 else f"all {distinct[0]:.6g}"
    if distinct.size <= 3:
        return f"of {', '.join(f'{value:.6g}' for value in distinct)}"
    mean, deviation = mean_of(sample), float(sample.std())
    if sample.size < SHAPELY:
        return f"{sample.size} values of standard deviation {deviation:.2g}"
    centred = np.abs(sample - sample.mean())
    kurtosis = (centred**4).mean() / sample.var() ** 2
    around = "" if mean == 0 else f" around {mean:.2g}"
    if kurtosis < 2.1 and centred.max() < 1.95 * deviation:
        return f"uniform within ±{centred.max():.2g}{around}"
    if kurtosis < 2.8 and centred.max() < 2.35 * deviation:
        return f"normal, cut off at ±{centred.max():.2g}{around}"
    shown = deviation_of(sample)
    return f"N({mean:.2g}, {shown if shown == '1' else shown + '²'})"


def mean_of(sample: Sample) -> float:
    """The mean; 0 if it may well be that."""
    mean, error = float(sample.mean()), float(sample.std()) / math.sqrt(sample.size)
    return 0.0 if abs(mean) < 4 * error else mean


def deviation_of(sample: Sample) -> str:
    """The standard deviation, in one digit if that may well be it."""
    deviation = float(sample.std())
    error = deviation / math.sqrt(2 * sample.size)
    short = f"{deviation:.1g}"
    return short if abs(float(short) - deviation) < 4 * error else f"{deviation:.2g}"


def contrast(expected: Array, actual: Array) -> str:
    """What the second sample is instead of the first, in words."""
    one, other = described(expected), described(actual)
    if one.startswith("N(") and other.startswith("N("):
        samples = sample_of(expected), sample_of(actual)
        if [mean_of(sample) for sample in samples] == [0.0, 0.0]:
            wanted, got = map(deviation_of, samples)
            return f"standard deviation {got} instead of {wanted}"
    return f"{other} instead of {one}"
