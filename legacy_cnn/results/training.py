"""results.json of a training run."""

import dataclasses
from typing import Literal

from legacy_cnn.errors import ResultError
from legacy_cnn.results.record import Record

Status = Literal["running", "interrupted", "complete"]


@dataclasses.dataclass(frozen=True)
class Epoch:
    """One epoch of a run; accuracies are 0.0-1.0."""

    epoch: int  #: from 0
    loss: float  #: summed over the batches, as the tutorial prints it
    train_accuracy: float  #: over the training batches, each before its step
    test_accuracy: float  #: with the dropout off
    test_accuracy_dropout_on: float  #: with the run's keep probability, as the tutorial measured it
    seconds: float


@dataclasses.dataclass(frozen=True)
class Seconds:
    """Time that a run took, over all its processes."""

    training: float  #: in all, without imports and loading
    computing: float  #: of which in TensorFlow


@dataclasses.dataclass(frozen=True)
class TrainingResult(Record):
    """What `legacy_cnn.train` returns, and results.json of a run."""

    kind = "training"

    status: Status
    step: int  #: steps taken
    epochs: tuple[Epoch, ...]  #: completed ones
    accuracy: float | None  #: of the last epoch, as the settings ask for; None before its end
    weights_sha256: str  #: of all weights, in hexadecimal
    seconds: Seconds
    #: [k] is the number of steps between whose weights and whose update other workers made k
    #: updates; empty unless workers trained asynchronously.
    staleness: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if self.step < 0:
            raise ResultError(f"step is {self.step}, expected a number of steps.")

    def staleness_in_words(self) -> str:
        """A sentence; "" where no other worker updates the weights."""
        steps = sum(self.staleness)
        if not steps:
            return ""
        mean = sum(updates * count for updates, count in enumerate(self.staleness)) / steps
        return (
            f"Gradients were {mean:.2f} updates old on average, and {len(self.staleness) - 1} at "
            f"most."
        )
