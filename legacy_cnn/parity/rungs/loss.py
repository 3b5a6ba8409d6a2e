"""The loss of a batch, computed from the candidate's own logits."""

from collections.abc import Iterator

import numpy as np

from legacy_cnn.parity.ground import Ground, Scene
from legacy_cnn.results.report import Finding


def findings(ground: Ground) -> Iterator[Finding]:
    """Compares one number: the reference computes it from the candidate's logits."""
    yield from ground.over_scenes(_findings)


def _findings(scene: Scene) -> Iterator[Finding]:
    ground, passed = scene.ground, scene.passed
    images, labels, _ = ground.batches[0]
    scene.enter()
    output = ground.reference.names.output
    override = {output: passed.layers[output]} if output in passed.layers else {}
    mask = ground.mask_of(passed)
    expected = ground.reference.cost(images, labels, ground.keep_prob, mask, override)
    pair = np.asarray(expected, np.float32), np.asarray(passed.loss, np.float32)
    yield ground.compare("loss", "loss", *pair, note=scene.note)
