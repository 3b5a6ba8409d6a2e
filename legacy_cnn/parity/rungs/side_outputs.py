"""What a program returns beside its output: nothing that is computed of it tells a mistake."""

from legacy_cnn.parity.arrays import Array, Arrays
from legacy_cnn.parity.partners import Candidates, Partner
from legacy_cnn.parity.sides.side import Values


def partner(name: str, value: Array, values: tuple[Values, Values]) -> Partner | None:
    """What the candidate returns in place of a side output, where it is not that.

    Its values may stand somewhere in the candidate, before the mistake.

    Args:
      name: of a layer of the reference.
      value: its value.
      values: of both programs.

    Returns:
      None if it is no side output, or the candidate returns it.
    """
    if name not in values[0].others:
        return None
    returned = values[1].others
    if name in returned and returned[name].size == value.size:
        return Partner(name, returned[name].reshape(value.shape), 0.0)
    unknown = _unknown(
        values[0].tensors, {n: v for n, v in returned.items() if v.size == value.size}
    )
    if len(unknown) != 1 or Candidates(returned).nearest(value) is not None:
        return None
    (other,) = unknown
    return Partner(other, returned[other].reshape(value.shape), 0.0)


def _unknown(tensors: Arrays, returned: Arrays) -> list[str]:
    """What is returned and is nothing that the reference computes."""
    candidates = Candidates(tensors)
    return [name for name, value in returned.items() if candidates.nearest(value) is None]
