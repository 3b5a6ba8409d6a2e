"""The view of predictions."""

from legacy_cnn.results import Predictions
from legacy_cnn.show.blocks import Block, Table
from legacy_cnn.show.numbers import probability

_DIGITS = [str(digit) for digit in range(10)]


def title(result: Predictions) -> str:
    return "Predictions"


def blocks(result: Predictions) -> list[Block]:
    rows = [
        [prediction.image, prediction.digit, *map(probability, prediction.probabilities)]
        for prediction in result.predictions
    ]
    return [Table("", ["image", "digit", *_DIGITS], rows, left=["image"])]
