"""Matches the arrays of another program to parameters, by name, shape and layout."""

from collections.abc import Mapping
from typing import NamedTuple

from legacy_cnn.errors import WeightsError

Shape = tuple[int, ...]

#: Name of an array in the other program -> its shape.
Shapes = Mapping[str, Shape]


class Expected(NamedTuple):
    """What is known of a parameter."""

    shape: Shape
    names: tuple[str, ...]  #: what other programs call it


def match(
    parameters: Mapping[str, Expected],
    arrays: Shapes,
    source: str,
    mapping: Mapping[str, str] | None = None,
    hint: str = "",
) -> dict[str, str]:
    """Finds the counterpart of each parameter: by `mapping`, else by name, else by shape.

    By name means that the array has the name of the parameter, or that its name ends in it after a
    slash: Keras may put the model's name before a layer's. Only an array whose shape fits counts:
    another program's `Variable_1` is a bias, say, where this one has a kernel.
    By shape means that only one array of that shape, or of one of its `layouts`, is left, or as
    many as there are parameters of that shape; these are then matched in order.

    Args:
      parameters: dict from the name of a parameter to its shape and its other names.
      arrays: dict from a name in the other program to its shape.
      source: the other program, for messages.
      mapping: dict from a parameter to a name in `arrays`; it may leave out some.
      hint: a sentence for errors that a mapping would solve; `{name}` in it is the parameter.

    Returns:
      Dict from each parameter to a name in `arrays`.

    Raises:
      WeightsError: the mapping names an array that is not there, or a parameter has no counterpart.
    """
    matched = _mapped(parameters, arrays, source, mapping or {})
    for name, (shape, names) in parameters.items():
        candidates = [
            array
            for array, other in arrays.items()
            if _is_called(array, (name, *names)) and _fits(shape, other)
        ]
        if name not in matched and len(candidates) == 1:
            matched[name] = candidates[0]
    _match_by_shape(parameters, arrays, matched)
    for name, (shape, _) in parameters.items():
        if name not in matched:
            left = {array: arrays[array] for array in arrays if array not in matched.values()}
            raise WeightsError(
                f"{source} has no counterpart for {name} {shape}; its unmatched arrays are "
                f"{listed(left)}.{hint and ' ' + hint.format(name=name)}",
                "mapping",
            )
    return matched


def layouts(shape: Shape) -> list[tuple[tuple[int, ...], str]]:
    """Lists the orders of axes in which other programs store an array of `shape`, with names."""
    if len(shape) == 4:
        return [((3, 2, 0, 1), "OIHW, as in PyTorch"), ((2, 3, 0, 1), "IOHW")]
    return [((1, 0), "transposed: (out, in)")] if len(shape) == 2 else []


def listed(arrays: Shapes) -> str:
    """Lists names and shapes for a message."""
    return ", ".join(f"{name} {tuple(shape)}" for name, shape in arrays.items()) or "none"


def _mapped(
    parameters: Mapping[str, Expected], arrays: Shapes, source: str, mapping: Mapping[str, str]
) -> dict[str, str]:
    """What the mapping says of parameters; it may speak of layers, too."""
    matched = {name: array for name, array in mapping.items() if name in parameters}
    for name, array in matched.items():
        if array not in arrays:
            raise WeightsError(f"{source} has no {array} for {name}; it has {listed(arrays)}.")
    return matched


def _is_called(array: str, names: tuple[str, ...]) -> bool:
    return any(array == name or array.endswith(f"/{name}") for name in names)


def _match_by_shape(
    parameters: Mapping[str, Expected], arrays: Shapes, matched: dict[str, str]
) -> None:
    """Adds to `matched`, first by equal shapes, then by layouts."""
    for fits in (_is_equal, _is_layout):
        missing = [name for name in parameters if name not in matched]
        for name in missing:
            shape = parameters[name].shape
            rivals = [
                rival
                for rival in missing
                if rival not in matched and parameters[rival].shape == shape
            ]
            free = [
                array
                for array in arrays
                if array not in matched.values() and fits(shape, arrays[array])
            ]
            if name not in matched and len(free) == len(rivals):
                matched.update(zip(rivals, free, strict=True))


def _fits(shape: Shape, other: Shape) -> bool:
    return _is_equal(shape, other) or _is_layout(shape, other)


def _is_equal(shape: Shape, other: Shape) -> bool:
    return tuple(shape) == tuple(other)


def _is_layout(shape: Shape, other: Shape) -> bool:
    return any(tuple(shape[axis] for axis in order) == tuple(other) for order, _ in layouts(shape))
