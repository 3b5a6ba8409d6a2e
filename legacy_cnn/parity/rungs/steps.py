"""Steps of training, each from the state that the reference has reached.

Left to themselves, two sound programs drift apart: a last bit decides which of two pixels a pool
takes, and after thirty steps Adam's moments were up to a fifth apart with nothing wrong
(docs/results/drift.json). So the candidate is given the reference's weights and slots before every
step. Whatever differs after it has come in with it; what the candidate keeps besides, a step
count or a gradient held back, stays its own.
"""

import numpy as np

from legacy_cnn.parity.report import DIFFERENT, SAME, Finding

#: Of the units that are dropped, how many may have been dropped in the step before: with a drop
#: rate of a half, half of them are. Judged where there are enough to tell.
AGAIN, ENOUGH = 0.6, 200


def findings(ground):
    """The loss, how the weights moved, and the slots, after every step until one differs."""
    reference, candidate = ground.reference, ground.candidate
    reference.begin(ground.weights)
    candidate.begin(ground.weights)
    before, masks = reference.state(), (None, None)
    for step, batch in enumerate(ground.batches, 1):
        candidate.load({**reference.weights(before), **reference.slots(before)})
        passed = candidate.step(*batch)
        images, labels, _ = batch
        loss = reference.step(images, labels, ground.keep_prob, ground.mask_of(passed))
        after = reference.state()
        masks = masks[1], passed.mask
        found = [
            *_compared(ground, step, before, after, loss, passed.loss),
            *_of_masks(step, *masks),
        ]
        yield from found
        if any(each.verdict == DIFFERENT for each in found):
            return
        before = after
    ground.learnt = reference.weights(before)


def _of_masks(step, before, now):
    """Whether the mask is another in each step: else most of what is dropped was so before."""
    if before is None or now is None or (~now).sum() < ENOUGH or before.shape != now.shape:
        return
    again = float((~before & ~now).sum() / (~now).sum())
    note = f"{again:.2f} of the units dropped were dropped in the step before, too"
    yield Finding("mask", SAME if again <= AGAIN else DIFFERENT, step=step, note=note)


def _compared(ground, step, before, after, loss, own_loss):
    reference, own = ground.reference, ground.candidate.state()
    if own_loss is not None:
        pair = np.float32(loss), np.float32(own_loss)
        yield ground.compare("steps, loss", "loss", *pair, step)
    beginning = reference.weights(before)
    for (slot, name), value in reference.slots(after).items():
        if (slot, name) in own:
            tensor = f"{slot} of {name}"
            yield ground.compare("steps, slots", tensor, value, own[(slot, name)], step)
    for name, value in reference.weights(after).items():
        yield ground.compare("steps, weights", name, value, own[name], step, beginning[name])
