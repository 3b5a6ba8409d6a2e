"""What the port's random operations draw by themselves, where a comparison feeds them."""

import dataclasses
import itertools
from collections.abc import Iterator

import numpy as np
import tensorflow.compat.v1 as tf

from legacy_cnn.parity import own_noise
from legacy_cnn.parity.arrays import Array
from legacy_cnn.parity.ground import Ground
from legacy_cnn.parity.sides import random_numbers
from legacy_cnn.parity.sides.graph_side import GraphSide
from legacy_cnn.parity.sides.side import Batch
from legacy_cnn.results.report import DIFFERENT, Finding

#: Numbers that the port's are compared with.
EXPECTED = 200_000


def findings(ground: Ground, draws: int, images: int) -> Iterator[Finding]:
    """Compares the noise of several steps that the port takes with its own random numbers.

    Args:
      ground: both programs.
      draws: number of steps.
      images: in a batch, at least.
    """
    fed = {} if ground.candidate.is_given_noise else _fed(ground)
    if not fed:
        return
    state, batch = ground.scenes[1].states[1], ground.as_given(repeated(ground, images))
    names = [tensor.name for tensors in fed.values() for tensor in tensors]
    steps = [iter(step) for step in ground.candidate.draws(state, batch, names, draws)]
    drawn = {at: [_next(step, len(tensors)) for step in steps] for at, tensors in fed.items()}
    for at, own in drawn.items():
        yield from own_noise.findings(_name(ground, at), own, _expected(ground, at))
    yield from _shared(ground, {at: own[0] for at, own in drawn.items()})


def repeated(ground: Ground, images: int) -> Batch:
    """The first batch, repeated to so many images at least, without noise."""
    batch = ground.batches[0]
    times = -(-images // len(batch.images))
    many = (np.concatenate([part] * times) for part in (batch.images, batch.labels))
    return dataclasses.replace(ground.reference.batch(*many), noise=())


def _next(drawn: Iterator[Array], count: int) -> Array:
    """What so many tensors drew, as one array: of several, those of time steps."""
    parts = list(itertools.islice(drawn, count))
    return np.stack(parts) if count > 1 else parts[0]


def _fed(ground: Ground) -> dict[int, list[tf.Tensor]]:
    """Place among the reference's random operations -> the tensors of the port that are fed."""
    candidate = ground.candidate
    if isinstance(candidate, GraphSide):
        places = {at: [tensor] for at, tensor in enumerate(candidate.drawn[: len(_drawn(ground))])}
    else:
        noise = getattr(candidate, "noise", [])
        places = {at: fed.tensors for at, fed in enumerate(noise) if fed is not None}
    once = {tensors[0].name: at for at, tensors in reversed(places.items())}
    return {
        at: tensors
        for at, tensors in places.items()
        if once[tensors[0].name] == at and tensors[0].dtype in (tf.float32, tf.float64)
        if random_numbers.kind(_drawn(ground)[at]) == random_numbers.kind(tensors[0]) != "other"
    }


def _drawn(ground: Ground) -> list[tf.Tensor]:
    return ground.reference.drawn


def _expected(ground: Ground, at: int) -> Array:
    generator = np.random.default_rng([ground.seed, at])
    return random_numbers.draw(_drawn(ground)[at], (EXPECTED,), generator)


def _name(ground: Ground, at: int) -> str:
    return f"noise {_drawn(ground)[at].op.name}"


def _shared(ground: Ground, drawn: dict[int, Array]) -> Iterator[Finding]:
    """Random operations that draw the same numbers in a step, where the reference's do not."""
    names = [tensor.name for tensor in _drawn(ground)]
    own: tuple[Array, ...] = ()
    for (one, first), (other, second) in itertools.combinations(drawn.items(), 2):
        if not own_noise.alike(first, second):
            continue
        if not own:
            (own,) = ground.reference.draws(ground.scenes[1].states[0], ground.batches[0], names, 1)
        if not own_noise.alike(own[one], own[other]):
            note = f"in each step, it is {_name(ground, other)} as well"
            yield Finding(_name(ground, one), DIFFERENT, note=note)
            return
