"""What in a program's state counts its steps, learned from two of them.

So a program can be set to any step without a table of optimizers: TensorFlow 1 keeps the powers of
Adam's betas, Keras a number of iterations, others both or neither.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from legacy_cnn.parity.arrays import Array


class Clock(NamedTuple):
    """How the scalars of a state change from step to step."""

    counters: Mapping[Any, tuple[float, float]]  #: key -> first value, what each step adds
    powers: Mapping[Any, tuple[float, float]]  #: key -> first value, what each step multiplies by
    irregular: tuple[Any, ...]  #: keys of scalars that change in another way

    def at(self, steps: int, like: Mapping[Any, Array]) -> dict[Any, Array]:
        """The scalars after a number of steps; `like` has arrays of their types."""
        values: dict[Any, float] = {
            k: first + by * steps for k, (first, by) in self.counters.items()
        }
        values.update({k: first * by**steps for k, (first, by) in self.powers.items()})
        return {key: np.asarray(value, like[key].dtype) for key, value in values.items()}

    def with_others(self, other: "Clock") -> "Clock":
        """What both know; what the other does in its own way, as the other does it."""
        known = {*other.counters, *other.powers, *other.irregular}
        counters = {key: value for key, value in self.counters.items() if key not in known}
        powers = {key: value for key, value in self.powers.items() if key not in known}
        irregular = [key for key in self.irregular if key not in known]
        return Clock(
            {**counters, **other.counters},
            {**powers, **other.powers},
            (*irregular, *other.irregular),
        )


NO_CLOCK = Clock({}, {}, ())


def learned(states: Sequence[Mapping[Any, Array]]) -> Clock:
    """Learns from the states at the beginning and after each of two steps."""
    counters, powers, irregular = {}, {}, []
    for key, value in states[0].items():
        if np.ndim(value) or np.asarray(value).dtype.kind not in "iuf":
            continue
        first, second, third = (float(state[key]) for state in states)
        if first == second == third:
            continue
        if np.isclose(third - second, second - first, rtol=1e-6, atol=0):
            counters[key] = first, second - first
        elif first and second and np.isclose(third / second, second / first, rtol=1e-6, atol=0):
            powers[key] = first, _ratio(states, key)
        else:
            irregular.append(key)
    return Clock(counters, powers, tuple(irregular))


def _ratio(states: Sequence[Mapping[Any, Array]], key: Any) -> float:
    """What each step multiplies by. TensorFlow 1 begins a power with its base itself."""
    first, second = float(states[0][key]), float(states[1][key])
    return first if np.isclose(second / first, first, rtol=1e-6, atol=0) else second / first
