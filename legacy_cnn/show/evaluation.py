"""The view of an evaluation."""

from legacy_cnn.results import ClassScores, Evaluation
from legacy_cnn.show.blocks import Block, Table, Text
from legacy_cnn.show.numbers import accuracy, count

_DIGITS = [str(digit) for digit in range(10)]
_SCORES = ("precision", "recall", "f1")


def title(result: Evaluation) -> str:
    return f"Accuracy {accuracy(result.accuracy)} on {count(result.images)} images"


def blocks(result: Evaluation) -> list[Block]:
    off, on = accuracy(result.accuracy), accuracy(result.accuracy_dropout_on)
    return [
        Text(f"Accuracy: {off} with the dropout off, on {count(result.images)} images"),
        Text(f"Accuracy: {on} with the dropout left on, as in the tutorial"),
        Table(
            "Confusion matrix: rows are labels, columns predictions",
            ["", *_DIGITS],
            [[label, *(n or "." for n in row)] for label, row in enumerate(result.confusion)],
        ),
        Table("By digit, with the dropout off", ["", *_SCORES, "images"], _scores(result.classes)),
    ]


def _scores(classes: tuple[ClassScores, ...]) -> list[list[object]]:
    return [
        [row.digit, accuracy(row.precision), accuracy(row.recall), accuracy(row.f1), row.count]
        for row in classes
    ]
