"""Pairs what a step changes beside parameters, slots and moving averages, by their values."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from legacy_cnn.parity.arrays import Array
from legacy_cnn.parity.ground import Ground
from legacy_cnn.parity.groups import Group, single
from legacy_cnn.parity.layouts import SAME_LAYOUT
from legacy_cnn.parity.sides.graph_variables import VALUE

#: 1 minus the cosine between two moves in one direction.
COLLINEAR = 1e-4


def paired(ground: Ground, here: Any, before: Any, after: Any) -> list[Group]:
    """Pairs slots by their values after the first step."""
    changed = _changed(set(ground.keys_of_parameters), before, after)
    named = ground.reference.named_state(here)
    found: list[tuple[str, Group, list[Any], list[float]]] = []
    for group, slot in _slots(ground):
        of_slot = group.of_slot(slot, group.keys).there(named)
        keys, factors = [], list[float]()
        for parameter, value in of_slot.items():
            fitting = {k: v for k, v in changed.items() if v.shape == value.shape and k not in keys}
            # Any number is a multiple of any other: its name tells more.
            key, factor = _nearest(value, fitting, is_scaled=value.size > 1)
            if key is not None:
                factors.append(factor)
            else:
                key = ground.candidate.slot_of(slot, parameter, list(fitting))
            if key is None and value.size == 1:
                key, factor = _nearest(value, fitting)
                if not _is_usual(factor, found, slot):
                    key = None
                factors.append(factor)
            keys.append(key)
        if None not in keys:
            found.append((slot, group, keys, factors))
            for key in keys:
                del changed[key]
    return [group.of_slot(slot, keys, _usual(found, slot)) for slot, group, keys, _ in found]


def _slots(ground: Ground) -> list[tuple[Group, str]]:
    """The slots that all parameters of a group have, in the reference's order."""
    of_name = {name: group for group in ground.pairs.groups for name in group.names}
    slots: dict[tuple[int, str], tuple[Group, str]] = {}
    for slot, name in ground.reference.slots:
        group = of_name[name]
        if all((slot, other) in ground.reference.slots for other in group.names):
            slots.setdefault((id(group), slot), (group, slot))
    return list(slots.values())


def _changed(known: set[Any], before: Any, after: Any) -> dict[Any, Array]:
    return {
        key: value
        for key, value in after.items()
        if key not in known and key in before and not np.array_equal(value, before[key])
    }


def _is_usual(
    factor: float, found: Sequence[tuple[str, Group, list[Any], list[float]]], slot: str
) -> bool:
    """Whether others of a name are multiplied by about the same, or nobody knows."""
    is_known = any(factors for other, _, _, factors in found if other == slot)
    return not is_known or bool(np.isclose(factor, _usual(found, slot), rtol=0.1, atol=0))


def _usual(found: Sequence[tuple[str, Group, list[Any], list[float]]], slot: str) -> float:
    """What most slots of a name are multiplied by: rounding makes that of a single one inexact."""
    known = [f for other, _, _, factors in found if other == slot for f in factors]
    return float(np.median(known or [1.0]))


def moving(ground: Ground, here: Sequence[Any], before: Any, after: Any) -> list[Group]:
    """Pairs what else a step changes, moving averages for example.

    Args:
      ground: both programs.
      here: the reference's states before and after the first step.
      before, after: the candidate's.
    """
    known = {*ground.keys_of_parameters, *(key for group in ground.slots for key in group.keys)}
    changed = _changed(known, before, after)
    pairs = []
    for name in ground.reference.moving:
        value = here[1][name]
        fitting = {key: other for key, other in changed.items() if other.shape == value.shape}
        moves = {key: other - before[key] for key, other in fitting.items()}
        key = _alike(value - here[0][name], moves)
        if key is None:
            key, _ = _nearest(value, fitting, is_scaled=False)
        if key is not None:
            pairs.append(single((VALUE, name), key, SAME_LAYOUT))
            del changed[key]
    return pairs


def _alike(move: Array, others: dict[Any, Array]) -> Any:
    """The move in the same direction: a moving average of another momentum moves further."""
    best, least = None, COLLINEAR
    move = move.astype(np.float64)  # variances of small numbers all move alike, towards 0
    size = float(np.linalg.norm(move))
    for key, other in others.items():
        other = other.astype(np.float64)
        length = float(np.linalg.norm(other))
        if size and length and move.size > 1:
            apart = 1 - float(np.vdot(move, other)) / (size * length)
            if apart < least:
                best, least = key, apart
    return best


def _nearest(value: Array, others: dict[Any, Array], is_scaled: bool = True) -> tuple[Any, float]:
    """The array that is nearest to another, or if need be to a multiple of it."""
    best, factor, least = None, 1.0, 0.02
    size = float(np.linalg.norm(value))
    for key, other in others.items():
        if not size:
            break
        apart = float(np.linalg.norm(other - value)) / size
        if apart < least:
            best, factor, least = key, 1.0, apart
    if best is not None or not is_scaled:
        return best, factor
    return _multiple(value, others, size)


def _multiple(value: Array, others: dict[Any, Array], size: float) -> tuple[Any, float]:
    """The array that is a multiple of another: Keras' SGD keeps -rate * accumulator."""
    for key, other in others.items():
        largest = float(np.linalg.norm(other))
        if size and largest:
            factor = float(np.vdot(other, value)) / size**2
            apart = np.linalg.norm(other - np.float32(factor) * value)
            # A positive multiple is a mistake: another beta, or gradients that are clipped.
            if factor < 0 and apart < 1e-4 * largest:
                return key, factor
    return None, 1.0
