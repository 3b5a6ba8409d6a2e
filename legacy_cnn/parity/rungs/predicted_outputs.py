"""What `predict` returns of several outputs: each is what the call returns, and the reference has.

A model may predict with a step of its own.
"""

import functools
from collections.abc import Iterator

import numpy as np

from legacy_cnn.parity.arrays import Array, Arrays
from legacy_cnn.parity.partners import Candidates
from legacy_cnn.parity.returned import returned
from legacy_cnn.parity.rounding import Noise, nudged
from legacy_cnn.parity.scene import Scene
from legacy_cnn.parity.sides.keras_predictions import KerasPredictions
from legacy_cnn.results.report import Finding

#: An output of the call this near to a tensor of the reference, relative to its norm, is that one.
EQUAL = 1e-4


def findings(scene: Scene) -> Iterator[Finding]:
    """Compares each output that has a counterpart in the reference, if there are several."""
    candidate, (here, there) = scene.ground.candidate, scene.evaluated
    if not isinstance(candidate, KerasPredictions) or len(there.others) < 2:
        return
    given = scene.ground.given(scene.batch.images)
    predicted = [np.asarray(one) for one in candidate.predicted(scene.states[1], given)]
    if len(predicted) != len(there.others):
        return
    # Of tensors with the same values, the one with a name.
    named = {tensor.name for tensor in scene.ground.reference.layers.values()}
    ordered = sorted(here.tensors, key=lambda name: name not in named)
    tensors = Candidates({name: here.tensors[name] for name in ordered})
    partners = [tensors.nearest(called, EQUAL) for called in there.others.values()]
    names = [partner.name for partner in partners if partner is not None]
    generator = np.random.default_rng(scene.ground.seed)
    again = functools.partial(_again, scene, names, generator)
    noise = Noise({name: here.tensors[name] for name in names}, again)
    for at, (partner, output) in enumerate(zip(partners, predicted, strict=True), 1):
        if partner is not None:
            yield _compared(scene, partner.name, output, noise, f"output {at} of predict")


def _compared(scene: Scene, name: str, output: Array, noise: Noise, note: str) -> Finding:
    label = scene.ground.reference.layers.name_of(scene.ground.reference.tensor(name))
    known = returned(label, scene.evaluated[0].tensors[name], output)

    def spread(runs: int) -> Array:
        return known.spread(noise.of(name, runs))

    compare = functools.partial(scene.ground.compare, "predictions", known.name, noise=spread)
    return compare(known.expected, known.output, note=note)


def _again(scene: Scene, names: list[str], generator: np.random.Generator) -> Arrays:
    """The tensors with everything nudged."""
    reference = scene.ground.reference
    moved = reference.nudged(scene.states[0], generator)
    with reference.feeds.nudging(generator):
        again = reference.evaluate(moved, nudged(scene.batch.images, generator))
    return {name: again.tensors[name] for name in names}
