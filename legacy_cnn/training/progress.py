"""The part of a run's state that is not in the program, and the argument of its step hook."""

import dataclasses
from typing import Any, NamedTuple, Self

from legacy_cnn.errors import ResultError
from legacy_cnn.results import jsonvalues
from legacy_cnn.results.training import Epoch


class StepDone(NamedTuple):
    """A training step that was taken; the argument of `train(on_step=...)`."""

    step: int  #: steps of the run that are done, from 1
    epoch: int  #: the epoch that the step belongs to, from 0
    loss: float  #: mean over the batch, before the update
    correct: int  #: images of the batch that were classified correctly


@dataclasses.dataclass
class Progress:
    """How far a run is; with the state of the program, this is its whole state."""

    step: int = 0
    epoch_loss: float = 0.0  # sum of the batch losses of the current epoch, as the tutorial's
    epoch_correct: int = 0  # training images of that epoch that were classified correctly
    epoch_seconds: float = 0.0  # of wall time, in that epoch
    seconds: float = 0.0  # of wall time, in all
    seconds_computing: float = 0.0  # of them, in Session.run or what stands for it
    epochs: tuple[Epoch, ...] = ()  # completed ones
    staleness: tuple[int, ...] = ()  # as in results.json

    def __post_init__(self) -> None:
        if min(self.step, self.epoch_correct) < 0:
            raise ResultError(f"step is {self.step}, or a count of it, expected no negative one.")
        if [epoch.epoch for epoch in self.epochs] != [*range(len(self.epochs))]:
            raise ResultError("epochs are not numbered from 0.")

    def fits(self, steps: int) -> bool:
        """Whether step and epochs belong together, if an epoch has so many steps."""
        return 0 <= self.step - len(self.epochs) * steps <= steps

    def count_staleness(self, updates: int) -> None:
        """Counts a step between whose weights and update others made so many."""
        counts = [*self.staleness, *[0] * (updates + 1 - len(self.staleness))]
        counts[updates] += 1
        self.staleness = tuple(counts)

    def to_json(self) -> dict[str, Any]:
        """Returns plain numbers and lists, for progress.json."""
        return jsonvalues.to_json(self)

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> Self:
        """Reads what `to_json` returned.

        Raises:
          ResultError: it is something else.
        """
        return jsonvalues.from_json(content, cls, "progress")
