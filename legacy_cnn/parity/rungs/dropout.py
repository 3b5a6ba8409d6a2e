"""The network in training, with dropout on.

The mask is not forced on the candidate but read from it: whatever it drops, the reference is fed
the same mask. So this rung compares where the candidate drops, how much, and how it scales.
"""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from legacy_cnn.parity.candidates.candidate import Mask
from legacy_cnn.parity.ground import Ground, Scene
from legacy_cnn.parity.rungs import chain
from legacy_cnn.parity.rungs.forward import layers
from legacy_cnn.results.report import DIFFERENT, SAME, Finding, Verdict

#: Correct dropout is this many standard deviations off its keep probability in one of 500 million
#: batches (the two tails of a normal distribution).
DEVIATIONS = 6

#: With fewer rows or columns, the spread of a mask shows nothing.
ENOUGH = 10


def findings(ground: Ground) -> Iterator[Finding]:
    """Compares the position of dropout, the fraction it keeps, and every layer with one mask."""
    yield from ground.over_scenes(_findings)


def _findings(scene: Scene) -> list[Finding]:
    ground, names = scene.ground, scene.ground.reference.names
    scene.enter()
    images, _, noise = ground.batches[0]
    passed = ground.candidate.forward(images, noise)
    if passed.unexpected:
        source, layer = passed.unexpected
        note = f"{source} behaves differently in training; only dropout after {names.undropped} may"
        return [Finding(layer, DIFFERENT, note=note)]
    if passed.mask is None:
        note = "nothing is dropped in training"
        return [Finding(names.dropped or names.output, DIFFERENT, note=note)]
    feed: dict[str, Any] = {"keep_prob": ground.keep_prob, "mask": ground.mask_of(passed)}
    reference = ground.reference.forward(images, **feed)
    compared = chain.settle(list(layers(scene, "dropout", reference, passed)))
    chain.explain(scene, "dropout", compared, passed, **feed)
    return [of_fraction(passed.mask, ground.keep_prob), *of_spread(passed.mask), *compared]


def of_fraction(mask: Mask, keep_prob: float) -> Finding:
    """Compares the fraction of the units that are kept with the keep probability."""
    fraction = _fraction(mask)
    note = f"{fraction:.4f} of the units are kept; the keep probability is {keep_prob}"
    most = DEVIATIONS * math.sqrt(keep_prob * (1 - keep_prob) / max(mask.alive.sum(), 1))
    verdict: Verdict = SAME if abs(fraction - keep_prob) <= most else DIFFERENT
    cause = ""
    if verdict == DIFFERENT and abs(1 - fraction - keep_prob) <= most:
        cause = "the keep probability is used as the drop rate"
    return Finding("fraction kept", verdict, note=note, cause=cause)


def _fraction(mask: Mask) -> float:
    return float(mask.kept[mask.alive].mean()) if mask.alive.any() else 1.0


def of_spread(mask: Mask) -> Iterator[Finding]:
    """Checks whether units are dropped independently, within an image and across the batch."""
    fraction = _fraction(mask)
    variance = fraction * (1 - fraction)
    for axis, what in ((1, "image"), (0, "unit")):
        alive = mask.alive.sum(axis=axis)
        dropped = (~mask.kept & mask.alive).sum(axis=axis)[alive > 0]
        alive = alive[alive > 0]
        if not variance or len(alive) <= ENOUGH:
            continue
        spread = float(np.mean((dropped - (1 - fraction) * alive) ** 2 / alive) / variance)
        note = f"the variance per {what} is {spread:.2f} times that of independent draws"
        is_independent = spread <= _largest_spread(alive, variance)
        yield Finding("mask", SAME if is_independent else DIFFERENT, note=note)


def _largest_spread(alive: NDArray[np.integer[Any]], variance: float) -> float:
    """The largest spread of independent draws.

    It is a chi-square divided by its degrees of freedom, whose cube root is nearly normal (Wilson
    and Hilferty, 1931). The fewer units a row has, and the more rarely one is dropped, the more its
    square varies (the binomial's kurtosis), and the fewer degrees of freedom there are.
    """
    kurtosis = max(0, (1 - 6 * variance) / variance) * np.mean(1 / alive)
    ninths = 2 / (9 * len(alive) * 2 / (2 + kurtosis))
    return float((1 - ninths + DEVIATIONS * math.sqrt(ninths)) ** 3)
