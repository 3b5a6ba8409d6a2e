"""How far two equal programs may lie apart: measured, element by element.

The reference is run again with every input moved by at most one unit in the last place. What each
element moves by is its noise, and a difference counts as a multiple of it.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from legacy_cnn.parity.arrays import Array, Arrays

#: The largest multiple of the noise that two equal programs may lie apart. What sound ports need of
#: it is recorded (docs/results/false_alarms.json); a loss that is 1.00001 times too large is above
#: 130.
BOUND = 20.0

#: Below so many units in the last place, the noise is not measured: the multiple is no larger.
QUIET = 2.0

#: Runs with nudged inputs: first so many, and more, twice, before a difference is called one. Of a
#: million elements, three leave some at a hundredth of their noise, and eight one at a tenth
#: (chi-square, 3 and 8 degrees of freedom).
RUNS, MORE, MOST = 3, 8, 24

#: Two programs that sum in different orders need not round equally well: the noise of the candidate
#: counts where it is larger, up to so many times that of the reference. One kernel adds the 8,192
#: numbers of a bias' gradient one by one, another in pairs.
WORSE = 4.0

#: Part of what is usual in its row and column that the noise of an element is at least.
USUAL = 0.5

#: Part of a tensor's mean noise that each of its elements has at least: a few runs may have left an
#: element where it was by chance.
SHARE = 0.01


#: Parts of a float32, and of a float64, that move it by one unit in the last place: a little more
#: than half of the relative spacing at 1, so that the sum is never rounded back.
_UNIT = {"f4": 2.0**-24 * 1.01, "f8": 2.0**-53 * 1.01, "f2": 2.0**-11 * 1.01}

#: So many elements of an array are computed at a time, that they stay in the processor's cache.
PART = 2**15

#: Which way elements are moved: down, not, or up, as often. An array takes its signs from places
#: that are drawn for each part, which is five times as fast as to draw the signs.
_SIGNS = np.random.default_rng(0).integers(-1, 2, 16 * PART).astype(np.float32)


def nudged(value: Array, generator: np.random.Generator) -> Array:
    """The array with each float moved by one unit in the last place, up or down, or not.

    Zeros stay: a bias of zero is exact, and a padding of zeros must remain one. A single number is
    always moved: three runs would often leave it, and with it all that is computed from it.
    """
    value = np.asarray(value)
    unit = _UNIT.get(value.dtype.str[1:])
    if unit is None:
        return value
    if value.size == 1:
        return np.asarray(value + value * value.dtype.type(unit * generator.choice((-1, 1))))
    flat = value.reshape(-1)
    moved = np.empty_like(flat)
    for part in _parts(flat.size):
        given, first = flat[part], int(generator.integers(_SIGNS.size - PART))
        signs = _SIGNS[first : first + given.size].astype(value.dtype, copy=False)
        np.multiply(signs, given, out=moved[part])
        moved[part] *= value.dtype.type(unit)
        moved[part] += given
    return moved.reshape(value.shape)


def _parts(size: int) -> Iterator[slice]:
    return (slice(first, first + PART) for first in range(0, size, PART))


class Noise:
    """What rounding does to each element of some arrays, measured when it is first asked for."""

    def __init__(
        self, values: Mapping[Any, Array], run: Callable[[], Mapping[Any, Array]], runs: int = RUNS
    ) -> None:
        """Says how it is measured.

        Args:
          values: what the reference computes.
          run: computes them from nudged inputs, other ones each time.
          runs: how often, until more is asked for.
        """
        self._values, self._run, self._first = values, run, runs
        # Squares of tiny numbers, of the slots of tiny gradients, are none in float32.
        self._squares = {name: np.zeros(np.shape(value)) for name, value in values.items()}
        #: Results that no square was taken of: most arrays are never asked for.
        self._waiting: dict[Any, list[Array]] = {name: [] for name in values}
        self._runs = 0

    def of(self, name: Any, runs: int = 0) -> Array:
        """The root mean square of what each element moves by, in so many runs at least."""
        while self._runs < max(runs, self._first):
            for each, value in self._run().items():
                self._waiting[each].append(value)
                if len(self._waiting[each]) > self._first:
                    self._add(each)
            self._runs += 1
        self._add(name)
        value = np.asarray(self._values[name])
        measured = np.sqrt(self._squares[name] / self._runs)
        return _at_least(np.asarray(measured, value.dtype))

    def _add(self, name: Any) -> None:
        """Adds the squares of what the waiting results of an array have moved by."""
        squares, here = self._squares[name].reshape(-1), np.asarray(self._values[name]).reshape(-1)
        for value in self._waiting[name]:
            there = np.asarray(value).reshape(-1)
            for part in _parts(squares.size):
                moved = distance(there[part], here[part])
                squares[part] += np.square(moved, dtype=np.float64)
        self._waiting[name] = []


def of_either(reference: Array, candidate: Array) -> Array:
    """The larger noise of each element, but at most `WORSE` times that of the reference."""
    return np.maximum(reference, np.minimum(candidate, WORSE * reference))


def _at_least(noise: Array) -> Array:
    """The noise, but not far below that of its row and its column.

    A few runs leave some of millions of elements almost where they were, by chance. The noise of a
    sum of products is near the product of what belongs to its row and to its column. Roots are
    averaged, so that a single pool that took another pixel counts little.
    """
    if noise.ndim < 2 or not np.isfinite(noise).all():
        return noise
    roots = np.sqrt(noise.reshape(-1, noise.shape[-1]))
    mean = roots.mean()
    if not mean:
        return noise
    usual = np.outer(roots.mean(axis=1), roots.mean(axis=0) / mean) ** 2
    return np.maximum(noise, USUAL * usual.astype(noise.dtype).reshape(noise.shape))


def measured_ratio(
    reference: Array,
    candidate: Array,
    noise: Callable[[int], Array],
    own_noise: Callable[[int], Array] | None = None,
) -> tuple[float, int]:
    """The largest difference as a multiple of noise that is measured as well as is needed.

    Args:
      reference, candidate: as for `ratio`.
      noise: returns what rounding does to each element of the reference, measured in so many runs
        at least.
      own_noise: the same of the candidate; None if that cannot be measured.

    Returns:
      The multiple, and the number of elements of which nothing tells how far apart they may be.
    """
    # With any noise, the ratio is smaller than with none.
    times, unknown = ratio(reference, candidate), 0
    for enough, runs in ((QUIET, 0), (BOUND / 2, MORE), (BOUND / 2, MOST)):
        if times > enough:
            measured = noise(runs)
            times = ratio(reference, candidate, measured)
            if own_noise and runs and BOUND / 2 < times <= WORSE * BOUND:
                measured = of_either(measured, own_noise(MORE))
                times = ratio(reference, candidate, measured)
            unknown = hidden(reference, candidate, measured)
    return times, unknown


def ratio(reference: Array, candidate: Array, noise: Array | float = 0.0) -> float:
    """The largest difference of an element, as a multiple of its noise.

    Args:
      reference: floats.
      candidate: of the same shape.
      noise: of each element, not negative; infinite where a nudged run was not finite. 0 for
        what is at least the ratio with any other noise.

    Returns:
      0.0 if all elements are equal; NaN counts as equal to NaN. Infinite if one side alone is NaN
      or infinite.
    """
    apart = distance(candidate, reference)
    # At most the distance to the next number, and at least half of it.
    least = np.abs(reference) * reference.dtype.type(np.finfo(reference.dtype).eps / 2)
    noise = np.asarray(noise, reference.dtype)
    mean = noise.mean()
    if not np.isfinite(mean):
        finite = noise[np.isfinite(noise)]
        mean = finite.mean() if finite.size else 0
    least += noise + noise.dtype.type(SHARE * mean)
    least += np.finfo(reference.dtype).smallest_subnormal
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        ratios = apart / least
        largest = ratios.max(initial=0)
        if np.isnan(largest):  # of an infinity
            largest = np.where(apart == 0, 0, np.nan_to_num(ratios, nan=np.inf)).max()
    return float(largest)


def hidden(reference: Array, candidate: Array, noise: Array) -> int:
    """The number of elements that differ where nothing tells by how much they may.

    A nudged run was not finite there, so that any finite difference is within the noise.
    """
    unknown = ~np.isfinite(noise) & np.isfinite(reference) & np.isfinite(candidate)
    if not unknown.any():
        return 0
    least = np.abs(reference) * reference.dtype.type(np.finfo(reference.dtype).eps / 2)
    return int((unknown & (distance(candidate, reference) > BOUND * least)).sum())


def distance(one: Array, other: Array) -> NDArray[np.floating]:
    """|one - other|; 0 where both are NaN, or the same infinity."""
    with np.errstate(invalid="ignore", over="ignore"):
        apart = np.abs(one - other)
    if not np.isfinite(apart).all():
        apart = np.where((one == other) | ((one != one) & (other != other)), 0, apart)
        apart = np.where(np.isnan(apart), np.inf, apart)
    return apart


def all_nudged(values: Mapping[str, Array], generator: np.random.Generator) -> Arrays:
    """Every array, nudged."""
    return {name: nudged(value, generator) for name, value in values.items()}
