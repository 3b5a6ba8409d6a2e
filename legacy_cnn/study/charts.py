"""The charts of a study: accuracies, losses, and what dropout in the evaluation costs."""

import textwrap

import numpy as np
from matplotlib import ticker

from legacy_cnn.show import figures as plotting
from legacy_cnn.show.texts import printable
from legacy_cnn.study.variants import TRAININGS

#: Of each training, in every chart.
_COLOURS = dict(
    zip(
        TRAININGS,
        (plotting.BLUE, plotting.ORANGE, plotting.GREEN, plotting.PINK),
        strict=True,
    )
)
_TICKS = np.array([0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 1])
#: What the axis of accuracies shows at least.
_AT_LEAST = (0.9, 0.99)
#: How far, in share of errors, 1.0 is from infinity on that axis.
_NEAREST = 1e-3

#: Of a row, from our runs down to the published one.
_BESIDE = 0.34

_LONGEST = 20  # characters of a name
_WIDTH = 5.2  # inches; on a phone the text is still readable


def accuracies(trained):
    """A row for each variant: a dot for each seed, their mean, and the published run.

    Args:
      trained: dict from a variant's name to what results.json has of it; only trained ones.
    """

    def draw(figure):
        axis = figure.subplots()
        for row, each in enumerate(trained.values()):
            _dots(axis, row, each)
        _stretch(axis, [value for each in trained.values() for value in _shown(each)])
        axis.set_yticks(range(len(trained)), [_name(each) for each in trained])
        axis.set_ylim(len(trained) - 0.4, -0.5)
        axis.tick_params(axis="y", length=0)
        axis.spines["left"].set_visible(False)
        axis.set_xlabel("accuracy on the test set")

    size = (_WIDTH, 0.8 + 0.46 * len(trained))
    return plotting.inline("accuracies", "accuracy of each variant and seed", size, draw)


def _dots(axis, row, variant):
    own = np.array(variant["accuracy"]["by_seed"])
    colour = _COLOURS.get(variant["training"], plotting.GREY)
    # One under the other, so that equal ones are seen.
    rows = row + 0.4 * (np.arange(len(own)) - (len(own) - 1) / 2) / len(own)
    axis.axhline(row, color=plotting.RULE, linewidth=1, zorder=0)
    axis.plot(_stretched(own), rows, "o", color=colour, markersize=5, alpha=0.7)
    axis.plot(_stretched(variant["accuracy"]["mean"]), row, "|", color=colour, ms=15, mew=1.8)
    theirs = _published_accuracy(variant)
    if theirs is not None:
        place = _stretched(theirs), row + _BESIDE
        _mark(axis, *place, colour=plotting.TEXT)
        axis.annotate(
            _name(variant["published"]["id"]), place, (7, 0), textcoords="offset points",
            va="center", fontsize=9,
        )  # fmt: skip


def _shown(variant):
    theirs = _published_accuracy(variant)
    return variant["accuracy"]["by_seed"] + ([] if theirs is None else [theirs])


def _published_accuracy(variant):
    place = variant["published"] and variant["published"]["accuracy"]
    return place["value"] if place else None


def _name(text):
    """As much of a name as there is room for."""
    return textwrap.shorten(printable(text), _LONGEST, placeholder="...")


def _mark(axis, x, y, colour, **more):
    """A published run's: open, where ours are filled."""
    axis.plot(x, y, "D", color=colour, markersize=6, mfc="none", mew=1.6, **more)


def _stretched(accuracy):
    """Where it stands on an axis that has as much room from 0.9 to 0.99 as from 0 to 0.9."""
    return -np.log10(1 - np.asarray(accuracy) + _NEAREST)


def _stretch(axis, values):
    """Makes the horizontal axis that of `_stretched` accuracies."""
    ends = _stretched([min(*values, *_AT_LEAST), max(*values, *_AT_LEAST)])
    low, high = ends + np.ptp(ends) * np.array([-0.04, 0.04])
    ticks = [each for each in _TICKS if low <= _stretched(each) <= high]
    axis.set_xticks(_stretched(ticks), [f"{each:g}" for each in ticks])
    axis.set_xlim(low, high)
    axis.grid(axis="x")
    axis.set_axisbelow(True)


def drawable(means):
    """Which of a training's losses can be drawn, and how.

    Args:
      means: floats, one for each epoch.

    Returns:
      -1 if the curve goes below zero, otherwise 1; and a bool for each epoch: whether it is drawn
      on the logarithmic axis of that sign.
    """
    finite = np.isfinite(means)
    sign = -1 if (np.array(means)[finite] < 0).any() else 1
    return sign, [bool(each) for each in finite & (sign * np.array(means) > 0)]


