"""How well a trained run classifies the test set."""

import dataclasses

from legacy_cnn.results.record import Record


@dataclasses.dataclass(frozen=True)
class ClassScores:
    """One digit, with the dropout off. A score is None where it would be divided by zero."""

    digit: int
    precision: float | None  #: 0.0-1.0
    recall: float | None  #: 0.0-1.0
    f1: float | None  #: 0.0-1.0
    count: int  #: images of it


@dataclasses.dataclass(frozen=True)
class Evaluation(Record):
    """What `legacy_cnn.evaluate` returns."""

    kind = "evaluation"

    images: int  #: in the test set
    accuracy: float  #: with the dropout off, 0.0-1.0
    accuracy_dropout_on: float  #: with the run's keep probability, as the tutorial measured it
    confusion: tuple[tuple[int, ...], ...]
    """Counts `(10, 10)`, row is the label, column the prediction, with the dropout off."""
    classes: tuple[ClassScores, ...]
