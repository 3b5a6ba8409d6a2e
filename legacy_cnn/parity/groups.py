"""Parameters of the reference and the variables that hold them in the candidate.

Mostly it is one parameter and one variable. A cell of a recurrent net has one matrix in
TensorFlow 1 and two in Keras; a partitioned variable has several parts.
"""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from legacy_cnn.parity.arrays import Array
from legacy_cnn.parity.layouts import Layout
from legacy_cnn.weights.matching import Shape

#: From the arrays of one program to those of the other.
Arranging = Callable[[Sequence[Array]], list[Array]]


@dataclasses.dataclass(frozen=True)
class Group:
    """Some parameters, and the variables of the candidate that hold them together."""

    names: tuple[Any, ...]  #: parameters, or (slot, parameter)
    keys: tuple[Any, ...]  #: of the candidate's variables
    arranged: Arranging  #: from the reference to the candidate; linear
    back: Arranging
    #: What each variable has more than the reference, such as the forget bias that TensorFlow 1
    #: adds in the cell. Values only: gradients and slots have none.
    shifts: tuple[Array | float, ...] = ()
    shapes: tuple[Shape, ...] = ()  #: of the parameters, where there are shifts
    factor: float = 1.0  #: what slots are multiplied by in the candidate

    def there(self, values: Mapping[Any, Array]) -> dict[Any, Array]:
        """The candidate's variables, from parameters by name."""
        arranged = self.moved(values)
        if not self.shifts:
            return arranged
        return {
            key: value + np.asarray(shift, value.dtype)
            for (key, value), shift in zip(arranged.items(), self.shifts, strict=True)
        }

    def moved(self, values: Mapping[Any, Array]) -> dict[Any, Array]:
        """As `there`, of gradients."""
        given = [values[name] for name in self.names]
        if self.factor != 1:
            given = [value * np.float32(self.factor) for value in given]
        return dict(zip(self.keys, self.arranged(given), strict=True))

    def here(self, state: Mapping[Any, Array]) -> dict[Any, Array]:
        """Parameters by name, from the candidate's variables."""
        shifts = self.shifts or (0,) * len(self.keys)
        return self.moved_back(
            {
                key: state[key] - np.asarray(shift, state[key].dtype)
                if np.any(shift)
                else state[key]
                for key, shift in zip(self.keys, shifts, strict=True)
            }
        )

    def moved_back(self, arrays: Mapping[Any, Array]) -> dict[Any, Array]:
        """As `here`, of gradients."""
        values = self.back([arrays[key] for key in self.keys])
        if self.factor != 1:
            values = [value / np.float32(self.factor) for value in values]
        return dict(zip(self.names, values, strict=True))

    def shifts_here(self) -> dict[Any, Array]:
        """Parameter -> what its counterpart has more; nothing if they are equal."""
        if not self.shifts:
            return {}
        nothing = [np.zeros(shape, np.float32) for shape in self.shapes]
        values = dict(zip(self.keys, self.arranged(nothing), strict=True))
        moved = {
            key: value + np.asarray(shift, value.dtype)
            for (key, value), shift in zip(values.items(), self.shifts, strict=True)
        }
        return {name: value for name, value in self.moved_back(moved).items() if value.any()}

    def of_slot(self, slot: str, keys: Sequence[Any], factor: float = 1.0) -> "Group":
        """The slots of these parameters, which lie as the parameters do."""
        names = tuple((slot, name) for name in self.names)
        return Group(names, tuple(keys), self.arranged, self.back, factor=factor)


def single(name: Any, key: Any, layout: Layout, factor: float = 1.0) -> Group:
    """One parameter in one variable."""
    return Group(
        (name,),
        (key,),
        lambda values: [layout.there(value) for value in values],
        lambda values: [layout.back(value) for value in values],
        factor=factor,
    )


def parts(names: Sequence[str], key: Any, axis: int, sizes: Sequence[int]) -> Group:
    """The parts of a partitioned variable, which is whole in the candidate."""
    ends = np.cumsum(sizes)[:-1]
    return Group(
        tuple(names),
        (key,),
        lambda values: [np.concatenate(values, axis)],
        lambda values: np.split(values[0], ends, axis),
    )


def flat(shapes: Mapping[str, Shape], key: Any) -> Group:
    """Parameters one after another in one variable of one axis, as for L-BFGS."""
    ends = np.cumsum([int(np.prod(shape)) for shape in shapes.values()])[:-1]
    return Group(
        tuple(shapes),
        (key,),
        lambda values: [np.concatenate([value.ravel() for value in values])],
        lambda values: [
            part.reshape(shape)
            for part, shape in zip(np.split(values[0], ends), shapes.values(), strict=True)
        ],
    )
