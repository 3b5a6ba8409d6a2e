"""How far what two programs compute is apart, in units of measured noise."""

import numpy as np
from numpy.typing import NDArray

from legacy_cnn import vocabulary
from legacy_cnn.results.originals import Agreement

#: The ratio of a difference to its noise up to which it is rounding. Releases whose kernels add up
#: in other orders stay below 12; a loss that is wrong by one part in 100,000 is above 100.
BOUND = 20.0

#: Kinds of tensors, in the order of a step.
PARTS = ("loss", "logits", "gradients", "slots", "weights")

_PARAMETERS = {parameter.variable: name for name, parameter in vocabulary.PARAMETERS.items()}


class Worst:
    """The largest differences so far."""

    def __init__(self) -> None:
        self._parts: dict[str, Agreement] = {}

    def add(
        self,
        step: int,
        reference: dict[str, NDArray[np.float32]],
        values: dict[str, NDArray[np.float32]],
        noise: dict[str, NDArray[np.float32]],
    ) -> None:
        """Compares what one step computed.

        Args:
          step: from 1.
          reference: by name, as `steps_here.Computed`.
          values: of the same names.
          noise: of each element.
        """
        for name, value in values.items():
            part, tensor = named(name)
            relative, ratio = apart(reference[name], value, noise[name])
            new = Agreement(relative, ratio, tensor, step)
            self._parts[part] = _larger(self._parts.get(part), new)

    def parts(self) -> dict[str, Agreement]:
        """By kind of tensor, in the order of `PARTS`."""
        return {part: self._parts[part] for part in PARTS if part in self._parts}


def _larger(old: Agreement | None, new: Agreement) -> Agreement:
    if old is None:
        return new
    leading = new if new.ratio > old.ratio else old
    return Agreement(max(old.relative, new.relative), leading.ratio, leading.tensor, leading.step)


def named(name: str) -> tuple[str, str]:
    """The kind of a tensor, and its name in the tutorial's vocabulary."""
    kind, _, variable = name.partition("/")
    if kind == "gradients":
        return "gradients", _PARAMETERS[variable]
    if kind != "variables":
        return name, name
    if variable in _PARAMETERS:
        return "weights", _PARAMETERS[variable]
    owner, _, slot = variable.partition("/")
    return "slots", f"{_PARAMETERS[owner]}, {slot}" if slot else variable


def apart(
    reference: NDArray[np.float32], value: NDArray[np.float32], noise: NDArray[np.float32]
) -> tuple[float, float]:
    """How far two tensors are apart.

    Args:
      reference: the expected one.
      value: of the same shape.
      noise: of each element.

    Returns:
      The largest difference, relative to the largest value of the reference; and the largest
      difference of an element in units of its noise. Both are infinite if a value is not finite,
      or if the shapes differ.
    """
    if reference.shape != value.shape or not (_finite(reference) and _finite(value)):
        return float("inf"), float("inf")
    difference = np.abs(value - reference)
    largest = float(difference.max())
    if not largest:
        return 0.0, 0.0
    # A unit in the last place, as noise may be zero by chance.
    unit = noise + np.spacing(np.abs(reference)) + noise.mean() / 100
    return largest / float(np.abs(reference).max() or 1), float((difference / unit).max())


def _finite(value: NDArray[np.float32]) -> bool:
    return bool(np.isfinite(value).all())
