"""The sections on one network's predictions: confusion matrix and most confident mistakes."""

import base64

import numpy as np

from legacy_cnn.results import Study
from legacy_cnn.results.study import Mistake, Specimen
from legacy_cnn.show.html import Html, scrolling, tag
from legacy_cnn.show.numbers import count, exact_percent, three_digits
from legacy_cnn.show.study.filters import picture
from legacy_cnn.vocabulary import IMAGE_SHAPE

_MATRIX = (
    "Rows are labels, columns are predictions. Blue cells count correct predictions; the stronger "
    "the orange of a cell, the more frequent the mistake."
)
_MISTAKES = (
    "Each picture is shown with its label, the prediction, and the margin between their logits. "
    "With a margin of m, softmax gives the prediction exp(m) times the probability of the label."
)

#: Training whose predictions are shown, if the study has it.
_SHOWN = "dropout"
#: Frequent mistakes that are listed.
_LISTED = 5


def sections(study: Study) -> tuple[Html, Html]:
    """Returns the two sections of the page; the study has a specimen."""
    name = _SHOWN if _SHOWN in study.specimens else next(iter(study.specimens))
    specimen = study.specimens[name]
    training = f"Training {name}, seed {specimen.seed}, evaluated with dropout off"
    return _matrix_section(training, specimen), _mistakes_section(training, specimen)


def _matrix_section(training: str, specimen: Specimen) -> Html:
    counts = specimen.confusion
    total = sum(map(sum, counts))
    wrong = total - sum(row[at] for at, row in enumerate(counts))
    frequent = _most_frequent(specimen)
    listed = tag("ol", *(tag("li", text) for text in frequent))
    beside = [tag("div", tag("h3", "Most frequent mistakes"), listed)] if frequent else []
    return tag(
        "section",
        tag("h2", "Confusion matrix"),
        tag("p", f"{training}: {count(wrong)} of {count(total)} test images are misclassified."),
        tag("p", _MATRIX),
        tag("div", _matrix(specimen), *beside, class_="beside"),
    )


def _matrix(specimen: Specimen) -> Html:
    """Labels against predictions, as a table whose colours show the counts."""
    counts = specimen.confusion
    others = [number for at, row in enumerate(counts) for number in (*row[:at], *row[at + 1 :])]
    most = max(others, default=0) or 1
    corner = tag("th", "label \u2193", Html("<br>"), "prediction \u2192", scope="col")
    digits = [tag("th", digit, scope="col") for digit in range(len(counts))]
    rows = []
    for label, row in enumerate(counts):
        cells = [_cell(number, at == label, number / most) for at, number in enumerate(row)]
        recall = exact_percent(row[label] / sum(row)) if sum(row) else ""
        rows.append(tag("tr", tag("th", label, scope="row"), *cells, tag("td", recall)))
    head = tag("thead", tag("tr", corner, *digits, tag("th", "recall", scope="col")))
    return scrolling("confusion matrix", tag("table", head, tag("tbody", *rows), class_="heat"))


def _cell(number: int, correct: bool, share: float) -> Html:
    if correct:
        return tag("td", count(number), class_="right")
    if not number:
        return tag("td", "\u00b7", class_="none")
    # The square root makes a single mistake visible beside a hundred.
    return tag("td", count(number), class_="wrong", style=f"--share:{max(share, 0) ** 0.5:.3f}")


def _most_frequent(specimen: Specimen) -> list[str]:
    pairs = [
        (number, label, prediction)
        for label, row in enumerate(specimen.confusion)
        for prediction, number in enumerate(row)
        if number and label != prediction
    ]
    worst = sorted(pairs, key=lambda pair: -pair[0])[:_LISTED]
    return [
        f"{label} predicted as {other}: {count(number)} times" for number, label, other in worst
    ]


def _mistakes_section(training: str, specimen: Specimen) -> Html:
    shown = tag("ol", *map(_mistake, specimen.mistakes), class_="mistakes")
    return tag(
        "section",
        tag("h2", "Most confident mistakes"),
        tag("p", f"{training}. {_MISTAKES}"),
        shown if specimen.mistakes else tag("p", "No test image is misclassified."),
    )


def _mistake(mistake: Mistake) -> Html:
    pixels = np.frombuffer(base64.b64decode(mistake.pixels), np.uint8)
    label = f"a {mistake.label} predicted as {mistake.prediction}"
    return tag(
        "li",
        picture(pixels.reshape(IMAGE_SHAPE), label),
        tag(
            "p",
            tag("span", mistake.label, tag("b", f"\u2192 {mistake.prediction}")),
            tag("small", f"margin {three_digits(mistake.margin)}"),
            tag("small", f"image {count(mistake.index)}"),
        ),
    )
