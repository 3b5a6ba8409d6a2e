"""The section on losses: charts on logarithmic axes, and a table."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from legacy_cnn.results import Study
from legacy_cnn.results.study import Place, Spread
from legacy_cnn.show import figures
from legacy_cnn.show.html import Html, definitions, table, tag
from legacy_cnn.show.numbers import loss, three_digits
from legacy_cnn.show.study.curves import WIDTH, colours, curves, diamond, over_epochs, short
from legacy_cnn.show.study.summary import where

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_TEXT = (
    "The loss that the tutorial prints after each epoch, which is the sum over its batches. Lines "
    "are means over seeds, bands are ranges, and the axis is logarithmic. An open diamond is a "
    "published run, which is a single run without a seed."
)
_BELOW = "A cross-entropy cannot be negative: losses below zero have their own chart."

#: What a logarithmic axis is sure to show.
_SMALLEST, _LARGEST = 1e-300, 1e300


def section(study: Study) -> Html:
    """Returns the section of the page."""
    losses = {name: epochs.loss for name, epochs in curves(study).items()}
    above, below = (_chart(study, losses, sign) for sign in (1, -1))
    charts = [tag("figure", chart, class_="chart") for chart in (above, below) if chart]
    sources = {run.id: run.source for run in study.published}
    named: dict[str, object] = {
        variant.published.id: sources.get(variant.published.id, "")
        for variant in study.trained.values()
        if variant.published
    }
    return tag(
        "section",
        tag("h2", "Loss"),
        tag("p", _TEXT, Html(" "), _BELOW if below else ""),
        tag("div", *charts, class_="pair level"),
        *_left_out(losses),
        definitions(named) if named else "",
        tag("details", tag("summary", "Table of losses"), _table(study, losses)),
    )


def _left_out(losses: dict[str, tuple[Spread, ...]]) -> Iterator[Html]:
    """A sentence on each training some of whose losses are not in a chart."""
    for name, spreads in losses.items():
        means = [spread.mean for spread in spreads]
        _, shown = drawable(means)
        missing = [f"{at} ({three_digits(means[at])})" for at in range(len(means)) if not shown[at]]
        if missing:
            yield tag(
                "p",
                f"The chart leaves out losses of {name}, which a logarithmic axis cannot show: "
                f"epoch {', '.join(missing)}.",
            )


def _table(study: Study, losses: dict[str, tuple[Spread, ...]]) -> Html:
    columns = {name: [loss(spread.mean) for spread in own] for name, own in losses.items()}
    for variant in study.trained.values():
        if variant.published:
            columns[variant.published.id] = [
                _published(place) for place in variant.published.losses
            ]
    rows = [
        (epoch, *(column[epoch] if epoch < len(column) else "" for column in columns.values()))
        for epoch in range(max(map(len, columns.values())))
    ]
    return table("losses", ("epoch", *columns), rows, class_="results")


def _published(place: Place) -> str:
    return ", ".join(filter(None, (loss(place.value), where(place))))


def drawable(means: Sequence[float]) -> tuple[int, list[bool]]:
    """Tells which losses of a training can be drawn, and how.

    Args:
      means: one for each epoch.

    Returns:
      -1 if the curve goes below zero, otherwise 1; and for each epoch whether its loss is drawn on
      the logarithmic axis of that sign.
    """
    sign = -1 if any(-_LARGEST <= mean < 0 for mean in means) else 1
    return sign, [_SMALLEST <= sign * mean <= _LARGEST for mean in means]


def _chart(study: Study, losses: dict[str, tuple[Spread, ...]], sign: int) -> Html | None:
    """The curves above zero, or with a `sign` of -1 those that go below; None without any."""
    own = {}
    for name, spreads in losses.items():
        own_sign, shown = drawable([spread.mean for spread in spreads])
        if own_sign == sign and any(shown):
            own[name] = spreads
    if not own:
        return None
    published = [
        (variant.published, variant.training)
        for variant in study.trained.values()
        if variant.published and variant.training in own and sign > 0
    ]
    by_training = colours(study)

    def draw(figure: "figures.Figure") -> None:
        axis = figure.subplots()
        for name, spreads in own.items():
            _curve(axis, spreads, sign, by_training[name], short(name))
        for run, training in published:
            values = _positive([place.value for place in run.losses])
            label = f"{short(run.id)}, published"
            look = {"label": label, "linestyle": "none"}
            diamond(axis, range(len(values)), values, by_training[training], **look)
        _logarithmic(axis, sign)
        over_epochs(figure, axis, 2 if published else 3)  # own and published ones side by side
        axis.set_ylabel("loss, summed over an epoch")

    name, label = ("losses", "losses") if sign > 0 else ("below", "losses below zero")
    return figures.inline(name, f"{label} over epochs", (WIDTH, 4.2), draw)


def _curve(axis: "Axes", spreads: Sequence[Spread], sign: int, colour: str, label: str) -> None:
    mean, least, most = (
        _positive([sign * getattr(spread, name) for spread in spreads])
        for name in ("mean", "least", "most")
    )
    axis.fill_between(range(len(mean)), least, most, color=colour, alpha=0.25, linewidth=0)
    axis.plot(mean, "o-", markersize=4, color=colour, label=label)


def _positive(values: Sequence[float]) -> list[float]:
    """The values, with gaps for those that a logarithmic axis cannot show."""
    return [value if _SMALLEST <= value <= _LARGEST else np.nan for value in values]


def _logarithmic(axis: "Axes", sign: int) -> None:
    """Makes the axis reach from one power of ten to another, smaller losses at the bottom."""
    from matplotlib.ticker import FuncFormatter, NullFormatter

    axis.set_yscale("log")
    lines = np.concatenate([np.asarray(line.get_ydata(), float) for line in axis.lines])
    ends = np.log10([np.nanmin(lines), np.nanmax(lines)])
    low, high = 10.0 ** np.array([np.floor(ends[0]), max(np.ceil(ends[1]), np.floor(ends[0]) + 1)])
    axis.set_ylim(*((low, high) if sign > 0 else (high, low)))
    write = _powers if high > 1e7 else _whole
    axis.yaxis.set_major_formatter(FuncFormatter(lambda value, _: write(sign * value)))
    axis.yaxis.set_minor_formatter(NullFormatter())


def _powers(value: float) -> str:
    return f"{value:.0e}".replace("e+", "e").replace("e0", "e").replace("e-0", "e-")


def _whole(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1 else f"{value:g}"
