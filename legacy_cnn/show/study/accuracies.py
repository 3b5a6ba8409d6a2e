"""The section on accuracies: a chart with a dot for each seed, and a table."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from legacy_cnn.results import Study
from legacy_cnn.results.study import PublishedPlaces, TrainedVariant
from legacy_cnn.show import figures
from legacy_cnn.show.html import Html, table, tag
from legacy_cnn.show.numbers import accuracy, deviation
from legacy_cnn.show.study.curves import WIDTH, colours, diamond, short
from legacy_cnn.show.study.summary import where

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_TEXT = (
    "Accuracy on the test set after the last epoch. The deviation is the sample standard deviation "
    "over seeds. "
)
_PUBLISHED = "A published run is within, below or above the range of the seeds."
_NONE_PUBLISHED = "The data are not MNIST, so published runs are not compared."
_KEY = (
    "A dot is one seed, the vertical line is the mean, and an open diamond is a published run. "
    "Variants of one colour are evaluations of the same training. The axis is stretched towards 1."
)
_HEADER = (
    "variant", "seeds", "epochs", "dropout in evaluation", "mean", "deviation", "range",
    "published run",
)  # fmt: skip

_TICKS = np.array([0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 1])
#: Part of the axis that is always shown.
_AT_LEAST = (0.9, 0.99)
#: Keeps 1.0 at a finite place.
_NEAREST = 1e-3
#: Rows between the dots of a variant and its published run.
_BELOW = 0.34


def section(study: Study) -> Html:
    """Returns the section of the page."""
    text = _TEXT + (_PUBLISHED if study.published else _NONE_PUBLISHED)
    texts = tag("div", tag("p", text), tag("p", _KEY))
    figure = tag("figure", chart(study), class_="chart")
    rows = [_row(name, variant, study) for name, variant in study.trained.items()]
    return tag(
        "section",
        tag("h2", "Accuracy"),
        tag("div", texts, figure, class_="pair uneven"),
        table("accuracies", _HEADER, rows, class_="results"),
    )


def _row(name: str, variant: TrainedVariant, study: Study) -> tuple[object, ...]:
    own, published = variant.accuracy, variant.published
    return (
        name,
        len(study.trainings[variant.training]),
        len(variant.epochs.loss),
        "on" if variant.measured == "test_accuracy_dropout_on" else "off",
        accuracy(own.mean),
        deviation(own.deviation),
        f"{accuracy(own.least)} \u2013 {accuracy(own.most)}",
        _published(published) if published else "",
    )


def _published(published: PublishedPlaces) -> str:
    place = published.accuracy
    if place is None:
        return ""
    return ", ".join(filter(None, (f"{published.id} {accuracy(place.value)}", where(place))))


def chart(study: Study) -> Html:
    """Returns a chart with a row for each variant: every seed, their mean, a published run."""
    trained, by_training = study.trained, colours(study)

    def draw(figure: "Figure") -> None:
        axis = figure.subplots()
        for row, variant in enumerate(trained.values()):
            _dots(axis, row, variant, by_training[variant.training])
        _stretch(axis, [value for variant in trained.values() for value in _values(variant)])
        axis.set_yticks(range(len(trained)), [short(name) for name in trained])
        axis.set_ylim(len(trained) - 0.4, -0.5)
        axis.tick_params(axis="y", length=0)
        axis.spines["left"].set_visible(False)
        axis.set_xlabel("accuracy on the test set")

    size = (WIDTH, 0.8 + 0.46 * len(trained))
    return figures.inline("accuracies", "accuracy of each variant and seed", size, draw)


def _dots(axis: "Axes", row: int, variant: TrainedVariant, colour: str) -> None:
    own = variant.accuracy.by_seed
    # One below the other, so that equal ones can be seen.
    rows = row + 0.4 * (np.arange(len(own)) - (len(own) - 1) / 2) / len(own)
    axis.axhline(row, color=figures.RULE, linewidth=1, zorder=0)
    axis.plot(_stretched(own), rows, "o", color=colour, markersize=5, alpha=0.7)
    axis.plot(_stretched([variant.accuracy.mean]), [row], "|", color=colour, ms=15, mew=1.8)
    published = variant.published
    if published and published.accuracy:
        place = float(_stretched(published.accuracy.value)), row + _BELOW
        diamond(axis, *place, colour=figures.TEXT)
        axis.annotate(
            short(published.id), place, (7, 0), textcoords="offset points", va="center", fontsize=9
        )


def _values(variant: TrainedVariant) -> list[float]:
    """All accuracies in the row of a variant."""
    place = variant.published.accuracy if variant.published else None
    return [*variant.accuracy.by_seed, *([place.value] if place else [])]


def _stretched(accuracies: ArrayLike) -> NDArray[np.float64]:
    """Where accuracies are on an axis with as much room from 0.9 to 0.99 as from 0 to 0.9."""
    return -np.log10(1 - np.clip(accuracies, 0, 1) + _NEAREST)


def _stretch(axis: "Axes", values: list[float]) -> None:
    """Makes the horizontal axis one of `_stretched` accuracies."""
    shown = [value for value in values if not np.isnan(value)] + list(_AT_LEAST)
    ends = _stretched([min(shown), max(shown)])
    low, high = ends + np.ptp(ends) * np.array([-0.04, 0.04])
    ticks = [tick for tick in _TICKS if low <= _stretched(tick) <= high]
    axis.set_xticks(_stretched(ticks), [f"{tick:g}" for tick in ticks])
    axis.set_xlim(low, high)
    axis.grid(axis="x")
    axis.set_axisbelow(True)
