"""Which random operation of the candidate is which of the reference, and how it is fed."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import tensorflow.compat.v1 as tf

from legacy_cnn.parity import loop_noise
from legacy_cnn.parity.arrays import Array
from legacy_cnn.parity.partners import Candidates
from legacy_cnn.parity.sides import random_numbers
from legacy_cnn.parity.sides.fed import Fed, FedInSteps
from legacy_cnn.parity.sides.graph_side import GraphSide
from legacy_cnn.parity.sides.lifted_side import LiftedSide
from legacy_cnn.parity.sides.side import Batch, State

#: So many places are tried for draws that stand for several steps: each costs a pass.
MOST = 60

#: Two losses this near, relative to the first, are the same.
EQUAL = 1e-5

Shape = tuple[int, ...]


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
    own = candidate.drawn(batches[1])
    candidate.noise = by_order(reference.drawn, batches[0].noise, own)
    if len(reference.stages) > 1:
        draw_again(candidate, own)

    def is_known(fed: Fed) -> bool | None:
        """Whether the candidate has what leaves a dropout, as it is or turned; None for none."""
        places = _places(candidate, fed)
        dropouts = [dropout for at in places if (dropout := reference.dropouts[at])]
        if len(dropouts) < len(places):
            return None
        values = [reference.fetch(states[0], batches[0], one.leaving) for one in dropouts]
        for fed.is_by_part in (False, True)[: len(values)]:
            value = values[0] if len(values) == 1 else fed.joined(values)
            for fed.is_turned in (False, True):
                if _is_seen(candidate, states[1], batches[1], value):
                    return True
        fed.is_by_part = False
        return False

    fed = list(dict.fromkeys(filter(None, candidate.noise)))
    if any(_is_doubtful(candidate, one, fed) and is_known(one) is False for one in fed):
        _pair_by_values(reference, candidate, batches, is_known)
        if len(reference.stages) > 1:
            draw_again(candidate, own)
        fed = list(dict.fromkeys(filter(None, candidate.noise)))
    for one in fed:
        if is_known(one) is False:
            if random_numbers.kind(one.tensor) != "uniform":
                one.is_turned = False  # no mask: the port has it in another form
                continue
            for at in _places(candidate, one):
                candidate.noise[at] = None  # its mask is read
    _settle_loops(reference, candidate, states, batches)


def _places(candidate: LiftedSide, fed: Fed) -> list[int]:
    return [at for at, one in enumerate(candidate.noise) if one is fed]


def _is_doubtful(candidate: LiftedSide, fed: Fed, others: Sequence[Fed]) -> bool:
    """Whether a draw may be another one: of several steps, or one of several of its kind."""
    alike = [one for one in others if one.shape == fed.shape and _is_alike(one, fed.tensor)]
    return len(alike) > 1 or len(_places(candidate, fed)) > 1


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
    for own, one in enumerate(candidate.drawn(batches[1])):
        fed = Fed(*one, at=own)
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
    size = _size(fed)
    free = [
        at
        for at, one in enumerate(candidate.noise)
        if one is None and _is_alike(fed, reference.drawn[at])
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


def by_order(
    drawn: Sequence[tf.Tensor], noise: Sequence[Array], own: list[tuple[tf.Tensor, Shape]]
) -> list[Fed | None]:
    """Pairs draws by their kinds and sizes, in order.

    Args:
      drawn: by the reference.
      noise: what each of these draws.
      own: the candidate's draws, with their shapes.

    Returns:
      For each of the reference's the candidate's; None where it has none.
    """
    free = [Fed(*one, at=at) for at, one in enumerate(own)]
    paired: list[Fed | None] = []
    for tensor, value in zip(drawn, noise, strict=True):
        fitting = [fed for fed in free if _is_alike(fed, tensor) and _size(fed) == value.size]
        if fitting:
            free.remove(fitting[0])
            fitting[0].is_by_step = loop_noise.of_tensor(tensor) is not None
        paired.append(fitting[0] if fitting else None)
    for fed in free:
        _join(paired, fed, drawn, noise)
    free = [fed for fed in free if fed not in paired]
    for at, (tensor, value) in enumerate(zip(drawn, noise, strict=True)):
        if paired[at] is None and loop_noise.of_tensor(tensor):
            paired[at] = found = _of_steps(free, tensor, value)
            free = [fed for fed in free if found is None or fed.tensor not in found.tensors]
    return paired


def _of_steps(free: list[Fed], drawn: tf.Tensor, noise: Array) -> Fed | None:
    """What draws for each step of a loop apart, or for the last one alone."""
    count = len(noise)
    alike = [fed for fed in free if _is_alike(fed, drawn) and _size(fed) * count == noise.size]
    if len(alike) >= count > 1:
        return FedInSteps(alike[:count])
    if not alike:
        return None
    alike[0].is_by_step = alike[0].is_of_last = True
    return alike[0]


def _join(
    paired: list[Fed | None], fed: Fed, drawn: Sequence[tf.Tensor], noise: Sequence[Array]
) -> None:
    """Lets one draw stand for those of several time steps, of a net that is unrolled."""
    waiting = [at for at, one in enumerate(paired) if one is None and _is_alike(fed, drawn[at])]
    alike = [at for at in waiting if noise[at].shape == noise[waiting[0]].shape]
    count = _size(fed) // max(1, noise[alike[0]].size) if alike else 0
    if 1 < count <= len(alike) and count * noise[alike[0]].size == _size(fed):
        for at in alike[:count]:
            paired[at] = fed


def draw_again(candidate: LiftedSide, own: list[tuple[tf.Tensor, Shape]]) -> None:
    """Feeds what a later stage draws anew what the first one is fed.

    The reference runs one operation again, which is fed the same in each stage: a generator's
    noise, for the discriminator's update and for its own. A layer draws again what it drew; else
    several of one kind are drawn again in their order.
    """
    paired = list(dict.fromkeys(fed for fed in candidate.noise if fed is not None))
    known = {tensor.name for fed in paired for tensor in fed.tensors}
    for tensor, shape in own:
        alike = [fed for fed in paired if fed.shape == shape and _is_alike(fed, tensor)]
        if tensor.name not in known and alike:
            nearest = min(alike, key=lambda fed: (-fed.names_alike(tensor), len(fed.again)))
            nearest.again.append(tensor)


def _size(fed: Fed) -> int:
    return int(np.prod(fed.shape))


def _is_alike(fed: Fed, tensor: tf.Tensor) -> bool:
    """Whether both draw numbers of one kind."""
    return random_numbers.kind(fed.tensor) == random_numbers.kind(tensor) != "other"


def _settle_loops(
    reference: GraphSide,
    candidate: LiftedSide,
    states: tuple[State, State],
    batches: tuple[Batch, Batch],
) -> None:
    """Finds which draws of loops are which where their order tells another loss.

    Nothing inside of a loop can be fetched, so the loss decides. A port may have its layers in
    another order, and what a backward network draws, too, in the order of the input.
    """
    places = [
        at
        for at, tensor in enumerate(reference.drawn)
        if candidate.noise[at] is not None and loop_noise.of_tensor(tensor)
    ]
    if not places or reference.loss is None:
        return
    first = [fed for at in places if (fed := candidate.noise[at])]
    expected = reference.fetch(states[0], batches[0], reference.loss)
    for order in itertools.islice(_orders(first), MOST):
        for at, (fed, is_backward) in zip(places, order, strict=True):
            candidate.noise[at], fed.is_backward = fed, is_backward
        loss = candidate.train(states[1], batches[1])[0].loss
        if loss is None or np.allclose(loss, expected, rtol=EQUAL):
            return
    for at, fed in zip(places, first, strict=True):
        candidate.noise[at], fed.is_backward = fed, False


def _orders(feds: list[Fed]) -> Iterator[tuple[tuple[Fed, bool], ...]]:
    """The draws in other orders of those of one kind and size; each forward or backward."""
    kinds = [(random_numbers.kind(fed.tensor), _size(fed)) for fed in feds]
    for are_backward in sorted(itertools.product((False, True), repeat=len(feds)), key=sum):
        for order in itertools.permutations(range(len(feds))):
            if all(kinds[at] == kinds[other] for at, other in enumerate(order)):
                yield tuple((feds[other], are_backward[at]) for at, other in enumerate(order))


def _is_seen(candidate: LiftedSide, state: State, batch: Batch, value: Any) -> bool:
    values, _ = candidate.train(state, batch)
    return Candidates(values.tensors).nearest(value) is not None
