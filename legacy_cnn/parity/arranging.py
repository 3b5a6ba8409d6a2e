"""How the parameters of both programs belong together where no pairing one by one fits."""

import dataclasses
import math
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

import numpy as np

from legacy_cnn.parity import cells, joining, swapping
from legacy_cnn.parity.arrays import Array
from legacy_cnn.parity.ground import Ground
from legacy_cnn.parity.groups import Group, flat, parts
from legacy_cnn.parity.pairing import Pairs, Variable, pair
from legacy_cnn.parity.partners import ENOUGH, Candidates, is_near
from legacy_cnn.parity.scene import told_apart
from legacy_cnn.weights.matching import Shape

#: One way in which the grouped parameters may lie in the candidate.
Arrangement = list[Group]

#: Two layers this near, relative to their norm, are the same one.
EQUAL = 1e-3

#: Two outputs this near differ by rounding. Others that are near may hide a layer of small weights
#: that is another one: the layers before them are looked at, too.
ROUNDED = 1e-5

#: The least score of two programs whose outputs are near.
NEAR = 0.99

#: A part of a variable that was made with a partitioner.
_PART = re.compile(r"(.+)/part_(\d+)$")


def paired(
    shapes: Mapping[str, Shape],
    other_names: Mapping[str, Sequence[str]],
    variables: Sequence[Variable],
    mapping: Mapping[str, str],
    candidate: str,
) -> tuple[Pairs, list[Arrangement]]:
    """Pairs parameters and variables, one by one and in groups.

    Args:
      shapes, other_names, variables, mapping, candidate: as for `pairing.pair`.

    Returns:
      The pairs, and other arrangements of their groups, of which values decide.
    """

    def rest(names: Sequence[str], keys: Sequence[object]) -> Pairs:
        left = {name: shape for name, shape in shapes.items() if name not in names}
        free = [variable for variable in variables if variable.key not in keys]
        return pair(left, other_names, free, mapping, candidate)

    best, fitting = rest((), ()), list[tuple[Pairs, list[Arrangement]]]()
    unmapped = {name: shape for name, shape in shapes.items() if name not in mapping}
    others = [one for one in variables if one.name not in mapping.values()]
    for found in _arrangements(unmapped, others):
        names = [name for group in found[0] for name in group.names]
        keys = [key for group in found[0] for key in group.keys]
        pairs = rest(names, keys)
        pairs.shared = found[0]
        if pairs.count < best.count:
            best, fitting = pairs, []
        if pairs.count == best.count and best.shared:
            fitting.append((pairs, found))
    # A simple cell may have the shapes of an LSTM of fewer units, but in another order.
    fitting.sort(key=lambda one: _disorder(one[0].shared, variables))
    best, arrangements = fitting[0] if fitting else (best, [])
    if best.count or arrangements:
        return best, arrangements
    return best, _of_known_cells(shapes, variables)


def _disorder(groups: Arrangement, variables: Sequence[Variable]) -> int:
    """How many groups have the candidate's variables in another order than the candidate."""
    places = {variable.key: at for at, variable in enumerate(variables)}
    ordered = [[places[key] for key in group.keys] for group in groups]
    return sum(one != sorted(one) for one in ordered)


def _arrangements(
    shapes: Mapping[str, Shape], variables: Sequence[Variable]
) -> Iterator[list[Arrangement]]:
    """Groups that fit by shapes, each with all its arrangements."""
    partitioned = _partitioned(shapes, variables)
    if partitioned:
        yield [partitioned]
    for variable in variables:
        if variable.shape == (sum(math.prod(shape) for shape in shapes.values()),):
            yield [[flat(order, variable.key)] for order in _orders(shapes)]
    joined = list(joining.arrangements(shapes, variables))
    if joined:
        yield joined
    for kind in cells.KINDS:
        for form in kind.forms:
            for other in kind.forms:
                if form is not other:
                    yield from _of_cells(kind, (form, other), shapes, variables)


def _of_cells(
    kind: cells.Kind,
    forms: tuple[cells.Form, cells.Form],
    shapes: Mapping[str, Shape],
    variables: Sequence[Variable],
) -> Iterator[list[Arrangement]]:
    names, keys = list(shapes), [variable.key for variable in variables]
    found = cells.cells_in(forms, list(shapes.values()), [v.shape for v in variables])
    if found:
        yield [
            [cells.group(kind, pair, names, keys, option) for pair in found]
            for option in cells.options(kind, (0.0,))
        ]


def _of_known_cells(
    shapes: Mapping[str, Shape], variables: Sequence[Variable]
) -> list[Arrangement]:
    """Arrangements of cells whose shapes are the same in both, where Keras chose the gates' order.

    An LSTM written by hand with Keras' shapes may have its gates in TensorFlow 1's order.
    """
    if not any(variable.name.endswith("/recurrent_kernel") for variable in variables):
        return []
    found = list[Arrangement]()
    for kind in cells.KINDS:
        split = kind.forms[1]
        for arrangements in _of_cells(kind, (split, split), shapes, variables):
            found += arrangements
    return found


