"""What the charts of a study share: colours, names and the axis of epochs."""

import itertools
import textwrap
from typing import TYPE_CHECKING

from legacy_cnn.results import Study
from legacy_cnn.results.study import EpochSpreads
from legacy_cnn.show import figures
from legacy_cnn.show.texts import printable

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Inches; on a phone the text of a chart is still legible.
WIDTH = 5.2
#: Characters of a name in a chart.
LONGEST = 20

_COLOURS = (
    figures.BLUE, figures.ORANGE, figures.GREEN, figures.PINK, figures.AMBER, figures.SKY,
)  # fmt: skip


def colours(study: Study) -> dict[str, str]:
    """Returns the colour of each training, the same in every chart."""
    return dict(zip(study.trainings, itertools.cycle(_COLOURS), strict=False))


def curves(study: Study) -> dict[str, EpochSpreads]:
    """Returns the epochs of each training, from the variant that reads the most of them."""
    longest: dict[str, EpochSpreads] = {}
    for variant in study.trained.values():
        known = longest.get(variant.training)
        if known is None or len(known.loss) < len(variant.epochs.loss):
            longest[variant.training] = variant.epochs
    return longest


def short(name: str) -> str:
    """Returns a name for a chart, shortened if it is long."""
    return textwrap.shorten(printable(name), LONGEST, placeholder="...")


def diamond(axis: "Axes", x: object, y: object, colour: str, **more: object) -> None:
    """Draws a published run: open, as the study's own are filled."""
    look = {"color": colour, "markersize": 6, "mfc": "none", "mew": 1.6, **more}
    axis.plot(x, y, "D", **look)  # type: ignore[arg-type]


def over_epochs(figure: "Figure", axis: "Axes", columns: int) -> None:
    """Makes the horizontal axis one of epochs, and adds the legend."""
    from matplotlib.ticker import MaxNLocator

    axis.set_xlabel("epoch")
    axis.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    low, high = axis.get_xlim()
    axis.set_xlim(min(low, -0.3), max(high, 0.3))  # room for a single epoch
    axis.grid(axis="y")
    axis.set_axisbelow(True)
    figure.legend(loc="outside upper left", ncols=columns, columnspacing=1.2, handlelength=1.5)
