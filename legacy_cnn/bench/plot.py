"""What was measured, as a picture."""

from pathlib import Path

import numpy as np

from legacy_cnn import files
from legacy_cnn.bench.contenders import BASELINE, CONTENDERS, KERNELS
from legacy_cnn.errors import UsageError
from legacy_cnn.show import figures as plotting

FORMATS = (".svg", ".png", ".pdf")

OURS, THEIRS = plotting.BLUE, plotting.AMBER


def check(path, parts):
    """Raises UsageError if `draw` would not be able to draw these parts."""
    drawn = [part for part, _ in _PANELS]
    if not set(drawn) & set(parts):
        raise UsageError(f"plot draws {', '.join(drawn)}, none of which is to be measured.", "plot")
    if Path(path).suffix not in FORMATS:
        raise UsageError(f"plot {path} must end in {', '.join(FORMATS)}.", "plot")
    plotting.require("plot")
    files.check(path)


def draw(result, path):
    """Draws those parts of what `bench` returns that are pictures.

    Args:
      result: what `bench` returned.
      path: the file; its ending, one of `FORMATS`, is the format.
    """
    from matplotlib.figure import Figure

    panels = [draw for part, draw in _PANELS if part in result]
    figure = Figure((9, 4.2 * len(panels)), layout="constrained")
    axes = figure.subplots(len(panels), squeeze=False)
    for panel, axis in zip(panels, axes[:, 0], strict=True):
        panel(axis, result)
    with files.replacing(path) as file:
        plotting.save(figure, file, Path(path).suffix[1:])


def _training(axis, result):
    _bars(axis, result["training"], "ms of a training step, 128 images")


def _evaluation(axis, result):
    _bars(axis, result["evaluation"], "ms of an evaluation, 10,000 images")


def _bars(axis, measured, label):
    names = sorted(measured, key=lambda name: measured[name]["median"], reverse=True)
    steps = {name: 1e3 * np.concatenate(measured[name]["seconds"]) for name in names}
    lengths = [np.median(steps[name]) for name in names]
    ends = [np.quantile(steps[name], [0.25, 0.75]) for name in names]
    around = np.abs(np.transpose(ends) - lengths)
    colours = [
        OURS if "train" in CONTENDERS[name].title or name == KERNELS else THEIRS for name in names
    ]
    axis.barh(
        [CONTENDERS[n].title for n in names],
        lengths,
        xerr=around,
        color=colours,
        ecolor=plotting.GREY,
    )
    for at, (name, length) in enumerate(zip(names, lengths, strict=True)):
        text = f" {length:,.0f}   ({measured[name]['ratio']:.2f})"
        axis.text(ends[at][1], at, text, va="center", fontsize=9)
    axis.set_xlim(0, 1.2 * max(end[1] for end in ends))
    axis.set_xlabel(f"{label}: median, quartiles (and times that of {CONTENDERS[BASELINE].title})")
    axis.spines[["top", "right"]].set_visible(False)


def _growth(axis, result):
    batches = result["growth"]["batches"]
    for threads in sorted({each["threads"] for each in batches}):
        own = [each for each in batches if each["threads"] == threads]
        sizes, rates = [each["batch"] for each in own], [each["rate"] for each in own]
        label = f"{threads} thread{'s' if threads > 1 else ''}"
        axis.plot(sizes, rates, "o-", color=(OURS, THEIRS)[threads > 1], label=label)
    axis.set_xscale("log", base=2)
    axis.set_xticks(sizes, [str(size) for size in sizes])
    axis.set_ylim(0)
    axis.set_xlabel("images a step")
    axis.set_ylabel("images a second")
    axis.legend(frameon=False)
    axis.spines[["top", "right"]].set_visible(False)


_PANELS = (("training", _training), ("evaluation", _evaluation), ("growth", _growth))
