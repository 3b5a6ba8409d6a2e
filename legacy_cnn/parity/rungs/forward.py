"""The network, layer by layer, with dropout off."""

from collections.abc import Iterator

import numpy as np

from legacy_cnn.parity.arrays import Array, Arrays
from legacy_cnn.parity.candidates.candidate import Pass
from legacy_cnn.parity.ground import Ground, Scene
from legacy_cnn.parity.rungs import chain
from legacy_cnn.results.report import REWRITTEN, Finding


def findings(ground: Ground) -> Iterator[Finding]:
    """Compares what enters the network, and every layer that the candidate has."""
    yield from ground.over_scenes(_findings)


def _findings(scene: Scene) -> list[Finding]:
    scene.enter()
    images = scene.ground.batches[0][0]
    passed = scene.ground.candidate.forward(images)
    reference = scene.ground.reference.forward(images)
    compared = chain.settle(list(layers(scene, "forward", reference, passed)))
    scene.rewritten = frozenset(one.tensor for one in compared if one.verdict == REWRITTEN)
    return chain.explain(scene, "forward", compared, passed)


def layers(scene: Scene, rung: str, reference: Arrays, passed: Pass) -> Iterator[Finding]:
    """Compares the layers of a pass, in the reference's order.

    Args:
      scene: the weights of both programs.
      rung: the row of the table of tolerances.
      reference: the reference's layers.
      passed: the candidate's pass.
    """
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
        actual = passed.layers["probabilities"]
        yield ground.compare(rung, "probabilities", expected, actual, note=note)


def softmax(logits: Array) -> Array:
    """Computes the softmax of logits `(N, classes)`, in their own type."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    exponentials = np.exp(shifted)
    return exponentials / exponentials.sum(axis=1, keepdims=True)
