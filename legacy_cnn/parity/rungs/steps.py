"""Steps of training, both programs going their own way from the same beginning."""

import dataclasses

import numpy as np

from legacy_cnn.parity.report import DIFFERENT


def findings(ground):
    """The loss, the weights' movement and the slots after every step, until one differs."""
    reference, candidate = ground.reference, ground.candidate
    reference.begin(ground.weights)
    candidate.begin(ground.weights)
    before = reference.state()
    for step, batch in enumerate(ground.batches, 1):
        found = list(_step(ground, step, batch))
        first = next((at for at, each in enumerate(found) if each.verdict == DIFFERENT), None)
        if first is not None and found[first].figures:
            origin = _origin(ground, step, batch, before, found[first])
            found[first] = dataclasses.replace(found[first], origin=origin)
        yield from found
        if first is not None:
            return
        before = reference.state()


def _step(ground, step, batch):
    reference, candidate = ground.reference, ground.candidate
    images, labels, _ = batch
    passed = candidate.step(*batch)
    loss = reference.step(images, labels, ground.keep_prob, ground.mask_of(passed))
    state, own = reference.state(), candidate.state()
    if passed.loss is not None:
        own_loss = np.float32(passed.loss)
        yield ground.compare("steps, loss", "loss", np.float32(loss), own_loss, step)
    for name, value in reference.weights(state).items():
        origin = ground.weights[name]
        yield ground.compare("steps, weights", name, value, own[name], step, origin)
    for (slot, name), value in reference.slots(state).items():
        if (slot, name) in own:
            tensor = f"{slot} of {name}"
            yield ground.compare("steps, slots", tensor, value, own[(slot, name)], step)


def _origin(ground, step, batch, before, finding):
    """Local, if the step differs from the reference's own state before it, too."""
    reference, candidate = ground.reference, ground.candidate
    reference.load(before)
    candidate.load({**reference.weights(before), **reference.slots(before)})
    candidate.skip_to(step - 1)
    again = {each.tensor: each for each in _step(ground, step, batch)}
    return "local" if again[finding.tensor].verdict == DIFFERENT else "accumulated"
