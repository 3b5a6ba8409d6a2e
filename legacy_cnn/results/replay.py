"""A trace of an old program, replayed: how far today's values lie from those recorded there."""

import dataclasses
from typing import Literal

from legacy_cnn.results.record import Record

#: What a compared value is in its script.
Role = Literal["fetched", "variable", "tensor"]


@dataclasses.dataclass(frozen=True)
class ReplayedTensor:
    """One tensor or variable of a step."""

    name: str
    role: Role
    #: Largest difference of an element, as a part of the largest element; 0 for equal values.
    difference: float
    #: Largest difference of an element, as a multiple of its measured noise; None where it was not
    #: measured because every value is equal to a few units in the last place.
    ratio: float | None
    identical: bool  #: whether all bits are equal
    same: bool  #: whether the values are equal to rounding


@dataclasses.dataclass(frozen=True)
class ReplayedStep:
    """One step from its own recorded state."""

    number: int
    #: In the order in which the script built them.
    tensors: tuple[ReplayedTensor, ...]
    #: What could not be replayed, in a sentence; None if it could.
    failure: str | None = None

    @property
    def same(self) -> bool:
        return self.failure is None and all(each.same for each in self.tensors)

    @property
    def differing(self) -> tuple[ReplayedTensor, ...]:
        """The tensors that differ by more than rounding."""
        return tuple(each for each in self.tensors if not each.same)


@dataclasses.dataclass(frozen=True)
class Replay(Record):
    """What `legacy_cnn.originals.replay` returns."""

    kind = "replay"
    derived = ("same",)

    trace: str
    argv: tuple[str, ...]  #: the script and its arguments
    recorded_on: str  #: release of TensorFlow that recorded the trace
    python: str  #: release of Python there
    replayed_on: str  #: release of TensorFlow here
    recorded_steps: int
    steps: tuple[ReplayedStep, ...]
    notes: tuple[str, ...]  #: what could not be recorded

    @property
    def same(self) -> bool:
        """Whether all steps are equal to rounding."""
        return all(step.same for step in self.steps)
