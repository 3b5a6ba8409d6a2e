"""How far two arrays of one value lie apart, and whether rounding explains it.

A difference is compared with the measured noise of the value: what each element moves by when every
input of the step moves by one unit in the last place (docs/parity.md).
"""

from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

#: Units in the last place by which two releases' values may differ without further questions.
UNITS = 4
#: Part of a tensor's largest element, or of a variable's largest change, likewise.
SMALL = 1e-6
#: Multiple of the measured noise from which on a difference is none of rounding. Releases sum up in
#: different orders, which the noise does not contain: a gradient of a filter, a sum of 100,000
#: products, was 31 times its noise off. A loss that is 1.00001 times too large is 136 times off.
BOUND = 100.0


class Compared(NamedTuple):
    """Two arrays, compared."""

    #: Largest difference of an element, as a part of the largest element.
    difference: float
    is_identical: bool
    #: Whether the difference is a few units in the last place, or as small as the tensor is exact.
    is_close: bool
    #: Whether they have the same shape and type.
    is_comparable: bool
    #: Largest difference when it is computed from recorded inputs, where that was done.
    local: float | None = None
    #: The difference as a multiple of the noise, where that was measured.
    ratio: float | None = None

    @property
    def is_same(self) -> bool:
        return self.is_close or (self.ratio is not None and self.ratio <= BOUND)


class Values(Protocol):
    """Values by name."""

    def value(self, name: str) -> NDArray[Any] | None: ...


def compare(
    here: NDArray[Any] | None, there: NDArray[Any] | None, before: NDArray[Any] | None = None
) -> Compared:
    """Compares a value with its recording.

    Args:
      here: today's value; None if there is none.
      there: the recorded value.
      before: for a variable, its value before the step: a difference counts beside its change.
    """
    if here is None or there is None:
        return Compared(np.inf, False, False, False)
    if here.shape != there.shape or here.dtype != there.dtype:
        return Compared(np.inf, False, False, False)
    if here.tobytes() == there.tobytes():
        return Compared(0.0, True, True, True)
    if there.dtype.kind not in "fc":
        return _counted(here, there)
    apart, size = _apart(here, there), _largest(there)
    difference = float(apart.max() / size) if size else float(np.inf)
    if before is None or before.shape != there.shape:
        scale = size
    else:
        scale = _largest(_wide(there) - _wide(before))
    close = apart <= np.maximum(UNITS * _unit(there), SMALL * scale)
    return Compared(difference, False, bool(close.all()), True)


class Noise:
    """What rounding does to the values of a step, measured by runs whose inputs were nudged."""

    def __init__(self, here: Values, names: list[str]) -> None:
        """Begins to measure; `names` are those of the values to be measured."""
        self.names = names
        self._here = here
        self._squares = {name: np.zeros(_found(here, name).shape) for name in names}
        self._runs = 0

    def add(self, run: Values) -> None:
        """Adds a run with nudged inputs."""
        self._runs += 1
        for name, squares in self._squares.items():
            squares += _apart(_found(run, name), _found(self._here, name)) ** 2

    def ratio(self, name: str, there: NDArray[Any] | None) -> float:
        """The largest difference of an element from the recording as a multiple of its noise."""
        assert there is not None
        noise = np.sqrt(self._squares[name] / self._runs)
        if there.dtype.kind in "fc":
            noise = noise + _unit(there)
        apart = _apart(_found(self._here, name), there)
        # An element that overflows in a nudged run must not excuse all others.
        usual = noise[np.isfinite(noise)].mean() if np.isfinite(noise).any() else 0.0
        with np.errstate(divide="ignore", invalid="ignore"):
            ratios = np.where(apart == 0, 0.0, apart / (noise + 0.01 * usual))
        return float(np.nan_to_num(ratios, nan=np.inf).max(initial=0.0))


def _found(values: Values, name: str) -> NDArray[Any]:
    value = values.value(name)
    assert value is not None  # what cannot be compared is not measured
    return value


def nudged(arrays: dict[str, NDArray[Any]], generator: np.random.Generator) -> dict[str, Any]:
    """The arrays with every float moved by one unit in the last place, up or down, or not."""
    return {name: _nudged(value, generator) for name, value in arrays.items()}


def _nudged(value: NDArray[Any], generator: np.random.Generator) -> NDArray[Any]:
    if value.dtype.kind != "f":
        return value
    # Zeros stay: a slot or a bias of zero is exact, and a mask of zeros must stay one.
    units = np.where(value == 0, 0, np.spacing(value))
    return value + units * generator.integers(-1, 2, value.shape, np.int8).astype(value.dtype)


def _counted(here: NDArray[Any], there: NDArray[Any]) -> Compared:
    """Integers and booleans: the part of the elements that differ."""
    return Compared(float(np.mean(here != there)), False, False, True)


def _apart(one: NDArray[Any], other: NDArray[Any]) -> NDArray[np.float64]:
    one, other = _wide(one), _wide(other)
    with np.errstate(invalid="ignore"):
        apart = np.abs(one - other)
    equal = (one == other) | (np.isnan(one) & np.isnan(other))
    return np.where(equal, 0.0, np.where(np.isnan(apart), np.inf, apart))


def _wide(value: NDArray[Any]) -> NDArray[Any]:
    return value.astype(np.complex128 if value.dtype.kind == "c" else np.float64)


def _unit(value: NDArray[Any]) -> NDArray[np.float64]:
    """One unit in the last place of each element."""
    size = np.abs(value)
    with np.errstate(invalid="ignore"):
        return np.nan_to_num(np.spacing(size).astype(np.float64), posinf=0.0)


def _largest(value: NDArray[Any]) -> float:
    finite = np.abs(value[np.isfinite(value)]) if value.size else np.zeros(1)
    return float(finite.max(initial=0.0))
