"""The net, layer by layer, with the dropout off."""

import numpy as np

from legacy_cnn.parity.report import REWRITTEN
from legacy_cnn.parity.rungs import chain


def findings(ground):
    """What enters the net, and every layer that the candidate shows."""
    yield from ground.over_scenes(_found)


def _found(scene):
    scene.enter()
    images = scene.ground.batches[0][0]
    passed = scene.ground.candidate.forward(images)
    reference = scene.ground.reference.forward(images)
    found = chain.settle(list(layers(scene, "forward", reference, passed)))
    scene.rewritten = frozenset(each.tensor for each in found if each.verdict == REWRITTEN)
    return chain.explain(scene, "forward", found, passed)


def layers(scene, rung, reference, passed):
    """The findings for the layers of a pass, in the reference's order."""
    ground, note = scene.ground, scene.note
    images = ground.batches[0][0]
    entered = passed.layers.get("images")
    if entered is not None and entered.size == images.size:
        yield ground.compare(rung, "images", images, entered.reshape(images.shape), note=note)
    for name, value in reference.items():
        if name in passed.layers:
            yield ground.compare(rung, name, value, passed.layers[name], note=note)
    if "probabilities" in passed.layers:
        expected = softmax(reference[ground.reference.names.output])
        found = passed.layers["probabilities"]
        yield ground.compare(rung, "probabilities", expected, found, note=note)


def softmax(logits):
    shifted = logits - logits.max(axis=1, keepdims=True)
    exponentials = np.exp(shifted)
    return exponentials / exponentials.sum(axis=1, keepdims=True)
