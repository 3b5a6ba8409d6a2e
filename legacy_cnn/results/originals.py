"""The tutorial's program on old releases of TensorFlow, compared with the same program here."""

import dataclasses
from typing import Any

from legacy_cnn.results.record import Record


@dataclasses.dataclass(frozen=True)
class Agreement:
    """How far one kind of tensor is apart: the most of all its tensors and steps."""

    relative: float  #: largest difference, divided by the largest value of its tensor
    ratio: float  #: largest difference, divided by the measured noise of its element
    tensor: str  #: the one with that ratio
    step: int  #: the step with that ratio, from 1


@dataclasses.dataclass(frozen=True)
class ReleaseAgreement:
    """One release, compared."""

    versions: dict[str, str]  #: there: package -> version
    parts: dict[str, Agreement]  #: loss, logits, gradients, slots, weights
    seconds_there: float  #: of a step, the median; it fetches the gradients, too
    seconds_here: float  #: of the same steps here
    bound: float  #: the ratio up to which a difference is rounding

    derived = ("ratio", "same")

    @property
    def ratio(self) -> float:
        """The largest ratio."""
        return max((part.ratio for part in self.parts.values()), default=0.0)

    @property
    def same(self) -> bool:
        """Whether nothing differs by more than rounding."""
        return self.ratio <= self.bound


@dataclasses.dataclass(frozen=True)
class OriginalsComparison(Record):
    """What `legacy_cnn.originals.comparing.compare` returns."""

    kind = "originals"
    derived = ("same",)

    settings: dict[str, Any]  #: fields of `legacy_cnn.settings.OriginalsSettings`
    versions: dict[str, str]  #: here: package -> version
    machine: dict[str, str | int | None]
    releases: dict[str, ReleaseAgreement]  #: by version, those that could be compared
    failed: dict[str, str]  #: by version, why one could not

    @property
    def same(self) -> bool:
        """Whether all releases were compared and are the same."""
        return not self.failed and all(one.same for one in self.releases.values())
