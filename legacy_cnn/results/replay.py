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
    #: The same for the value computed from recorded tensors on the way to it; None where that was
    #: not needed, as all elements are equal to a few units in the last place.
    local: float | None
    #: The difference as a multiple of what rounding does; None where it was not measured.
    ratio: float | None
    identical: bool  #: whether all bits are equal
    same: bool  #: whether the values are equal to rounding


@dataclasses.dataclass(frozen=True)
class Race:
    """An operation that reads variables while the step updates them, in any order."""

    operation: str
    variables: tuple[str, ...]
    #: Whether the recorded value is the one that comes of the updated variables. If not, the
    #: recording is of neither.
    after: bool


@dataclasses.dataclass(frozen=True)
class ReplayedStep:
    """One step from its own recorded state."""

    number: int
    #: In the order in which the script built them.
    tensors: tuple[ReplayedTensor, ...]
    #: Those that did not get the value from before the update. What depends on them is compared
    #: with what comes of their recorded value.
    races: tuple[Race, ...] = ()
    #: How many values depend on noise that was not recorded; they are not compared.
    left_out: int = 0
    #: How many values depend on which of several updates of one variable came first, and are not
    #: what comes of the order here; they are not compared.
    undecided: int = 0
    #: What could not be replayed, in a sentence; None if it could.
    failure: str | None = None

    @property
    def same(self) -> bool:
        return (
            self.failure is None and bool(self.tensors) and all(each.same for each in self.tensors)
        )

    @property
    def differing(self) -> tuple[ReplayedTensor, ...]:
        """The tensors that differ by more than rounding."""
        return tuple(each for each in self.tensors if not each.same)


@dataclasses.dataclass(frozen=True)
class Replay(Record):
    """What `legacy_cnn.originals.replay` returns."""

    kind = "replay"
    derived = ("same", "complete")

    trace: str
    argv: tuple[str, ...]  #: the script and its arguments
    recorded_on: str  #: release of TensorFlow that recorded the trace
    python: str  #: release of Python there
    replayed_on: str  #: release of TensorFlow here
    recorded_steps: int
    steps: tuple[ReplayedStep, ...]
    notes: tuple[str, ...]  #: what could not be recorded

    @property
    def complete(self) -> bool:
        """Whether every step was replayed, and all its values compared."""
        return all(
            step.failure is None and not step.left_out and not step.undecided for step in self.steps
        )

    @property
    def same(self) -> bool:
        """Whether all that was compared is equal to rounding, in all steps."""
        return all(step.same for step in self.steps)
