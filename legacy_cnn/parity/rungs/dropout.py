"""The net as it is in training, with the dropout on.

The mask is not forced on the candidate but read from it: whatever it drops by, the reference is
fed the same mask. What remains to be compared is where it drops, how much, and how it scales.
"""

import math

from legacy_cnn.parity.report import DIFFERENT, SAME, Finding
from legacy_cnn.parity.rungs import chain
from legacy_cnn.parity.rungs.forward import layers

#: A sound dropout keeps a share that is this many standard deviations off in one of 500 million
#: batches (the two tails of a normal distribution).
DEVIATIONS = 6


def findings(ground):
    """The place of the dropout, the share it keeps, and every layer with the same mask."""
    names = ground.reference.names
    images, _, noise = ground.first_batch
    passed = ground.candidate.forward(images, noise)
    if passed.mask is None:
        yield Finding(names.dropped, DIFFERENT, note="nothing is dropped in training")
        return
    if passed.dropped:
        note = f"the dropout works on {passed.dropped}, not behind {names.undropped}"
        yield Finding(names.dropped, DIFFERENT, note=note)
        return
    yield _share(ground, passed)
    mask, keep_prob = ground.mask_of(passed), ground.keep_prob
    reference = ground.reference.forward(images, keep_prob, mask)
    found = chain.settle(list(layers(ground, "dropout", reference, passed)))
    yield from chain.explain(ground, "dropout", found, passed, keep_prob=keep_prob, mask=mask)


def _share(ground, passed):
    of, kept = passed.counts
    keep_prob = ground.keep_prob
    share = kept / of if of else keep_prob
    note = f"{share:.4f} of the units are kept, keep probability {keep_prob}"
    deviation = math.sqrt(keep_prob * (1 - keep_prob) / max(of, 1))
    verdict = SAME if abs(share - keep_prob) <= DEVIATIONS * deviation else DIFFERENT
    cause = ""
    if verdict == DIFFERENT and abs(1 - share - keep_prob) <= DEVIATIONS * deviation:
        cause = "the keep probability is taken for the drop rate"
    return Finding("share kept", verdict, note=note, cause=cause)
