"""Which variable of the candidate is which parameter of the reference."""

import dataclasses
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from legacy_cnn.errors import ParityError
from legacy_cnn.parity.groups import Group, single
from legacy_cnn.parity.layouts import Layout, layout
from legacy_cnn.weights.matching import Shape, listed

#: The name of a layer of Keras: "dense", "dense_1".
_NUMBERED = re.compile(r"(.+?)(?:_(\d+))?")


@dataclasses.dataclass(frozen=True)
class Variable:
    """A variable of the candidate that may be a parameter."""

    key: Any
    name: str
    shape: Shape
    dtype: str
    is_trained: bool


@dataclasses.dataclass
class Pairs:
    """Parameter -> its variable, and what has no counterpart."""

    parameters: dict[str, Variable] = dataclasses.field(default_factory=dict)
    layouts: dict[str, Layout] = dataclasses.field(default_factory=dict)
    misfits: dict[str, Variable] = dataclasses.field(default_factory=dict)  #: of another shape
    missing: list[str] = dataclasses.field(default_factory=list)
    extra: list[Variable] = dataclasses.field(default_factory=list)  #: trained, without parameter
    #: Parameters that no single variable holds.
    shared: list[Group] = dataclasses.field(default_factory=list)

    @property
    def count(self) -> int:
        """How much has no counterpart."""
        return len(self.misfits) + len(self.missing) + len(self.extra)

    @property
    def groups(self) -> list[Group]:
        """All parameters that have a counterpart, with it."""
        singles = [
            single(name, variable.key, self.layouts[name])
            for name, variable in self.parameters.items()
        ]
        return [*singles, *self.shared]


def pair(
    shapes: Mapping[str, Shape],
    other_names: Mapping[str, Sequence[str]],
    variables: Sequence[Variable],
    mapping: Mapping[str, str],
    candidate: str,
) -> Pairs:
    """Pairs parameters and variables: by the mapping, by name, by shape, and by order of use.

    A shape that fits in one place only goes there, whatever it is called.

    Args:
      shapes: parameter -> shape, in the order in which the reference uses them.
      other_names: parameter -> what other programs call it.
      variables: of the candidate, in the order in which it uses them.
      mapping: parameter -> name of a variable.
      candidate: the candidate's name, for messages.

    Raises:
      ParityError: the mapping names a variable that is not there.
    """
    pairs = Pairs()
    _take_mapped(pairs, shapes, variables, mapping, candidate)
    _take_named(pairs, shapes, other_names, variables)
    _take_fitting(pairs, shapes, variables)
    left = [variable for variable in _free(pairs, variables) if variable.is_trained]
    missing = [name for name in shapes if name not in pairs.parameters]
    is_file = not any(variable.is_trained for variable in variables)
    for name, variable in _likely(missing, shapes, _free(pairs, variables) if is_file else left):
        pairs.misfits[name] = variable
    taken = {variable.key for variable in pairs.misfits.values()}
    pairs.missing = [name for name in missing if name not in pairs.misfits]
    pairs.extra = [variable for variable in left if variable.key not in taken]
    return pairs


def by_number(variables: Sequence[Variable]) -> list[Variable]:
    """The variables, those of layers that are numbered in the order of their numbers.

    Keras numbers layers as they are made, and a functional model runs those of one depth in another
    order.
    """
    kinds: dict[tuple[str, str], list[tuple[int, Variable]]] = {}
    for variable in variables:
        layer, _, weight = variable.name.rpartition("/")
        match = _NUMBERED.fullmatch(layer)
        kind, number = (match[1], int(match[2] or 0)) if match else (layer, 0)
        kinds.setdefault((kind, weight), []).append((number, variable))
    places = {
        before.key: after
        for numbered in kinds.values()
        for (_, before), (_, after) in zip(
            numbered, sorted(numbered, key=lambda one: one[0]), strict=True
        )
    }
    return [places[variable.key] for variable in variables]


def _take_mapped(
    pairs: Pairs,
    shapes: Mapping[str, Shape],
    variables: Sequence[Variable],
    mapping: Mapping[str, str],
    candidate: str,
) -> None:
    by_name = {variable.name: variable for variable in variables}
    for name in shapes:
        if name not in mapping:
            continue
        if mapping[name] not in by_name:
            raise ParityError(
                f"{candidate} has no {mapping[name]} for {name}; it has "
                f"{listed({v.name: v.shape for v in variables})}."
            )
        variable = by_name[mapping[name]]
        found = layout(shapes[name], variable.shape)
        if found:
            pairs.parameters[name], pairs.layouts[name] = variable, found
        else:
            pairs.misfits[name] = variable


def _take_named(
    pairs: Pairs,
    shapes: Mapping[str, Shape],
    other_names: Mapping[str, Sequence[str]],
    variables: Sequence[Variable],
) -> None:
    for name, shape in shapes.items():
        names = (name, *other_names.get(name, ()))
        found = [
            variable
            for variable in _free(pairs, variables)
            if variable.shape == shape and _is_called(variable.name, names)
        ]
        if name not in pairs.parameters and name not in pairs.misfits and len(found) == 1:
            pairs.parameters[name] = found[0]
            pairs.layouts[name] = _layout(shape, shape)


def _take_fitting(pairs: Pairs, shapes: Mapping[str, Shape], variables: Sequence[Variable]) -> None:
    """By equal shapes first, then by the other layouts; several of one shape by order of use.

    Variables that are not trained, moving averages for example, come after those that are.
    """
    for is_exact in (True, False):
        for name, shape in shapes.items():
            if name in pairs.parameters or name in pairs.misfits:
                continue
            for variable in sorted(_free(pairs, variables), key=lambda one: not one.is_trained):
                fits = variable.shape == shape if is_exact else layout(shape, variable.shape)
                if fits:
                    pairs.parameters[name] = variable
                    pairs.layouts[name] = _layout(shape, variable.shape)
                    break


def _layout(reference: Shape, candidate: Shape) -> Layout:
    found = layout(reference, candidate)
    assert found is not None
    return found


def _free(pairs: Pairs, variables: Sequence[Variable]) -> list[Variable]:
    taken = {v.key for v in (*pairs.parameters.values(), *pairs.misfits.values())}
    return [variable for variable in variables if variable.key not in taken]


def _is_called(variable: str, names: Sequence[str]) -> bool:
    return any(variable == name or variable.endswith(f"/{name}") for name in names)


def _likely(
    missing: Sequence[str], shapes: Mapping[str, Shape], left: Sequence[Variable]
) -> Iterator[tuple[str, Variable]]:
    """Parameters and variables of other shapes: those of as many axes, in order of use."""
    free = list(left)
    for name in missing:
        for variable in free:
            if len(variable.shape) == len(shapes[name]):
                free.remove(variable)
                yield name, variable
                break
