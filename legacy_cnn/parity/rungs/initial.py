"""How training begins: the distribution of each parameter's first values, and the slots' values.

The reference's initializers are run several times. The candidate's values are those that it was
built with, of which there is one draw, unless it is a function that builds it again.
"""

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from legacy_cnn.parity import distributions
from legacy_cnn.parity.arrays import Array
from legacy_cnn.parity.ground import Ground
from legacy_cnn.results.report import DIFFERENT, SAME, Finding

#: What the name of a slot begins with.
PREFIX = "first value of "

ROW = "initial weights"

#: Values of the reference for each parameter, at least, and draws of all of them.
VALUES, DRAWS = 20_000, 3

#: Draws of a parameter with few values; of the candidate.
MOST_DRAWS, CANDIDATE_DRAWS = 64, 8


def findings(ground: Ground) -> Iterator[Finding]:
    """Compares the first values of every parameter, then those of the slots."""
    reference = _drawn(ground)
    states = ground.candidate.first_values(CANDIDATE_DRAWS)
    candidate = [ground.weights_of(state) for state in states]
    rate = distributions.FALSE_ALARM / max(1, len(reference))
    for name, draws in reference.items():
        yield _parameter(ground, name, draws, _distinct([draw[name] for draw in candidate]), rate)
    yield from _slots(ground, states[0])


def _drawn(ground: Ground) -> dict[str, list[Array]]:
    """Several draws of each of the reference's parameters that has an initializer."""
    reference = ground.reference
    variables = {name: reference.parameters[name] for name in ground.weights}
    draws = [reference.drawn_again(variables) for _ in range(DRAWS)]
    drawn = {name: [draw[name] for draw in draws] for name in draws[0]}
    few = [name for name, values in drawn.items() if _wanted(values) > DRAWS]
    for _ in range(MOST_DRAWS - DRAWS if few else 0):
        more = reference.drawn_again({name: variables[name] for name in few})
        for name in few:
            if len(drawn[name]) < _wanted(drawn[name]):
                drawn[name].append(more[name])
    return drawn


def _wanted(draws: list[Array]) -> int:
    """How many draws are enough."""
    if len(_distinct(draws)) == 1:
        return 1
    return min(MOST_DRAWS, -(-VALUES // max(1, draws[0].size)))


def _distinct(draws: list[Array]) -> list[Array]:
    """The draws without repetitions: an initializer with a seed, or a constant."""
    return list({draw.tobytes(): draw for draw in draws}.values())


def _parameter(
    ground: Ground, name: str, draws: list[Array], candidate: list[Array], rate: float
) -> Finding:
    drawn = _distinct(draws)
    if len(drawn) == 1 and distributions.is_constant(drawn[0]):
        return _constant(ground, name, drawn[0], candidate[0])
    expected, actual = np.stack(drawn), np.stack(candidate)
    if any(np.array_equal(drawn[0], value) for value in candidate):
        return Finding(name, SAME, note="the same values", row=ROW)
    if distributions.is_constant(actual) or distributions.differs(expected, actual, rate):
        cause = distributions.contrast(expected, actual)
        note = "another distribution of its first values"
        return Finding(name, DIFFERENT, note=note, cause=cause, row=ROW)
    return Finding(name, SAME, note=distributions.described(expected), row=ROW)


def _constant(ground: Ground, name: str, expected: Array, actual: Array) -> Finding:
    finding = ground.compare(ROW, name, expected, actual, note="the value that it begins with")
    if finding.verdict == DIFFERENT:
        cause = _without_shift(ground, name, expected, actual)
        cause = cause or distributions.contrast(expected, actual)
        finding = dataclasses.replace(finding, cause=cause)
    return finding


def _without_shift(ground: Ground, name: str, expected: Array, actual: Array) -> str:
    """Whether the port's bias begins without what TensorFlow 1's cell adds to it."""
    shift = ground.reference.shifts.get(ground.reference.parameters.get(name, ""))
    if shift is None or not np.any(shift) or not np.array_equal(actual, expected - shift):
        return ""
    added = np.max(np.abs(shift))
    return (
        f"the reference's cell adds a forget bias of {added:g} and the port's bias begins without "
        f"it; unit_forget_bias=True begins with 1"
    )


def _slots(ground: Ground, state: Mapping[Any, Array]) -> Iterator[Finding]:
    slots = ground.reference.slots
    expected = ground.reference.drawn_again(
        {key: slots.get(key, key[1]) for key in ground.slot_names}
    )
    present = [group for group in ground.own_slots if all(key in state for key in group.keys)]
    values = [(name, value, g) for g in present for name, value in g.here(state).items()]
    is_advised = False
    for (slot, name), actual, group in values:
        if (slot, name) not in expected:
            continue
        tensor = f"{PREFIX}{slot} of {name}"
        finding = _constant(ground, tensor, expected[(slot, name)], actual)
        if finding.verdict == DIFFERENT and not is_advised:
            end = ground.candidate.label(group.keys[0]).rpartition("_")[2]
            advice = (
                f"{finding.cause}; after optimizer.build(model.trainable_variables), assign it to "
                f'the optimizer\'s variables whose path ends in "{end}"'
            )
            finding, is_advised = dataclasses.replace(finding, cause=advice), True
        yield finding
