"""Which of several variables of one shape is which parameter: values decide, where order misleads.

Pairing takes variables of one shape in the order in which the program uses them. A port may use
them in another order: two branches, two directions of a recurrent net, or the scale and the offset
of a normalisation.
"""

import dataclasses
import functools
import itertools
from collections.abc import Callable, Collection, Iterator

from legacy_cnn.parity.ground import Ground
from legacy_cnn.parity.groups import Group
from legacy_cnn.parity.pairing import Pairs
from legacy_cnn.weights.matching import Shape

#: So many exchanges are tried at most: each costs a pass of the candidate.
MOST = 60

#: So many parameters are exchanged with others at most: two layers with normalisation.
LONGEST = 8

#: Pairs of parameters whose variables are exchanged.
Exchange = list[tuple[str, str]]


def settle(ground: Ground, score: Callable[[], float], mapped: Collection[str]) -> None:
    """Exchanges variables of one shape as long as more tensors agree for it.

    Args:
      ground: its pairs are changed.
      score: returns the share of the reference's tensors that the candidate has; 1 if its output
        is the reference's.
      mapped: parameters whose variables the user has named.
    """
    names = [
        name
        for name in ground.reference.shapes()
        if name in ground.pairs.parameters and name not in mapped
    ]
    best, most, tried = ground.pairs, score(), 0
    improves = True
    while improves and most < 1:
        improves = False
        for changed in _alternatives(best, names):
            if most >= 1 or tried == MOST:
                break
            tried += 1
            ground.pairs = changed(best)
            if (agreeing := score()) > most:
                best, most, improves = ground.pairs, agreeing, True
    ground.pairs = best


def _alternatives(pairs: Pairs, names: list[str]) -> Iterator[Callable[[Pairs], Pairs]]:
    """What may be exchanged, in what is the best by then."""
    for exchange in _exchanges(pairs, names):
        yield functools.partial(_exchanged, exchange=exchange)
    for places in itertools.combinations(range(len(pairs.shared)), 2):
        if _are_alike(*(pairs.shared[at] for at in places)):
            yield functools.partial(_regrouped, places=places)


def _are_alike(here: Group, there: Group) -> bool:
    """Whether two cells have the same sizes."""
    return bool(here.shapes) and here.shapes == there.shapes and len(here.keys) == len(there.keys)


def _regrouped(pairs: Pairs, places: tuple[int, int]) -> Pairs:
    """Two cells with each other's variables."""
    (one, other), groups = places, list(pairs.shared)
    here, there = groups[one], groups[other]
    groups[one] = dataclasses.replace(here, keys=there.keys)
    groups[other] = dataclasses.replace(there, keys=here.keys)
    return Pairs(pairs.parameters, pairs.layouts, shared=groups, extra=pairs.extra)


def _exchanges(pairs: Pairs, names: list[str]) -> Iterator[Exchange]:
    """Runs of parameters with variables of the same shapes: neighbours first, the longest first.

    A layer is exchanged whole: with its kernel alone, nothing agrees.
    """
    kinds = [_kind(pairs, name) for name in names]
    lengths = range(min(LONGEST, len(names) // 2), 0, -1)
    for are_neighbours, length in itertools.product((True, False), lengths):
        for one, other in itertools.combinations(range(len(names) - length + 1), 2):
            here, there = slice(one, one + length), slice(other, other + length)
            is_here = other == one + length if are_neighbours else other > one + length
            if is_here and kinds[here] == kinds[there]:
                yield list(zip(names[here], names[there], strict=True))


def _kind(pairs: Pairs, name: str) -> tuple[Shape, bool, str]:
    variable = pairs.parameters[name]
    return variable.shape, variable.is_trained, pairs.layouts[name].name


def _exchanged(pairs: Pairs, exchange: Exchange) -> Pairs:
    parameters = dict(pairs.parameters)
    for one, other in exchange:
        parameters[one], parameters[other] = parameters[other], parameters[one]
    return Pairs(parameters, pairs.layouts, shared=pairs.shared, extra=pairs.extra)
