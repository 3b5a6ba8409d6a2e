"""Noise that is drawn outside of training, too, as a variational autoencoder draws its sample.

Both programs are fed the same then: numbers that depend on nothing but how many examples there are.
"""

import functools

import numpy as np
import tensorflow.compat.v1 as tf

from legacy_cnn.parity.arrays import Array
from legacy_cnn.parity.ground import Ground
from legacy_cnn.parity.sides import random_numbers
from legacy_cnn.parity.sides.keras_side import KerasSide


def settle(ground: Ground) -> None:
    """Feeds both programs in evaluation, if the reference draws there what decides its output."""
    reference, candidate = ground.reference, ground.candidate
    if not reference.drawn or not isinstance(candidate, KerasSide):
        return
    state, images = ground.scenes[1].states[0], ground.batches[0].images
    one, other = (reference.evaluate(state, images).output for _ in range(2))
    if one is None or other is None or np.array_equal(one, other, equal_nan=True):
        return
    noise = functools.partial(_noise, ground)
    reference.feeds.always, candidate.always = noise, noise
    if not candidate.is_fed_outside(ground.given(images)):  # as one draw for all time steps
        reference.feeds.always, candidate.always = None, None
    ground.__dict__.pop("scenes", None)  # they have seen other noise


def _noise(ground: Ground, count: int) -> dict[tf.Tensor, Array]:
    """What each random operation of the reference draws for so many examples."""
    batch = ground.batches[0]
    drawn = {}
    for at, (tensor, known) in enumerate(zip(ground.reference.drawn, batch.noise, strict=False)):
        first, *others = np.shape(known) or (0,)
        if first == len(batch.images):
            generator = np.random.default_rng([ground.seed, at, count])
            drawn[tensor] = random_numbers.draw(tensor, (count, *others), generator)
    return drawn
