"""The masks that a candidate draws by itself: their share, their spread, and repetition."""

import itertools
import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from legacy_cnn.parity.sides.dropouts import Mask
from legacy_cnn.results.report import DIFFERENT, SAME, Finding, Verdict

#: Correct dropout is this many standard deviations off in one of 500 million draws (the two tails
#: of a normal distribution).
DEVIATIONS = 6

#: With fewer rows or columns, the spread of a mask shows nothing.
ENOUGH = 10


def of_draws(mask: Mask, shape: tuple[int, ...]) -> Mask:
    """One element for each number that is drawn: one may drop a whole channel, or a time step.

    Args:
      mask: of all units.
      shape: of the noise for a batch, with 1 for an axis along which all units are dropped alike.
    """
    if len(shape) != mask.kept.ndim:
        return mask
    alike = tuple(axis for axis, size in enumerate(shape) if axis and size == 1)
    # A unit that was 0 before counts as kept: one that is dropped tells.
    kept = np.asarray(mask.kept.all(axis=alike, keepdims=True))
    alive = np.asarray(mask.alive.any(axis=alike, keepdims=True))
    return Mask(kept, alive)


def share_kept(masks: Sequence[Mask], keep_prob: float) -> Finding:
    """Compares the share of the units that are kept with the keep probability."""
    count = sum(int(mask.alive.sum()) for mask in masks)
    share = sum(int((mask.kept & mask.alive).sum()) for mask in masks) / max(count, 1)
    note = f"{share:.4f} of {count:,} units are kept; the keep probability is {keep_prob:.4g}"
    most = DEVIATIONS * math.sqrt(keep_prob * (1 - keep_prob) / max(count, 1)) + 1 / max(count, 1)
    verdict: Verdict = SAME if abs(share - keep_prob) <= most else DIFFERENT
    cause = ""
    if verdict == DIFFERENT and abs(1 - share - keep_prob) <= most:
        cause = "the keep probability is used as the drop rate"
    return Finding("share kept", verdict, note=note, cause=cause)


def spread(mask: Mask) -> Iterator[Finding]:
    """Checks whether units are dropped independently, within an image and across the batch."""
    share = float(mask.kept[mask.alive].mean()) if mask.alive.any() else 1.0
    variance = share * (1 - share)
    flat = Mask(*(part.reshape(len(part), -1) for part in mask))
    for axis, what in ((1, "image"), (0, "unit")):
        alive = flat.alive.sum(axis=axis)
        dropped = (~flat.kept & flat.alive).sum(axis=axis)[alive > 0]
        alive = alive[alive > 0]
        if not variance or len(alive) <= ENOUGH:
            continue
        ratio = float(np.mean((dropped - (1 - share) * alive) ** 2 / alive) / variance)
        note = f"the variance per {what} is {ratio:.2f} times that of independent draws"
        least, most = _range(alive, variance)
        yield Finding("mask", SAME if least <= ratio <= most else DIFFERENT, note=note)


def _range(alive: NDArray[np.integer[Any]], variance: float) -> tuple[float, float]:
    """The spread of independent draws.

    It is a chi-square divided by its degrees of freedom, whose cube root is nearly normal (Wilson
    and Hilferty, 1931). The fewer units a row has, and the more rarely one is dropped, the more its
    square varies (the binomial's kurtosis), and the fewer degrees of freedom there are.
    """
    kurtosis = max(0, (1 - 6 * variance) / variance) * np.mean(1 / alive)
    ninths = 2 / (9 * len(alive) * 2 / (2 + kurtosis))
    wide = DEVIATIONS * math.sqrt(ninths)
    return max(0.0, float(1 - ninths - wide)) ** 3, float(1 - ninths + wide) ** 3


def overlap(one: Mask, other: Mask) -> float | None:
    """The share of what one drops that the other drops, if it is larger than by chance.

    Args:
      one, other: of one size.
    """
    alive = (one.alive.ravel() & other.alive.ravel()).nonzero()
    dropped, again = (~mask.kept.ravel()[alive] for mask in (one, other))
    count, rate = int(dropped.sum()), float(again.mean()) if again.size else 0.0
    if not count or not 0 < rate < 1:
        return None
    share = float((dropped & again).sum() / count)
    most = rate + DEVIATIONS * math.sqrt(rate * (1 - rate) / count) + 1 / count
    return share if share > most else None


def repetition(masks: Sequence[Mask]) -> Iterator[Finding]:
    """Checks that no two draws are alike: with a drop rate of p, p of the dropped are again."""
    for (first, one), (second, other) in itertools.combinations(enumerate(masks, 1), 2):
        if (share := overlap(one, other)) is not None:
            note = f"{share:.2f} of what step {first} dropped, step {second} dropped, too"
            yield Finding("mask", DIFFERENT, step=second, note=note)
            return
    yield Finding("mask", SAME, note="each step draws another mask")
