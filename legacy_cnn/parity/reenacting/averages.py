"""Moving averages with another momentum than the reference's, or of another variance."""

import functools
from collections.abc import Iterator
from typing import Any

import numpy as np

from legacy_cnn.parity.reenacting.closeness import apart
from legacy_cnn.parity.reenacting.trial import Mistake, Named, Trial, shown
from legacy_cnn.parity.rounding import BOUND
from legacy_cnn.parity.sides.graph_variables import VALUE

#: How near to a multiple of the batch's size the number of a variance's values must be, of itself.
COUNTED = 0.02


def mistakes(trial: Trial) -> Iterator[Mistake]:
    """Averages that move another part of the way to what they are averages of."""
    averages = [key for key in trial.differing if key[0] == VALUE and not isinstance(key, str)]
    if not averages:
        return
    names = ", ".join(name for _, name in averages)
    further = _further(trial, averages)
    own = _momentum(trial, averages[0])
    if 0 < own < 1:
        counts = {key: _values(trial, key, own) for key in averages}
        if all(counts.values()):
            is_less = all(count > 0 for count in counts.values())
            ends = ("n", "n - 1") if is_less else ("n - 1", "n")
            words = f"the variance that {names} averages is divided by {ends[0]}, not by {ends[1]}"
            yield words, functools.partial(_of_variance, counts, own)
        for digits in (2, 4):
            share = float(f"{further * (1 - own):.{digits}g}")
            words = f"the momentum of {names} is {shown(1 - share)} instead of {shown(own)}"
            yield words, functools.partial(_moved, averages, share / (1 - own))
    words = f"a step moves {names} {shown(further)} times as far"
    yield words, functools.partial(_moved, averages, further)


def _momentum(trial: Trial, average: Any) -> float:
    """What is left in the reference of 1 more before a step."""
    variable, before = average[1], trial.before[average]
    after = trial.again({}, {variable: before + before.dtype.type(1)})[average]
    return float(shown(np.mean(after - trial.here[average], dtype=np.float64).round(5)))


def _further(trial: Trial, averages: list[Any]) -> float:
    """How many times as far the candidate's averages move."""
    product = square = 0.0
    for key in averages:
        before = trial.before[key].astype(np.float64)
        move, other = trial.here[key] - before, trial.there[key] - before
        product += float(np.vdot(move, other))
        square += float(np.vdot(move, move))
    return product / square if square else np.nan


def _values(trial: Trial, key: Any, momentum: float) -> int:
    """The number of values of a variance, if the candidate divides by another one.

    Returns:
      Negative if it divides by one less than the reference; 0 if neither explains a difference.
    """
    left = momentum * trial.before[key].astype(np.float64)
    own, other = trial.here[key] - left, trial.there[key] - left
    times = float(np.vdot(own, other) / np.vdot(own, own)) if own.any() else 1.0
    # The sum of squares divided by n is (n - 1) / n of that divided by n - 1.
    count = 1 / (1 - times) if times < 1 else times / (times - 1) if times > 1 else 0.0
    rows = len(trial.ground.batches[0].images)
    whole = rows * round(count / rows)
    if not whole or abs(count - whole) > COUNTED * whole:
        return 0
    return whole if times < 1 else -whole


def _of_variance(counts: dict[Any, int], momentum: float, trial: Trial) -> Named:
    """The averages after a step, of a variance that is divided by another number."""
    after = dict(trial.here)
    for key, count in counts.items():
        times = 1 - 1 / count if count > 0 else -count / (-count - 1)
        left = momentum * trial.before[key].astype(np.float64)
        after[key] = (left + times * (trial.here[key] - left)).astype(trial.here[key].dtype)
    return after


def _moved(averages: list[Any], times: float, trial: Trial) -> Named:
    """The averages after a step that moves them so many times as far.

    What is left of a move after rounding is coarse. So a longer move than the reference's is made
    in the candidate, the other way round: where it would be with the reference's momentum.
    """
    part = np.float32(times if times <= 1 else 1 / times)
    after = dict(trial.here)
    for key in averages:
        before, here, there = trial.before[key], trial.here[key], trial.there[key]
        if times <= 1:
            after[key] = before + part * (here - before)
        elif apart(before + part * (there - before), here, _noise(trial, key)) <= BOUND:
            after[key] = there
    return after


def _noise(trial: Trial, key: Any) -> Any:
    return functools.partial(trial.noise.of, key)
