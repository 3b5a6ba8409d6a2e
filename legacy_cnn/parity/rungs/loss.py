"""The loss of a batch in training, with the same dropout noise."""

import dataclasses
import functools
from collections.abc import Callable, Iterator

import numpy as np

from legacy_cnn.parity.arrays import Array
from legacy_cnn.parity.ground import Ground
from legacy_cnn.parity.reenacting import losses
from legacy_cnn.parity.rungs import parts
from legacy_cnn.parity.scene import Scene
from legacy_cnn.parity.sides.side import Batch
from legacy_cnn.results.report import DIFFERENT, Finding


def findings(ground: Ground) -> Iterator[Finding]:
    """Compares one number; a difference gets its cause."""
    is_different = False
    for finding in ground.over_scenes(_findings):
        if finding.verdict == DIFFERENT and finding.tensor == "loss":
            finding = dataclasses.replace(finding, cause=losses.cause_of(ground))
        is_different |= finding.verdict == DIFFERENT
        yield finding
    if not is_different:
        yield from parts.findings(ground, functools.partial(_of_part, ground))


def _of_part(ground: Ground, part: Batch, note: str) -> Iterator[Finding]:
    """A mean of a smaller batch is another one."""
    whole, size = len(ground.batches[0].images), len(part.images)
    for finding in _findings(Scene(ground, ground.scenes[1].weights, note, part)):
        if finding.figures is not None and finding.verdict == DIFFERENT:
            times = finding.figures.candidate / finding.figures.reference
            if np.isclose(times, size / whole, rtol=1e-4):
                cause = f"the loss is divided by {whole}, the size of a whole batch, in any batch"
                finding = dataclasses.replace(finding, cause=cause)
        yield finding


def _findings(scene: Scene) -> Iterator[Finding]:
    reference, candidate = scene.trained
    others = scene.ground.reference.other_losses
    expected = scene.ground.reference.named_values(reference)
    for name in ("loss", *others):
        value = np.asarray(expected[name], np.float32)
        noise = functools.partial(scene.trained_noise.of, name)
        if others or candidate.loss is None:
            yield _anywhere(scene, name, value, noise)
        else:
            actual = np.asarray(candidate.loss, np.float32).reshape(value.shape)
            yield scene.ground.compare("loss", name, value, actual, note=scene.note, noise=noise)


def _anywhere(scene: Scene, name: str, expected: Array, noise: Callable[[int], Array]) -> Finding:
    """A step that returns no loss, or one of several, may still compute it."""
    partner = scene.trained_partners.nearest(expected)
    if partner is None:
        note, cause = "no tensor of the port's step has its value", _too_early(scene, name, noise)
        return Finding(name, DIFFERENT, note=note, cause=cause)
    return scene.ground.compare("loss", name, expected, partner.value, note=scene.note, noise=noise)


def _too_early(scene: Scene, name: str, noise: Callable[[int], Array]) -> str:
    """Whether the port computes the loss of a later stage with the weights before the step."""
    ground = scene.ground
    loss = next((t for t in ground.reference.later_losses if name == f"loss {t.op.name}"), None)
    if loss is None:
        return ""
    state, batch = scene.states[0], ground.masked(*scene.states, ground.batches[0])
    before = np.asarray(ground.reference.fetch(state, batch, loss), np.float32)
    partner = scene.trained_partners.nearest(before)
    if partner is None:
        return ""
    if ground.compare("loss", name, before, partner.value, noise=noise).verdict == DIFFERENT:
        return ""
    first = ground.reference.stages[0].name
    return f"{loss.op.name} is computed with the weights before {first}, not after it"
