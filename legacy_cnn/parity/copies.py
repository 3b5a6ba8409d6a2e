"""Variables that begin as copies of parameters: averages of weights.

If the parameters are set to other values than their first ones, so are these.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from legacy_cnn.parity.arrays import Array
from legacy_cnn.parity.groups import Group
from legacy_cnn.parity.sides.graph_side import GraphSide
from legacy_cnn.parity.sides.side import Side
from legacy_cnn.weights.optimizers import AVERAGE


def of_reference(reference: GraphSide) -> dict[str, str]:
    """Variable -> the parameter that it begins as a copy of."""
    slots = {*reference.slots.values()}
    state = {key: value for key, value in reference.beginning().items() if key not in slots}
    names = {variable: name for name, variable in reference.parameters.items()}
    copies = {
        variable: parameter
        for variable, value in state.items()
        for parameter in names
        if variable.startswith(f"{parameter}/{AVERAGE}") and _is_copy(value, state[parameter], True)
    }
    copies |= _found(state, list(names), {key: key for key in state})
    return {variable: names[parameter] for variable, parameter in copies.items()}


def of_candidate(candidate: Side, groups: list[Group]) -> dict[Any, Any]:
    """Key of a variable -> that of the parameter that it begins as a copy of."""
    state = candidate.beginning()
    parameters = [key for group in groups for key in group.keys]
    return _found(state, parameters, {key: candidate.label(key) for key in state})


def _found(
    state: Mapping[Any, Array], parameters: list[Any], labels: Mapping[Any, str]
) -> dict[Any, Any]:
    """Copies by their values; those of constants are told by the names of the others."""
    copies = {
        other: key
        for other, value in state.items()
        for key in parameters
        if other not in parameters and _is_copy(value, state[key])
    }
    for form in {_form(labels[one], labels[other]) for one, other in copies.items()} - {""}:
        named = {label: key for key, label in labels.items()}
        for key in parameters:
            other = named.get(form.format(_path(labels[key])))
            if other is not None and state[other].shape == state[key].shape:
                copies[other] = key
    _take_neighbours(copies, state, parameters)
    return copies


def _take_neighbours(
    copies: dict[Any, Any], state: Mapping[Any, Array], parameters: list[Any]
) -> None:
    """Adds copies of constants: those beside a copy as their parameter is beside its own."""
    keys = list(state)
    waiting = list(copies.items())
    while waiting:
        copy, parameter = waiting.pop()
        for step in (-1, 1):
            other, key = (_beside(keys, one, step) for one in (copy, parameter))
            is_free = key in parameters and other not in parameters and other not in copies
            if other is not None and is_free and _is_copy(state[other], state[key], True):
                copies[other] = key
                waiting.append((other, key))


def _beside(keys: list[Any], key: Any, step: int) -> Any:
    at = keys.index(key) + step
    return keys[at] if 0 <= at < len(keys) else None


def copied(copies: Mapping[Any, Any], values: Mapping[Any, Array]) -> dict[Any, Array]:
    """The values of the copies, from those of what they are copies of."""
    return {key: values[other] for key, other in copies.items() if other in values}


def _is_copy(value: Array, parameter: Array, is_named: bool = False) -> bool:
    """Whether it is; of a constant, another variable may happen to have the value."""
    if value.shape != parameter.shape or not np.array_equal(value, parameter):
        return False
    return is_named or bool((value != value.flat[0]).any())


def _path(label: str) -> str:
    return label.replace("/", "_")


def _form(copy: str, parameter: str) -> str:
    """How a copy is called, with {} for its parameter; "" if it is called otherwise."""
    path = _path(parameter)
    return copy.replace(path, "{}", 1) if path in copy and "{" not in copy else ""
