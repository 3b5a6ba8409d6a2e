"""The view of predictions."""

from legacy_cnn.results import Prediction, Predictions
from legacy_cnn.show.blocks import Block, Text
from legacy_cnn.show.numbers import probability

#: So many digits are shown, the likeliest first; `--json` has all.
LIKELIEST = 3


def title(result: Predictions) -> str:
    return "Predictions"


def blocks(result: Predictions) -> list[Block]:
    # Lines, not a table: a narrow terminal would break names and numbers.
    return [Text(f"{each.image}: {_likeliest(each)}") for each in result.predictions]


def _likeliest(prediction: Prediction) -> str:
    digits = sorted(range(10), key=lambda digit: -prediction.probabilities[digit])
    return ", ".join(
        f"{digit} ({probability(prediction.probabilities[digit])})" for digit in digits[:LIKELIEST]
    )
