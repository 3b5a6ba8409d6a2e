"""What the releases of TensorFlow wrote (tests/golden/originals), and how far two of them agree.

A float of a golden comes with its noise: the root mean square of what it moves by when every input
and every constant moves by at most one unit in the last place, measured in that release. A
difference is divided by that noise, plus one unit in the last place and a hundredth of the array's
mean noise. Everything else is equal or not.
"""

import fnmatch
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

FOLDER = Path(__file__).resolve().parents[3] / "tests" / "golden" / "originals"

#: The largest ratio of a difference to its noise that is rounding.
BOUND = 20.0

#: Section -> case -> quantity -> value.
Golden = dict[str, dict[str, dict[str, Any]]]


class Row(NamedTuple):
    """A known difference of old releases from today's TensorFlow."""

    section: str
    cases: str  #: a pattern, as a file's name
    quantities: str  #: a pattern
    until: str  #: the last release with a golden that differs
    reason: str

    def covers(self, section: str, case: str, quantity: str) -> bool:
        """Whether it speaks of a quantity."""
        return (
            section == self.section
            and fnmatch.fnmatchcase(case, self.cases)
            and fnmatch.fnmatchcase(quantity, self.quantities)
        )


class Difference(NamedTuple):
    """How far a quantity is from its golden."""

    section: str
    case: str
    quantity: str
    ratio: float  #: to its noise; infinite where something other than floats differs
    relative: float  #: to the largest value of the array

    @property
    def is_rounding(self) -> bool:
        """Whether the two are the same but for rounding."""
        return self.ratio <= BOUND


def releases() -> list[str]:
    """The releases that have a golden, the oldest first."""
    return sorted((path.stem for path in FOLDER.glob("[0-9]*.json")), key=version)


def version(release: str) -> tuple[int, ...]:
    """A release as numbers, which can be compared."""
    return tuple(map(int, release.split(".")))


def read(release: str) -> Golden:
    """What a release wrote."""
    return read_file(FOLDER / f"{release}.json")


def read_file(path: Path) -> Golden:
    """What a file holds that the writer has written."""
    golden: Golden = json.loads(path.read_text())
    return golden


def differences(
    section: str, expected: Mapping[str, Mapping[str, Any]], seen: Mapping[str, Mapping[str, Any]]
) -> Iterator[Difference]:
    """Compares a section with its golden, quantity by quantity.

    A case that either of them lacks is left out.
    """
    for case, quantities in expected.items():
        if "lacking" in quantities or "lacking" in seen.get(case, {}):
            continue
        for quantity, value in quantities.items():
            other = seen.get(case, {}).get(quantity)
            yield Difference(section, case, quantity, *_apart(value, other))


def _apart(expected: Any, seen: Any) -> tuple[float, float]:
    """Ratio and relative difference of two values."""
    floats = [isinstance(value, dict) and "values" in value for value in (expected, seen)]
    if not all(floats):
        return (0.0, 0.0) if expected == seen else (np.inf, np.inf)
    if any(expected[key] != seen[key] for key in ("dtype", "shape")):
        return np.inf, np.inf
    return ratio(*(np.array(part, np.float64) for part in _arrays(expected, seen)))


def _arrays(expected: Mapping[str, Any], seen: Mapping[str, Any]) -> tuple[list[Any], ...]:
    return expected["values"], seen["values"], expected["noise"]


def ratio(expected: Any, seen: Any, noise: Any) -> tuple[float, float]:
    """The largest ratio of a difference to its noise, and the largest relative difference.

    Args:
      expected, seen: float64 arrays of one size.
      noise: of each element of `expected`, or 0.
    """
    if expected.size == 0:
        return 0.0, 0.0
    noise = np.broadcast_to(noise, expected.shape)
    finite = np.isfinite(expected)
    if not np.array_equal(np.where(finite, 0, expected), np.where(finite, 0, seen), True):
        return np.inf, np.inf
    expected, seen, noise = expected[finite], seen[finite], noise[finite]
    if expected.size == 0:
        return 0.0, 0.0
    apart = np.abs(seen - expected)
    unit = np.spacing(np.abs(expected).astype(np.float32)).astype(np.float64)
    noise = np.nan_to_num(noise, posinf=0.0)
    allowed = noise + unit + noise.mean() / 100
    size = np.abs(expected).max() or 1.0
    return float((apart / allowed).max()), float(apart.max() / size)
