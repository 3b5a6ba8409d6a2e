"""The network in training, with dropout on, and the masks that the dropout draws by itself.

Both programs are fed the same noise. Where the candidate draws in a way that cannot be fed, its
mask is read from its values, and the reference is fed that one.
"""

import dataclasses
from collections.abc import Iterable, Iterator

import numpy as np

from legacy_cnn.parity import masks
from legacy_cnn.parity.ground import Ground
from legacy_cnn.parity.reenacting import drop_rates
from legacy_cnn.parity.rungs import drawn_noise, layers, shared_masks
from legacy_cnn.parity.rungs.drawn_noise import repeated
from legacy_cnn.parity.rungs.mask_places import Place, place_of
from legacy_cnn.parity.scene import Scene
from legacy_cnn.parity.sides.dropouts import Dropout, Mask, mask_of
from legacy_cnn.parity.updates import closure
from legacy_cnn.results.report import DIFFERENT, NOT_COMPARED, Finding

#: Images in a batch whose masks are looked at, and number of such batches: with 1,024 units, half
#: of them alive, 0.003 of the units more or less are seen.
IMAGES, DRAWS = 512, 4


def findings(ground: Ground) -> Iterator[Finding]:
    """Compares what the port draws by itself, then every layer in training."""
    scene, count = ground.scenes[1], len(ground.reference.drawn)
    places = {at: place for at in range(count) if (place := place_of(scene, at))}
    drawn = [finding for at, place in places.items() for finding in _masks(ground, at, place)]
    seen = {at: place for at, place in places.items() if place.entering and place.leaving}
    drawn.extend(shared_masks.findings(ground, seen, IMAGES))
    drawn.extend(drawn_noise.findings(ground, DRAWS, IMAGES))
    yield from drawn
    if not any(finding.verdict == DIFFERENT for finding in drawn):
        yield from _with_rates(ground, ground.over_scenes(_findings))


def _with_rates(ground: Ground, findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings, the first difference with what dropouts in loops drop, if they differ."""
    is_known = False
    for finding in findings:
        if finding.verdict == DIFFERENT and not finding.cause and not is_known:
            finding = dataclasses.replace(finding, cause=drop_rates.cause_of(ground))
            is_known = True
        yield finding


def _findings(scene: Scene) -> list[Finding]:
    return layers.compare(
        scene,
        "dropout",
        scene.trained,
        scene.trained_partners,
        scene.trained_noise,
        scene.ground.batches[0],
    )


def _masks(ground: Ground, at: int, place: Place) -> Iterator[Finding]:
    """What the candidate draws by itself for a dropout of the reference."""
    scene, (dropout, before, entering, leaving) = ground.scenes[1], place
    expected = _share_kept(scene, at, dropout, before.shape)
    layer = ground.reference.layers.name_of(dropout.leaving)
    if leaving is None and (entering is not None or not ground.is_masked[at]):
        if ground.is_masked[at] and expected != 1:
            note = "nothing is dropped in training"
            yield Finding(layer, DIFFERENT, note=note)
        return
    if leaving is None:
        masks_drawn = []  # what is dropped from is another tensor already
    elif entering is not None:
        masks_drawn = _drawn(ground, entering.name, leaving)
    elif not ground.is_masked[at]:
        return  # its numbers are fed, and looked at where they are drawn
    elif _is_unknown(ground, dropout):
        note = "what is dropped from depends on another mask that the port draws by itself"
        yield Finding(f"mask of {layer}", NOT_COMPARED, note=note)
        return
    else:
        masks_drawn = _drawn_from_reference(ground, dropout, leaving)
    drawn = scene.ground.batches[0].noise[at].shape
    masks_drawn = [masks.of_draws(mask, drawn) for mask in masks_drawn]
    if masks_drawn:
        yield from masks.spread(masks_drawn[0])
        yield from masks.repetition(masks_drawn)
        yield masks.share_kept(masks_drawn, expected)
    elif ground.is_masked[at]:
        note = "the masks that the port draws cannot be read"
        yield Finding(f"mask of {layer}", NOT_COMPARED, note=note)


def _share_kept(scene: Scene, at: int, dropout: Dropout, units: tuple[int, ...]) -> float:
    """The share of some units that a dropout keeps, of noise that is spread evenly."""
    reference, batch = scene.ground.reference, scene.ground.batches[0]
    shape, size = batch.noise[at].shape, batch.noise[at].size
    # In the middle of equal parts: at their ends, rounding would decide of one that is kept.
    even = ((np.arange(size) + 0.5) / size).astype(np.float32).reshape(shape)
    fed = {reference.drawn[at]: even, dropout.entering: np.ones(units, np.float32)}
    left = reference.fetch(scene.states[0], batch, dropout.leaving, fed)
    return float((left != 0).mean())


def _is_unknown(ground: Ground, dropout: Dropout) -> bool:
    """Whether what enters depends on another dropout whose numbers cannot be fed."""
    needed = {op.name for op in closure([dropout.entering.op])}
    return any(
        is_masked and tensor.op.name in needed
        for tensor, is_masked in zip(ground.reference.drawn, ground.is_masked, strict=True)
    )


def _drawn(ground: Ground, entering: str, leaving: str) -> list[Mask]:
    """The masks of several steps with the candidate's own random numbers."""
    state, batch = ground.scenes[1].states[1], ground.as_given(repeated(ground, IMAGES))
    draws = ground.candidate.draws(state, batch, [entering, leaving], DRAWS)
    read = [mask_of(before, after.reshape(before.shape)) for before, after in draws]
    return [mask for mask in read if mask is not None]


def _drawn_from_reference(ground: Ground, dropout: Dropout, leaving: str) -> list[Mask]:
    """Likewise, where only the reference has what is dropped from: a port may drop earlier."""
    batch = repeated(ground, IMAGES)
    generator = np.random.default_rng(ground.seed)
    batch = ground.reference.draw(batch.images, batch.labels, generator)
    states = ground.scenes[1].states
    before = ground.reference.fetch(states[0], batch, dropout.entering)
    draws = ground.candidate.draws(states[1], ground.as_given(batch), [leaving], DRAWS)
    read = [mask_of(before, after.reshape(before.shape)) for (after,) in draws]
    return [mask for mask in read if mask is not None]
