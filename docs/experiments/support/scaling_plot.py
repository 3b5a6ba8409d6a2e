"""The figure of docs/scaling.md: the speed of many machines as the model predicts it."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.support import scaling_model as model
from legacy_cnn import files
from legacy_cnn.show import figures

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Machines that are drawn.
_MACHINES = (1, 2, 4, *model.MACHINES)
_COLOURS = dict(zip(model.NETWORKS, (figures.ORANGE, figures.BLUE, figures.GREEN), strict=True))


def draw(costs: model.Costs, path: Path) -> None:
    """Draws two panels: the batch divided, and a batch each."""
    from matplotlib.figure import Figure

    figure = Figure((9, 5), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True)
    _panel(left, costs, lambda workers: model.divided(costs, workers), lambda _: costs.batch)
    _panel(right, costs, lambda _: costs.batch, lambda workers: workers * costs.batch)
    left.set_title("The tutorial's batch divided")
    right.set_title("A batch on each machine")
    left.set_ylabel("Times as fast as one machine")
    figure.legend(
        *left.get_legend_handles_labels(), loc="outside lower center", ncols=3, frameon=False
    )
    with files.replacing(path) as file:
        figures.save(figure, file, path.suffix[1:])


def _panel(
    axis: "Axes",
    costs: model.Costs,
    rows: Callable[[int], int],
    images: Callable[[int], int],
) -> None:
    kinds = ((model.step, "-", "parameter server"), (model.ring, "--", "ring"))
    for of, style, kind in kinds:
        for name, rate in model.NETWORKS.items():
            speeds = [
                model.speed_up(costs, of(costs, n, rows(n), rate), images(n)) for n in _MACHINES
            ]
            axis.plot(
                _MACHINES, speeds, style, color=_COLOURS[name], marker=".", label=f"{kind}, {name}"
            )
    axis.plot(_MACHINES, _MACHINES, ":", color=figures.GREY, label="as many times as machines")
    axis.set_xscale("log", base=2)
    axis.set_yscale("log", base=2)
    axis.set_xticks(_MACHINES, [str(number) for number in _MACHINES])
    ticks = [2.0**power for power in range(-6, 7)]
    axis.set_yticks(ticks, [f"{tick:g}" if tick >= 1 else f"1/{1 / tick:g}" for tick in ticks])
    axis.set_xlabel("Machines")
    axis.spines[["top", "right"]].set_visible(False)