def losses(curves, published, sign):
    """Losses over epochs: means and ranges over seeds, and published runs' as marks.

    Args:
      curves: dict from trainings to lists of `figures.spread`, one for each epoch.
      published: list of id, training and losses.
      sign: 1 draws the curves above zero, -1 those that go below.

    Returns:
      The chart; "" if there is nothing to draw.
    """
    own = {}
    for name, spreads in curves.items():
        its_sign, shown = drawable([each["mean"] for each in spreads])
        if its_sign == sign and any(shown):
            own[name] = spreads
    if not own:
        return ""
    theirs = [each for each in published if each[1] in own and sign > 0]

    def draw(figure):
        axis = figure.subplots()
        for name, spreads in own.items():
            _curve(axis, spreads, sign, color=_COLOURS.get(name, plotting.GREY), label=_name(name))
        for name, training, values in theirs:
            colour = _COLOURS.get(training, plotting.GREY)
            label = f"{_name(name)}, published"
            _mark(axis, range(len(values)), values, colour, label=label, linestyle="none")
        _logarithmic(axis, sign)
        _over_epochs(figure, axis, 2 if theirs else 3)  # ours, theirs
        axis.set_ylabel("loss, summed over an epoch")

    name, label = ("losses", "losses") if sign > 0 else ("below", "losses below zero")
    return plotting.inline(name, f"{label} over epochs", (_WIDTH, 4.2), draw)


def _curve(axis, spreads, sign, **look):
    mean, least, most = (
        _positive([sign * each[name] for each in spreads]) for name in ("mean", "least", "most")
    )
    axis.fill_between(range(len(mean)), least, most, color=look["color"], alpha=0.25, linewidth=0)
    axis.plot(mean, "o-", markersize=4, **look)


def _positive(values):
    """With gaps in the place of what a logarithmic axis does not have."""
    return [value if 0 < value < np.inf else np.nan for value in values]


def _logarithmic(axis, sign):
    """From a power of ten to another one, falling downwards whatever the sign."""
    axis.set_yscale("log")
    lines = [line.get_ydata() for line in axis.lines]
    ends = np.log10([np.nanmin(np.concatenate(lines)), np.nanmax(np.concatenate(lines))])
    low, high = 10.0 ** np.array([np.floor(ends[0]), max(np.ceil(ends[1]), np.floor(ends[0]) + 1)])
    axis.set_ylim(*((low, high) if sign > 0 else (high, low)))
    write = _powers if high > 1e7 else _whole
    axis.yaxis.set_major_formatter(ticker.FuncFormatter(lambda value, _: write(sign * value)))
    axis.yaxis.set_minor_formatter(ticker.NullFormatter())


def _powers(value):
    return f"{value:.0e}".replace("e+", "e").replace("e0", "e").replace("e-0", "e-")


def _whole(value):
    return f"{value:,.0f}" if abs(value) >= 1 else f"{value:g}"


def _over_epochs(figure, axis, columns):
    axis.set_xlabel("epoch")
    axis.xaxis.set_major_locator(ticker.MaxNLocator(integer=True, min_n_ticks=1))
    low, high = axis.get_xlim()
    axis.set_xlim(min(low, -0.3), max(high, 0.3))  # room for one epoch
    axis.grid(axis="y")
    axis.set_axisbelow(True)
    figure.legend(loc="outside upper left", ncols=columns, columnspacing=1.2, handlelength=1.5)


def dropout(number, name, off, on):
    """A training's accuracy over epochs, with the dropout of the evaluation off and on.

    Args:
      number: of the chart, which no other of these has.
      name: of the training.
      off, on: for each seed the accuracies of its epochs, a list.
    """

    def draw(figure):
        axis = figure.subplots()
        for label, seeds, colour, line in (
            ("off", off, plotting.BLUE, "o-"),
            ("on", on, plotting.ORANGE, "s--"),
        ):
            axis.plot(np.transpose(seeds), line[1:], color=colour, linewidth=0.8, alpha=0.5)
            mean = np.mean(seeds, axis=0)
            axis.plot(mean, line, markersize=4, color=colour, label=f"dropout {label}")
        _over_epochs(figure, axis, 2)
        axis.set_ylabel("accuracy on the test set")

    label = f"accuracy over epochs of the training {name}, dropout off and on in the evaluation"
    return plotting.inline(f"dropout-{number}", label, (_WIDTH, 3.3), draw)
