"""The figure of a benchmark: times as bars, and the growth of the speed with the batch size."""

import math
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from legacy_cnn import files
from legacy_cnn.errors import UsageError
from legacy_cnn.results import Benchmark
from legacy_cnn.results.benchmark import Timing
from legacy_cnn.show import figures, numbers
from legacy_cnn.show.texts import printable

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Suffixes of the formats that can be written.
FORMATS = (".svg", ".png", ".pdf")

#: Colours of this package's contenders and of the others; of one thread and of more.
_OURS, _THEIRS = figures.BLUE, figures.AMBER

#: Numbers from it on are not drawn, and texts with more characters are shortened.
_LARGEST, _LONGEST = 1e12, 30


def check(path: str | os.PathLike[str], parts: Iterable[str]) -> None:
    """Checks before a benchmark that its figure can be drawn.

    Args:
      path: of the figure.
      parts: that will be measured.

    Raises:
      UsageError: no part can be drawn, the file has another suffix than `FORMATS`, or matplotlib
        is not installed.
      OSError: the file cannot be written.
    """
    if not _PANELS.keys() & set(parts):
        raise UsageError(
            f"plot can only draw {', '.join(_PANELS)}; measure at least one of these parts.",
            "plot",
        )
    if Path(path).suffix not in FORMATS:
        raise UsageError(f"plot must end in one of {', '.join(FORMATS)}, not {path}.", "plot")
    figures.require("plot")
    files.check(path)


def draw(result: Benchmark, path: str | os.PathLike[str]) -> None:
    """Draws the parts of a benchmark that have a figure, one below the other.

    Args:
      result: the benchmark.
      path: the file; its suffix, one of `FORMATS`, is the format.
    """
    import matplotlib
    from matplotlib.figure import Figure

    panels = [panel for part, panel in _PANELS.items() if getattr(result, part) is not None]
    # Texts may come from anywhere, and a dollar sign is no formula.
    with matplotlib.rc_context({"text.parse_math": False}):
        figure = Figure((9, 4.2 * len(panels)), layout="constrained")
        axes = figure.subplots(len(panels), squeeze=False)[:, 0]
        for panel, axis in zip(panels, axes, strict=True):
            panel(axis, result)
            axis.spines[["top", "right"]].set_visible(False)
        with files.replacing(path) as file:
            figures.save(figure, file, Path(path).suffix[1:])


def _training(axis: "Axes", result: Benchmark) -> None:
    _bars(axis, result, result.training or {}, "Training step of 128 images (ms)")


def _evaluation(axis: "Axes", result: Benchmark) -> None:
    _bars(axis, result, result.evaluation or {}, "Evaluation of 10,000 images (ms)")


def _bars(axis: "Axes", result: Benchmark, timings: Mapping[str, Timing], label: str) -> None:
    """A bar for each contender up to its median, the slowest at the bottom, with quartiles."""
    names = sorted(timings, key=lambda name: timings[name].median, reverse=True)
    medians = [_drawable(1e3 * timings[name].median) for name in names]
    ends = [[_drawable(1e3 * end) for end in timings[name].quartiles] for name in names]
    around = [
        [abs(median - end) for median, (end, _) in zip(medians, ends, strict=True)],
        [abs(end - median) for median, (_, end) in zip(medians, ends, strict=True)],
    ]
    colours = [_OURS if name in result.ours else _THEIRS for name in names]
    rows = range(len(names))
    axis.barh(rows, medians, xerr=around, color=colours, ecolor=figures.GREY)
    axis.set_yticks(rows, [_short(result.contender_title(name)) for name in names])
    for row, name in enumerate(names):
        end = _largest([medians[row], *ends[row]])
        axis.text(end, row, _label(timings[name]), va="center", fontsize=9)
    axis.set_xlim(0, 1.2 * (_largest([*medians, *(end for pair in ends for end in pair)]) or 1))
    baseline = _short(result.contender_title(result.baseline))
    axis.set_xlabel(f"{label}: median and quartiles (in brackets: ratio to {baseline})")


def _label(timing: Timing) -> str:
    median, ratio = numbers.milliseconds(timing.median), numbers.times(timing.ratio)
    return f" {_short(median)}   ({_short(ratio)})"


def _growth(axis: "Axes", result: Benchmark) -> None:
    """A line of images a second by batch size for each number of threads."""
    batches = result.growth.batches if result.growth else ()
    drawable = [
        measured
        for measured in batches
        if measured.batch > 0 and not math.isnan(_drawable(measured.rate))
    ]
    for threads in sorted({measured.threads for measured in drawable}):
        points = [
            (measured.batch, measured.rate) for measured in drawable if measured.threads == threads
        ]
        label = f"{threads} thread{'s' if threads > 1 else ''}"
        color = _THEIRS if threads > 1 else _OURS
        axis.plot(*zip(*points, strict=True), "o-", color=color, label=label)
    if drawable:
        sizes = sorted({measured.batch for measured in drawable})
        axis.set_xscale("log", base=2)
        axis.set_xticks(sizes, [str(size) for size in sizes])
        axis.legend(frameon=False)
    axis.set_ylim(0)
    axis.set_xlabel("Batch size")
    axis.set_ylabel("Images per second")


def _drawable(number: float) -> float:
    """The number, or NaN if it cannot be the length of anything."""
    return number if 0 <= number < _LARGEST else math.nan


def _short(text: str) -> str:
    """A text that leaves room for the bars."""
    text = printable(text)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def _largest(values: Iterable[float]) -> float:
    return max((value for value in values if not math.isnan(value)), default=0.0)


_PANELS: dict[str, Callable[["Axes", Benchmark], None]] = {
    "training": _training,
    "evaluation": _evaluation,
    "growth": _growth,
}
