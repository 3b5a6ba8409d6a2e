"""Noise that is drawn outside of training, too, as a variational autoencoder draws its sample.

Both programs are fed the same then: numbers that depend on nothing but how many examples there are.
"""

import functools
from collections.abc import Callable

import numpy as np

from legacy_cnn.parity import loop_noise
from legacy_cnn.parity.arrays import Array
from legacy_cnn.parity.ground import Ground, NotCompared
from legacy_cnn.parity.sides import random_numbers
from legacy_cnn.parity.sides.graph_side import GraphSide
from legacy_cnn.parity.sides.keras_predictions import Always
from legacy_cnn.parity.sides.keras_side import KerasSide
from legacy_cnn.parity.sides.side import Side
from legacy_cnn.results.report import DIFFERENT, Finding


def settle(ground: Ground) -> None:
    """Feeds both programs in evaluation, if the reference draws there what decides its output."""
    reference, candidate = ground.reference, ground.candidate
    reference.feeds.always = None
    images = ground.batches[0].images
    if not reference.drawn or not reference.draws_outside(ground.scenes[1].states[0], images):
        return
    noise = functools.partial(_noise, ground)
    reference.feeds.always = lambda count: dict(zip(reference.drawn, noise(count), strict=False))
    ground.is_unfed = not _is_fed(ground, candidate, noise)
    ground.__dict__.pop("scenes", None)  # they have seen other noise


def _is_fed(ground: Ground, candidate: Side, noise: Callable[[int], list[Array]]) -> bool:
    """Whether the candidate can be fed in evaluation all that the reference is fed."""
    if isinstance(candidate, GraphSide):
        own = candidate.drawn
        candidate.feeds.always = lambda count: dict(zip(own, noise(count), strict=False))
        return len(own) == len(ground.reference.drawn)
    if not isinstance(candidate, KerasSide):
        return False
    candidate.always = Always(ground.reference.drawn, noise)
    if candidate.is_fed_outside(ground.given(ground.batches[0].images)):
        return True
    candidate.always = None
    return False


def differs(ground: Ground) -> Finding:
    """What is found where the candidate cannot be fed.

    Raises:
      NotCompared: it draws something, too.
    """
    reference, candidate = ground.reference, ground.candidate
    if candidate.draws_outside(ground.scenes[1].states[1], ground.given(ground.batches[0].images)):
        raise NotCompared(
            f"{reference.name} draws random numbers outside of training, too, and "
            f"{candidate.name} draws them in another form, so that both cannot be given the same"
        )
    note = "evaluated twice, the reference gives two outputs, and the port gives one"
    drawing = ", ".join(tensor.op.name for tensor in reference.drawn)
    cause = f"the reference draws {drawing} outside of training, too"
    return Finding(reference.names.output, DIFFERENT, note=note, cause=cause)


def _noise(ground: Ground, count: int) -> list[Array]:
    """What each random operation of the reference draws for so many examples."""
    size = len(ground.batches[0].images)
    noise = []
    for at, (tensor, known) in enumerate(
        zip(ground.reference.drawn, ground.batches[0].noise, strict=False)
    ):
        shape, axis = list(known.shape), 0 if loop_noise.of_tensor(tensor) is None else 1
        if len(shape) > axis and shape[axis] % size == 0:
            shape[axis] = shape[axis] // size * count
        generator = np.random.default_rng([ground.seed, at, count])
        noise.append(random_numbers.draw(tensor, tuple(shape), generator))
    return noise
