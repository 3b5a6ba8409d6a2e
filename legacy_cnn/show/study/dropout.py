"""The section on dropout in the evaluation: accuracies over epochs with dropout off and on."""

from typing import TYPE_CHECKING

import numpy as np

from legacy_cnn.results import Study
from legacy_cnn.show import figures
from legacy_cnn.show.html import Html, tag
from legacy_cnn.show.study.curves import WIDTH, curves, over_epochs

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_TEXT = (
    "The same weights, evaluated twice after each epoch: with dropout off, as intended, and with "
    "dropout on, as in the tutorial. Thick lines are means, thin lines are single seeds. Each "
    "chart has its own axis."
)

#: For each seed the accuracy after each epoch.
Accuracies = list[list[float]]


def section(study: Study) -> Html:
    """Returns the section of the page."""
    charts: list[Html] = []
    equal: list[str] = []
    for name, epochs in curves(study).items():
        runs = [run.epochs[: len(epochs.loss)] for run in study.trainings[name]]
        off = [[epoch.test_accuracy for epoch in run] for run in runs]
        on = [[epoch.test_accuracy_dropout_on for epoch in run] for run in runs]
        if off == on:
            equal.append(name)
        else:
            caption = tag("figcaption", tag("b", name))
            charts.append(
                tag("figure", caption, _chart(name, len(charts), off, on), class_="chart")
            )
    return tag(
        "section",
        tag("h2", "Dropout in the evaluation"),
        tag("p", _TEXT),
        tag("p", f"Equal with dropout off and on: {', '.join(equal)}.") if equal else "",
        tag("div", *charts, class_="pair"),
    )


def _chart(name: str, number: int, off: Accuracies, on: Accuracies) -> Html:
    def draw(figure: "Figure") -> None:
        axis = figure.subplots()
        for label, seeds, colour, line in (
            ("off", off, figures.BLUE, "o-"),
            ("on", on, figures.ORANGE, "s--"),
        ):
            accuracies = np.clip(seeds, 0, 1)
            axis.plot(accuracies.T, line[1:], color=colour, linewidth=0.8, alpha=0.5)
            mean = accuracies.mean(axis=0)
            axis.plot(mean, line, markersize=4, color=colour, label=f"dropout {label}")
        over_epochs(figure, axis, 2)
        axis.set_ylabel("accuracy on the test set")

    label = f"accuracy over epochs of the training {name}, with dropout off and on"
    return figures.inline(f"dropout-{number}", label, (WIDTH, 3.3), draw)
