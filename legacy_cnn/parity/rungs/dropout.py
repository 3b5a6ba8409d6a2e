"""The network in training, with dropout on, and the masks that the dropout draws by itself.

Both programs are fed the same noise. Where the candidate draws in a way that cannot be fed, its
mask is read from its values, and the reference is fed that one.
"""

from collections.abc import Iterator

import numpy as np
import tensorflow.compat.v1 as tf

from legacy_cnn.parity import masks
from legacy_cnn.parity.arrays import Array
from legacy_cnn.parity.ground import Ground, Scene
from legacy_cnn.parity.rungs import layers
from legacy_cnn.parity.sides.dropouts import Mask, dropped, mask_of
from legacy_cnn.parity.sides.side import Batch
from legacy_cnn.results.report import DIFFERENT, Finding

#: Images in a batch whose masks are looked at, and number of such batches: with 1,024 units, half
#: of them alive, 0.003 of the units more or less are seen.
IMAGES, DRAWS = 512, 4


def findings(ground: Ground) -> Iterator[Finding]:
    """Compares the masks, then every layer in training."""
    drawn = [finding for at in range(len(ground.reference.drawn)) for finding in _masks(ground, at)]
    yield from drawn
    if not any(finding.verdict == DIFFERENT for finding in drawn):
        yield from ground.over_scenes(_findings)


def _findings(scene: Scene) -> list[Finding]:
    return layers.compare(
        scene,
        "dropout",
        scene.trained,
        scene.trained_partners,
        scene.trained_noise,
        scene.ground.batches[0],
    )


def _masks(ground: Ground, at: int) -> Iterator[Finding]:
    """What the candidate draws by itself for a dropout of the reference."""
    dropout = ground.reference.dropouts[at]
    if dropout is None or ground.candidate.is_given_noise:
        return
    scene = ground.scenes[1]
    before, after = (_of_reference(scene, tensor) for tensor in dropout)
    entering = scene.trained_partners.nearest(before)
    if entering is None or before.shape != after.shape or mask_of(before, after) is None:
        return  # the noise is not there to drop units
    leaving = dropped(entering.value, scene.trained[1].tensors)
    if leaving is None:
        is_kept = ground.reference.share_kept(at, ground.batches[0]) == 1
        if ground.is_masked[at] and not is_kept:
            note = "nothing is dropped in training"
            yield Finding(ground.reference.layer_of(dropout.leaving), DIFFERENT, note=note)
        return
    masks_drawn = _drawn(ground, entering.name, leaving[0])
    if masks_drawn:
        yield from masks.repetition(masks_drawn)
        yield from masks.spread(masks_drawn[0])
        yield masks.share_kept(masks_drawn, ground.reference.share_kept(at, ground.batches[0]))


def _of_reference(scene: Scene, tensor: tf.Tensor) -> Array:
    """A tensor of the reference's step, which may be what it is fed or reads."""
    values = scene.trained[0].tensors
    if tensor.name in values:
        return values[tensor.name]
    return scene.ground.reference.fetch(scene.states[0], scene.ground.batches[0], tensor)


def _drawn(ground: Ground, entering: str, leaving: str) -> list[Mask]:
    """The masks of several steps with the candidate's own random numbers."""
    state, batch = ground.scenes[1].states[1], ground.as_given(_repeated(ground))
    draws = ground.candidate.draws(state, batch, [entering, leaving], DRAWS)
    read = [mask_of(before, after.reshape(before.shape)) for before, after in draws]
    return [mask for mask in read if mask is not None]


def _repeated(ground: Ground) -> Batch:
    """The first batch, repeated to many images."""
    batch = ground.batches[0]
    times = -(-IMAGES // len(batch.images))
    return ground.reference.batch(
        np.concatenate([batch.images] * times), np.concatenate([batch.labels] * times)
    )
