"""Which random operation of the candidate is which of the reference, and how it is fed."""

from collections.abc import Callable
from typing import Any

import numpy as np

from legacy_cnn.parity import loop_noise
from legacy_cnn.parity.arrays import Array
from legacy_cnn.parity.partners import Candidates
from legacy_cnn.parity.sides import random_numbers
from legacy_cnn.parity.sides.fed import Fed
from legacy_cnn.parity.sides.graph_side import GraphSide
from legacy_cnn.parity.sides.lifted_side import LiftedSide
from legacy_cnn.parity.sides.side import Batch, State

#: So many places are tried for draws that stand for several steps: each costs a pass.
MOST = 60


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

    def is_known(fed: Fed) -> bool | None:
        """Whether the candidate has what leaves a dropout, as it is or turned; None for none."""
        places = _places(candidate, fed)
        dropouts = [dropout for at in places if (dropout := reference.dropouts[at])]
        if len(dropouts) < len(places):
            return None
        values = [reference.fetch(states[0], batches[0], one.leaving) for one in dropouts]
        value = values[0] if len(values) == 1 else fed.joined(values)
        for fed.is_turned in (False, True):
            if _is_seen(candidate, states[1], batches[1], value):
                return True
        return False

    fed = list(dict.fromkeys(filter(None, candidate.noise)))
    if any(len(_places(candidate, one)) > 1 and is_known(one) is False for one in fed):
        _pair_by_values(reference, candidate, batches, is_known)
        fed = list(dict.fromkeys(filter(None, candidate.noise)))
    for one in fed:
        if is_known(one) is False:
            if random_numbers.kind(one.tensor) != "uniform":
                one.is_turned = False  # no mask: the port has it in another form
                continue
            for at in _places(candidate, one):
                candidate.noise[at] = None  # its mask is read


def _places(candidate: LiftedSide, fed: Fed) -> list[int]:
    return [at for at, one in enumerate(candidate.noise) if one is fed]


def _pair_by_values(
    reference: GraphSide,
    candidate: LiftedSide,
    batches: tuple[Batch, Batch],
    is_known: Callable[[Fed], bool | None],
) -> None:
    """Pairs draws of which some stand for several steps: by what leaves the dropouts.

    The reference may have all layers of a step, and then the next step.
    """
    candidate.noise = [None] * len(reference.drawn)
    tried = 0
    for tensor, shape in candidate.drawn(batches[1]):
        fed = Fed(tensor, shape)
        for places in _steps_for(fed, reference, candidate, batches[0].noise):
            tried += 1
            for at in places:
                candidate.noise[at] = fed
            if tried > MOST or is_known(fed) is not False:
                break
            for at in places:
                candidate.noise[at] = None


def _steps_for(
    fed: Fed, reference: GraphSide, candidate: LiftedSide, noise: tuple[Array, ...]
) -> list[list[int]]:
    """The draws of the reference that one of the candidate may stand for: every one, or several
    at equal distances."""
    size, kind = int(np.prod(fed.shape)), random_numbers.kind(fed.tensor)
    free = [
        at
        for at, one in enumerate(candidate.noise)
        if one is None and random_numbers.kind(reference.drawn[at]) == kind != "other"
    ]
    found = [[at] for at in free if noise[at].size == size]
    for part in dict.fromkeys(noise[at].shape for at in free):
        alike = [at for at in free if noise[at].shape == part]
        count, rest = divmod(size, max(1, int(np.prod(part))))
        if count > 1 and not rest:
            for distance in range(1, len(alike) // count + 2):
                starts = range(len(alike) - distance * (count - 1))
                found += [alike[at::distance][:count] for at in starts]
    return found


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
        by_step = loop_noise.of_tensor(tensor) is not None
        paired.append(Fed(*fitting[0], is_by_step=by_step) if fitting else None)
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