def _partitioned(shapes: Mapping[str, Shape], variables: Sequence[Variable]) -> Arrangement:
    wholes: dict[str, dict[int, str]] = {}
    for name in shapes:
        if match := _PART.match(name):
            wholes.setdefault(match[1], {})[int(match[2])] = name
    groups, free = [], list(variables)
    for names in wholes.values():
        ordered = [names[at] for at in sorted(names)]
        for variable in free:
            axis = _axis([shapes[name] for name in ordered], variable.shape)
            if axis is not None and len(ordered) > 1:
                sizes = [shapes[name][axis] for name in ordered]
                groups.append(parts(ordered, variable.key, axis, sizes))
                free.remove(variable)
                break
    return groups


def _orders(shapes: Mapping[str, Shape]) -> Iterator[dict[str, Shape]]:
    """Orders in which parameters may lie in one variable: as given, and each bias after its kernel.

    Each of them backwards, too.
    """
    after: list[str] = []
    biases = [name for name, shape in shapes.items() if len(shape) < 2]
    for name, shape in shapes.items():
        if len(shape) > 1:
            own = [bias for bias in biases if shapes[bias] == shape[-1:] and bias not in after]
            after += [name, *own[:1]]
    after += [name for name in shapes if name not in after]
    for order in (list(shapes), after):
        yield {name: shapes[name] for name in order}
        yield {name: shapes[name] for name in reversed(order)}


def _axis(pieces: Sequence[Shape], whole: Shape) -> int | None:
    """The axis along which pieces make a whole."""
    for axis in range(len(whole)):
        joined = {(*piece[:axis], whole[axis], *piece[axis + 1 :]) for piece in pieces}
        sizes = [piece[axis] for piece in pieces if len(piece) == len(whole)]
        if joined == {whole} and len(sizes) == len(pieces) and sum(sizes) == whole[axis]:
            return axis
    return None


def settle(
    ground: Ground, numbered: Pairs, arrangements: list[Arrangement], mapped: Collection[str]
) -> None:
    """Chooses the arrangement with which most layers agree: shapes tell neither gates apart nor
    variables of one shape.

    Args:
      ground: its pairs are changed.
      numbered: other pairs, by the numbers of layers.
      arrangements: other ones of the parameters in groups.
      mapped: parameters whose variables the user has named.
    """
    score = scorer(ground)
    if numbered.parameters != ground.pairs.parameters and not numbered.shared:
        first, reached = ground.pairs, score()
        ground.pairs = numbered
        if score() <= reached:
            ground.pairs = first
    swapping.settle(ground, score, mapped)
    if not arrangements:
        return
    if _arrange(ground, arrangements, score) < 1 and ground.pairs.shared:
        # With the cells in their places, what is computed from them tells more.
        swapping.settle(ground, score, mapped)
        _arrange(ground, [_keyed(one, ground.pairs.shared) for one in arrangements], score)
    _shift(ground)


def _arrange(ground: Ground, arrangements: list[Arrangement], score: Callable[[], float]) -> float:
    """Takes the arrangement with the highest score, which it returns."""
    plain = not ground.pairs.shared
    best, most = ground.pairs, score() if plain else -1.0
    for groups in arrangements if most < 1 else ():
        ground.pairs = _with(best, groups)
        agreeing = score()
        if agreeing > most and (agreeing >= NEAR or not plain):
            best, most = ground.pairs, agreeing
        if most >= 1:
            break
    ground.pairs = best
    return most


def _keyed(groups: Arrangement, like: Arrangement) -> Arrangement:
    """An arrangement in which each cell has the variables that it has in another."""
    keys = {group.names: group.keys for group in like}
    return [dataclasses.replace(one, keys=keys.get(one.names, one.keys)) for one in groups]


def _shift(ground: Ground) -> None:
    """Lets the weights be such as both programs can hold: the candidate may hold 1 + a bias."""
    for group in ground.pairs.shared:
        shifts = group.shifts_here()
        ground.reference.shifts.update(
            {ground.reference.parameters[name]: shift for name, shift in shifts.items()}
        )
        ground.weights.update(
            {name: (ground.weights[name] + shift) - shift for name, shift in shifts.items()}
        )


def _with(pairs: Pairs, groups: Arrangement) -> Pairs:
    names = {name for group in groups for name in group.names}
    singles = {name: one for name, one in pairs.parameters.items() if name not in names}
    return Pairs(singles, pairs.layouts, shared=groups, extra=pairs.extra)


def scorer(ground: Ground) -> Callable[[], float]:
    """Returns what computes the share of the reference's tensors that the candidate has.

    It is at least `NEAR` where the outputs are near, and 1 where they are equal but for rounding.
    """
    images = ground.batches[0].images
    weights = told_apart(ground.weights)
    state = ground.states(weights)[0]
    values = ground.reference.evaluate(state, images)
    tensors = [value for value in values.tensors.values() if value.size >= ENOUGH]

    def score() -> float:
        there = ground.candidate.evaluate(ground.states(weights)[1], images)
        outputs = values.output, there.output
        if _are_near(outputs, ROUNDED):
            return 1.0
        partners = Candidates(there.tensors)
        found = [partners.nearest(value, EQUAL) is not None for value in tensors]
        share = float(np.mean(found)) if found else 0.0
        return NEAR + (1 - NEAR) * share if _are_near(outputs, EQUAL) else share * NEAR

    return score


def _are_near(outputs: tuple[Array | None, Array | None], within: float) -> bool:
    one, other = outputs
    return one is not None and other is not None and is_near(one, other, within)
