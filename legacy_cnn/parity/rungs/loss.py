"""The loss of a batch, from the candidate's own logits."""

import numpy as np


def findings(ground):
    """One number: the reference's loss is that of the logits the candidate has."""
    yield from ground.over_scenes(_found)


def _found(scene):
    ground, passed = scene.ground, scene.passed
    images, labels, _ = ground.batches[0]
    scene.enter()
    output = ground.reference.names.output
    override = {output: passed.layers[output]} if output in passed.layers else {}
    mask = ground.mask_of(passed)
    expected = ground.reference.cost(images, labels, ground.keep_prob, mask, override)
    pair = np.asarray(expected, np.float32), np.asarray(passed.loss, np.float32)
    yield ground.compare("loss", "loss", *pair, note=scene.note)
