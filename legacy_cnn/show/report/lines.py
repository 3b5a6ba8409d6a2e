"""A chart of differences over training steps: a line for each tensor."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from legacy_cnn.results.report import Finding
from legacy_cnn.show import figures
from legacy_cnn.show.html import Html
from legacy_cnn.show.report.axis import HIGHEST, LOWEST, axis_place
from legacy_cnn.show.texts import printable

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Points of a line; with more steps, each is the largest value of several.
POINTS = 200
#: Lines that the legend names; the others, which have smaller differences, are grey.
NAMED = 16

_WIDTH, _HEIGHT = 5.2, 2.9  # inches
_COLUMNS, _LINE = 4, 0.2  # of the legend
_LONGEST = 16  # characters of a name
_COLOURS = (
    figures.BLUE, figures.ORANGE, figures.GREEN, figures.PINK, figures.AMBER, figures.SKY,
)  # fmt: skip
_STYLES = ("-", "--", ":")

#: Steps and differences of one tensor.
Line = list[tuple[int, float]]


def chart(points: Sequence[tuple[Finding, str, float]], limit: float, name: str) -> Html:
    """Returns a chart.

    Args:
      points: for each tensor and step the finding, the tensor's name and the difference.
      limit: the tolerance.
      name: of the figure, unique in the page.
    """
    named = _lines(points)
    rows = math.ceil(min(len(named), NAMED + 1) / _COLUMNS) if len(named) > 1 else 0

    def draw(figure: "Figure") -> None:
        axis = figure.subplots()
        _difference_axis(axis, limit)
        for at, (tensor, line) in enumerate(named.items()):
            _draw(axis, at, tensor, line)
        _step_axis(axis, [step for line in named.values() for step, _ in line])
        if rows:
            figure.legend(loc="outside upper left", ncols=_COLUMNS, handlelength=2, fontsize=9)

    size = (_WIDTH, _HEIGHT + _LINE * rows)
    return figures.inline(name, "differences over training steps", size, draw)


def _lines(points: Sequence[tuple[Finding, str, float]]) -> dict[str, Line]:
    """The line of each tensor; those that the legend does not name come last."""
    lines: dict[str, Line] = {}
    for finding, tensor, value in points:
        lines.setdefault(tensor, []).append((finding.step or 0, value))
    if len(lines) > NAMED:
        largest = {
            name: max(axis_place(value) for _, value in line) for name, line in lines.items()
        }
        lines = {name: lines[name] for name in sorted(lines, key=lambda name: -largest[name])}
    return {name: thinned(line) for name, line in lines.items()}


def thinned(line: Line) -> Line:
    """Returns at most `POINTS` points of a line, the largest of as many steps each."""
    every = math.ceil(len(line) / POINTS)
    parts = (line[start : start + every] for start in range(0, len(line), every))
    return [max(part, key=lambda point: axis_place(point[1])) for part in parts]


def _draw(axis: "Axes", at: int, tensor: str, line: Line) -> None:
    steps, places = zip(*((step, axis_place(value)) for step, value in line), strict=True)
    marker = "o" if len(line) == 1 else ""
    if at < NAMED:
        label = printable(tensor)
        label = f"{label[:_LONGEST]}..." if len(label) > _LONGEST + 3 else label
        style = _STYLES[at // len(_COLOURS) % len(_STYLES)]
        colour = _COLOURS[at % len(_COLOURS)]
        axis.plot(steps, places, style, marker=marker, color=colour, label=label, linewidth=1.5)
    else:
        label = "others" if at == NAMED else "_others"
        axis.plot(steps, places, marker=marker, color=figures.GREY, linewidth=0.8, label=label)


def _step_axis(axis: "Axes", steps: list[int]) -> None:
    from matplotlib.ticker import MaxNLocator

    axis.set_xlabel("step")
    axis.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    first, last = min(steps), max(steps)
    if last > first:
        axis.set_xlim(first, last + 0.01 * (last - first))


def _difference_axis(axis: "Axes", limit: float) -> None:
    powers = range(LOWEST + 1, HIGHEST + 1, 2)
    ticks = {"equal": 0.0, **{f"1e{power}": axis_place(10.0**power) for power in powers}}
    axis.set_yticks([*ticks.values(), 1.0], [*ticks, "infinite"])
    axis.set_ylim(-0.03, 1.03)
    axis.grid(axis="y")
    axis.set_axisbelow(True)
    if limit > 0:
        axis.axhline(axis_place(limit), color=figures.TEXT, linewidth=1.5)
        axis.annotate(
            "tolerance",
            (1, axis_place(limit)),
            xycoords=("axes fraction", "data"),
            xytext=(0, 3),
            textcoords="offset points",
            ha="right",
            fontsize=9,
        )
