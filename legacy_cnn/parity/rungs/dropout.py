"""The net as it is in training, with the dropout on.

The mask is not forced on the candidate but read from it: whatever it drops by, the reference is
fed the same mask. What remains to be compared is where it drops, how much, and how it scales.
"""

import math

import numpy as np

from legacy_cnn.parity.report import DIFFERENT, SAME, Finding
from legacy_cnn.parity.rungs import chain
from legacy_cnn.parity.rungs.forward import layers

#: A sound dropout keeps a share that is this many standard deviations off in one of 500 million
#: batches (the two tails of a normal distribution).
DEVIATIONS = 6

#: Rows or columns of a mask below which their spread says nothing.
ENOUGH = 10


def findings(ground):
    """The place of the dropout, the share it keeps, and every layer with the same mask."""
    yield from ground.over_scenes(_found)


def _found(scene):
    ground, names = scene.ground, scene.ground.reference.names
    scene.enter()
    images, _, noise = ground.batches[0]
    passed = ground.candidate.forward(images, noise)
    if passed.dropped:
        note = f"{passed.dropped[0]} is another in training; a dropout belongs behind"
        return [Finding(passed.dropped[1], DIFFERENT, note=f"{note} {names.undropped}")]
    if passed.mask is None:
        return [Finding(names.dropped, DIFFERENT, note="nothing is dropped in training")]
    mask, keep_prob = ground.mask_of(passed), ground.keep_prob
    reference = ground.reference.forward(images, keep_prob, mask)
    found = chain.settle(list(layers(scene, "dropout", reference, passed)))
    feed = {"keep_prob": keep_prob, "mask": mask}
    chain.explain(scene, "dropout", found, passed, **feed)
    return [_share(ground, passed), *_spreads(passed), *found]


def _share(ground, passed):
    share, keep_prob = _kept_share(passed), ground.keep_prob
    note = f"{share:.4f} of the units are kept, keep probability {keep_prob}"
    most = DEVIATIONS * math.sqrt(keep_prob * (1 - keep_prob) / max(passed.alive.sum(), 1))
    verdict = SAME if abs(share - keep_prob) <= most else DIFFERENT
    cause = ""
    if verdict == DIFFERENT and abs(1 - share - keep_prob) <= most:
        cause = "the keep probability is taken for the drop rate"
    return Finding("share kept", verdict, note=note, cause=cause)


def _kept_share(passed):
    return float(passed.mask[passed.alive].mean()) if passed.alive.any() else 1.0


def _spreads(passed):
    """Whether the units are dropped independently, within an image and across the batch."""
    share = _kept_share(passed)
    variance = share * (1 - share)
    for axis, what in ((1, "image"), (0, "unit")):
        alive = passed.alive.sum(axis=axis)
        dropped = (~passed.mask & passed.alive).sum(axis=axis)[alive > 0]
        alive = alive[alive > 0]
        if not variance or len(alive) <= ENOUGH:
            continue
        spread = float(np.mean((dropped - (1 - share) * alive) ** 2 / alive) / variance)
        note = f"the variance per {what} is {spread:.2f} times that of independent draws"
        sound = spread <= _largest_spread(alive, variance)
        yield Finding("mask", SAME if sound else DIFFERENT, note=note)


def _largest_spread(alive, variance):
    """What independent draws reach: a chi-square by its degrees of freedom, whose cube root is
    nearly normal (Wilson and Hilferty, 1931). The fewer units a row has, and the rarer one is
    dropped, the more its square varies (the binomial's kurtosis), and the fewer degrees count."""
    kurtosis = max(0, (1 - 6 * variance) / variance) * np.mean(1 / alive)
    ninths = 2 / (9 * len(alive) * 2 / (2 + kurtosis))
    return float((1 - ninths + DEVIATIONS * math.sqrt(ninths)) ** 3)
