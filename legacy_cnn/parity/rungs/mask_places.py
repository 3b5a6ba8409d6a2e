"""Where a candidate drops units by itself: the tensors that enter and leave a dropout."""

from typing import NamedTuple

import tensorflow.compat.v1 as tf

from legacy_cnn.parity.arrays import Array
from legacy_cnn.parity.partners import Partner
from legacy_cnn.parity.scene import Scene
from legacy_cnn.parity.sides.dropouts import Dropout, dropped, mask_of


class Place(NamedTuple):
    """A dropout of the reference, and its counterpart."""

    dropout: Dropout
    before: Array  #: what enters in the reference
    entering: Partner | None  #: the candidate's tensor with its values
    leaving: str | None  #: the candidate's tensor that is this one with some units dropped


def place_of(scene: Scene, at: int) -> Place | None:
    """The place at which what a random operation of the reference draws drops units.

    None if the noise is not there to drop units, or the candidate takes it as an input.
    """
    dropout = scene.ground.reference.dropouts[at]
    if dropout is None or scene.ground.candidate.is_given_noise:
        return None
    before, after = (_of_reference(scene, tensor) for tensor in dropout)
    if before.shape != after.shape or mask_of(before, after) is None:
        return None
    entering = scene.trained_partners.nearest(before)
    found = dropped(before if entering is None else entering.value, scene.trained[1].tensors)
    return Place(dropout, before, entering, found[0] if found else None)


def _of_reference(scene: Scene, tensor: tf.Tensor) -> Array:
    """A tensor of the reference's step, which may be what it is fed or reads."""
    values = scene.trained[0].tensors
    if tensor.name in values:
        return values[tensor.name]
    return scene.ground.reference.fetch(scene.states[0], scene.ground.batches[0], tensor)
