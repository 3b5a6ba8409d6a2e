"""Which random operation of the candidate is which of the reference, and how it is fed."""

from typing import Any

import numpy as np

from legacy_cnn.parity.arrays import Array
from legacy_cnn.parity.partners import Candidates
from legacy_cnn.parity.sides import random_numbers
from legacy_cnn.parity.sides.graph_side import GraphSide
from legacy_cnn.parity.sides.lifted_side import Fed, LiftedSide
from legacy_cnn.parity.sides.side import Batch, State


def pair(
    reference: GraphSide,
    candidate: LiftedSide,
    states: tuple[State, State],
    batches: tuple[Batch, Batch],
) -> None:
    """Pairs the random operations of two programs: by what they draw and how many, in order.

    Args:
      reference, candidate: both programs; the second's `noise` is set.
      states: of each.
      batches: the same batch, as each of them is given it.
    """
    candidate.noise = _paired(reference, candidate, batches)
    for fed in dict.fromkeys(filter(None, candidate.noise)):
        places = [at for at, one in enumerate(candidate.noise) if one is fed]
        dropouts = [dropout for at in places if (dropout := reference.dropouts[at])]
        if len(dropouts) < len(places):
            continue
        values = [reference.fetch(states[0], batches[0], one.leaving) for one in dropouts]
        value = values[0] if len(values) == 1 else fed.joined(values)
        if not _is_seen(candidate, states[1], batches[1], value):
            fed.is_turned = True
            if _is_seen(candidate, states[1], batches[1], value):
                continue
            if random_numbers.kind(fed.tensor) != "uniform":
                fed.is_turned = False  # no mask: the port has it in another form
                continue
            for at in places:
                candidate.noise[at] = None  # its mask is read


def _paired(
    reference: GraphSide, candidate: LiftedSide, batches: tuple[Batch, Batch]
) -> list[Fed | None]:
    free = candidate.drawn(batches[1])
    paired: list[Fed | None] = []
    for tensor, noise in zip(reference.drawn, batches[0].noise, strict=True):
        kind = random_numbers.kind(tensor)
        fitting = [
            (other, shape)
            for other, shape in free
            if random_numbers.kind(other) == kind != "other" and int(np.prod(shape)) == noise.size
        ]
        if fitting:
            free.remove(fitting[0])
        paired.append(Fed(*fitting[0]) if fitting else None)
    for other, shape in free:
        _join(paired, Fed(other, shape), reference, batches[0].noise)
    return paired


def _join(
    paired: list[Fed | None], fed: Fed, reference: GraphSide, noise: tuple[Array, ...]
) -> None:
    """Lets one draw stand for those of several time steps, of a net that is unrolled."""
    size, kind = int(np.prod(fed.shape)), random_numbers.kind(fed.tensor)
    waiting = [
        at
        for at, one in enumerate(paired)
        if one is None and random_numbers.kind(reference.drawn[at]) == kind != "other"
    ]
    alike = [at for at in waiting if noise[at].shape == noise[waiting[0]].shape]
    count = size // max(1, noise[alike[0]].size) if alike else 0
    if 1 < count <= len(alike) and count * noise[alike[0]].size == size:
        for at in alike[:count]:
            paired[at] = fed


def _is_seen(candidate: LiftedSide, state: State, batch: Batch, value: Any) -> bool:
    values, _ = candidate.train(state, batch)
    return Candidates(values.tensors).nearest(value) is not None
