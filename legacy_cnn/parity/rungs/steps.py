"""Training steps, each from the state that the reference has reached.

Two correct programs drift apart: a last bit decides which of two pixels a pool selects, and after
thirty steps Adam's moments were up to a fifth apart with nothing wrong (docs/results/drift.json).
So the candidate gets the reference's weights and slots before every step, and a difference after
it comes from this step. Whatever else the candidate keeps, a step count or an accumulated
gradient, stays its own.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from legacy_cnn.parity.arrays import Array, Arrays
from legacy_cnn.parity.ground import Ground
from legacy_cnn.results.report import DIFFERENT, SAME, Finding

#: Largest fraction of the dropped units that may have been dropped in the step before, too: with a
#: drop rate of a half, half of them are.
AGAIN = 0.6

#: With fewer dropped units, the fraction shows nothing.
ENOUGH = 200


def findings(ground: Ground) -> Iterator[Finding]:
    """Compares loss, slots, and the change of the weights in every step until one differs."""
    reference, candidate = ground.reference, ground.candidate
    reference.begin(ground.weights)
    candidate.begin(ground.weights)
    before = reference.state()
    last_mask: NDArray[np.bool_] | None = None
    for step, batch in enumerate(ground.batches, 1):
        candidate.load({**reference.weights(before), **reference.slots(before)})
        passed = candidate.step(*batch)
        images, labels, _ = batch
        loss = reference.step(images, labels, ground.keep_prob, ground.mask_of(passed))
        after = reference.state()
        mask = passed.mask.kept if passed.mask else None
        compared = [
            *_compared(ground, step, before, after, loss, passed.loss),
            *_of_masks(step, last_mask, mask),
        ]
        yield from compared
        if any(finding.verdict == DIFFERENT for finding in compared):
            return
        before, last_mask = after, mask
    ground.trained = reference.weights(before)


def _of_masks(
    step: int, before: NDArray[np.bool_] | None, now: NDArray[np.bool_] | None
) -> Iterator[Finding]:
    """Checks that each step draws a new mask."""
    if before is None or now is None or (~now).sum() < ENOUGH or before.shape != now.shape:
        return
    again = float((~before & ~now).sum() / (~now).sum())
    note = f"{again:.2f} of the dropped units were dropped in the step before, too"
    yield Finding("mask", SAME if again <= AGAIN else DIFFERENT, step=step, note=note)


def _compared(
    ground: Ground,
    step: int,
    before: Arrays,
    after: Arrays,
    loss: Any,
    candidate_loss: Array | None,
) -> Iterator[Finding]:
    reference, state = ground.reference, ground.candidate.state()
    if candidate_loss is not None:
        pair = np.float32(loss), np.float32(candidate_loss)
        yield ground.compare("steps, loss", "loss", *pair, step)
    beginning = reference.weights(before)
    for (slot, name), value in reference.slots(after).items():
        if (slot, name) in state:
            tensor = f"{slot} of {name}"
            yield ground.compare("steps, slots", tensor, value, state[(slot, name)], step)
    for name, value in reference.weights(after).items():
        yield ground.compare("steps, weights", name, value, state[name], step, beginning[name])
