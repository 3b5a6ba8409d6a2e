"""Noise that a candidate draws by itself: other numbers in each step, independent, of one kind.

A comparison feeds both programs the same noise, so that a program which draws one constant noise
computes what the other does.
"""

import itertools
import math
from collections.abc import Iterator, Sequence

import numpy as np

from legacy_cnn.parity import distributions
from legacy_cnn.parity.arrays import Array
from legacy_cnn.results.report import DIFFERENT, SAME, Finding

#: Of many float32 that are drawn independently, hardly two are equal.
SHARE = 0.1

#: So many numbers tell whether some are equal: of more, a few are by chance.
LOOKED_AT = 50_000

#: With fewer rows or columns, their means show nothing.
ENOUGH = 10

#: As in `masks`.
DEVIATIONS = 6


def findings(name: str, draws: Sequence[Array], expected: Array) -> Iterator[Finding]:
    """Compares the draws of several steps with each other and with what is expected.

    Args:
      name: of the noise, for the report.
      draws: float32 or float64, one of each step.
      expected: a larger sample of what the reference draws.
    """
    for note in (_repeated(draws), _within(draws[0]), _of_means(draws[0])):
        if note:
            yield Finding(name, DIFFERENT, note=note)
            return
    sample = np.concatenate([draw.ravel() for draw in draws])
    if distributions.differs(expected, sample, distributions.FALSE_ALARM):
        note = f"the port draws {distributions.contrast(expected, sample)}"
        yield Finding(name, DIFFERENT, note=note)
        return
    yield Finding(name, SAME, note="each step draws other numbers, independent and of one kind")


def alike(one: Array, other: Array) -> bool:
    """Whether two draws of one shape have numbers in common at the same places."""
    if one.size != other.size:
        return False
    return float(np.mean(one.ravel() == other.ravel())) > SHARE


def _repeated(draws: Sequence[Array]) -> str:
    for (first, one), (second, other) in itertools.combinations(enumerate(draws, 1), 2):
        if alike(one, other):
            return f"step {second} draws what step {first} drew"
    return ""


def _within(draw: Array) -> str:
    seen = draw.ravel()[:LOOKED_AT]
    distinct = np.unique(seen).size
    if distinct >= (1 - SHARE) * seen.size:
        return ""
    return f"of {seen.size:,} numbers that a step draws, only {distinct:,} are distinct"


def _of_means(draw: Array) -> str:
    """Whether the rows, or the columns, of a draw have means as those of independent numbers."""
    flat = draw.reshape(len(draw), -1).astype(np.float64) if draw.ndim else draw.reshape(1, 1)
    for axis, what in ((0, "unit"), (1, "example")):
        means = flat.mean(axis=axis)
        if min(means.size, flat.shape[axis]) <= ENOUGH or not flat.var():
            continue
        ratio = float(means.var(ddof=1) * flat.shape[axis] / flat.var())
        # Wilson and Hilferty: the cube root of a chi-square is nearly normal.
        ninths = 2 / (9 * (means.size - 1))
        wide = DEVIATIONS * math.sqrt(ninths)
        if not max(0.0, 1 - ninths - wide) ** 3 <= ratio <= (1 - ninths + wide) ** 3:
            return f"the variance per {what} is {ratio:.2f} times that of independent draws"
    return ""
