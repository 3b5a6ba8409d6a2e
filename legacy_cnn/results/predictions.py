"""The digits that a trained run reads in pictures."""

import dataclasses

from legacy_cnn.results.record import Record


@dataclasses.dataclass(frozen=True)
class Prediction:
    """A digit in a picture."""

    image: str  #: path of the picture
    digit: int  #: 0-9, the most probable one
    probabilities: tuple[float, ...]  #: of the digits 0-9, each 0.0-1.0


@dataclasses.dataclass(frozen=True)
class Predictions(Record):
    """What `legacy_cnn.predict` returns."""

    kind = "predictions"

    predictions: tuple[Prediction, ...]  #: in the order of the pictures; of one, from left to right
