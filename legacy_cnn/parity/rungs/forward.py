"""The net, layer by layer, with the dropout off."""

import numpy as np

from legacy_cnn.parity.report import REWRITTEN
from legacy_cnn.parity.rungs import chain


def findings(ground):
    """What enters the net, and every layer that the candidate shows."""
    images = ground.first_batch[0]
    passed = ground.candidate.forward(images)
    found = chain.settle(list(layers(ground, "forward", ground.off, passed)))
    ground.rewritten = frozenset(each.tensor for each in found if each.verdict == REWRITTEN)
    yield from chain.explain(ground, "forward", found, passed)


def layers(ground, rung, reference, passed):
    """The findings for the layers of a pass, in the reference's order."""
    images = ground.first_batch[0]
    entered = passed.layers.get("images")
    if entered is not None and entered.size == images.size:
        yield ground.compare(rung, "images", images, entered.reshape(images.shape))
    for name, value in reference.items():
        if name in passed.layers:
            yield ground.compare(rung, name, value, passed.layers[name])
    if "probabilities" in passed.layers:
        expected = softmax(reference[ground.reference.names.output])
        yield ground.compare(rung, "probabilities", expected, passed.layers["probabilities"])


def softmax(logits):
    shifted = logits - logits.max(axis=1, keepdims=True)
    exponentials = np.exp(shifted)
    return exponentials / exponentials.sum(axis=1, keepdims=True)
