"""Trains the graph and its ports independently, from the same weights, batches and noise.

Nothing is wrong with any of them. The record has the largest difference of any tensor after 1, 10,
20 and 30 steps: of the loss, relative to it; of the weights, the norm of the difference relative to
the norm of their change since the first step; of the slots, relative to the norm of the slot.
"""

import argparse
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from experiments.support import apart, recorded
from experiments.support.grounds import Ground, environment, grounds

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from legacy_cnn.programs.program import Program

HELP = "train correct programs independently, and measure how far they drift apart"
WRITES = ("drift.json",)
TAKES = "ten minutes"

WHAT = (
    "Each program going its own way from the same beginning, nothing wrong: the most that any "
    "tensor was apart after so many steps; loss relative, weights and slots by norm."
)
#: Port -> implementation.
PORTS = {"eager": "eager", "function": "function", "keras, noise fed": "keras"}
RUNS = 50
STEPS = (1, 10, 20, 30)

#: Adam's moments under the names that programs have for them.
MOMENTS = {"Adam": "m", "momentum": "m", "Adam_1": "v", "velocity": "v"}

Figures = dict[str, float]
State = dict[str, "NDArray[np.float32]"]


def add_options(parser: argparse.ArgumentParser) -> None:
    recorded.add_quick(parser)


def run(arguments: argparse.Namespace) -> None:
    runs = []
    steps = STEPS[:1] if arguments.quick else STEPS
    for ground in grounds(list(PORTS), 1 if arguments.quick else RUNS):
        measured = apart.call(drifted, environment(ground), ground=ground, steps=steps)
        runs.append({**ground, **measured})
        print(runs[-1], file=sys.stderr)
    recorded.write(arguments, "drift.json", {"what": WHAT, "runs": runs})


def drifted(ground: Ground, steps: list[int]) -> dict[str, Figures]:
    """Trains the graph and a port; returns "loss", "weights" and "slots" -> step -> figure."""
    from legacy_cnn import programs, randomness
    from legacy_cnn.programs.program import Options

    weights = randomness.initial_weights(ground["seed"])
    # The port first: outside of a session, TensorFlow takes its number of threads only once.
    port = programs.build(PORTS[ground["port"]], Options(threads=ground["process_threads"]))
    graph = programs.build("graph", Options(threads=ground["session_threads"]))
    figures: dict[str, Figures] = {"loss": {}, "weights": {}, "slots": {}}
    with graph, port:
        for step, losses in enumerate(trained(graph, port, weights, ground["seed"]), 1):
            if step in steps:
                for row, figure in difference(graph.state(), port.state(), weights).items():
                    figures[row][str(step)] = figure
                figures["loss"][str(step)] = rounded(abs(losses[1] - losses[0]) / abs(losses[0]))
            if step == max(steps):
                return figures
    raise AssertionError("training never ends")


def trained(
    graph: "Program", port: "Program", weights: State, seed: int
) -> Iterator[tuple[float, float]]:
    """Trains both without end; yields their losses after each step."""
    from legacy_cnn import feeding, mnist
    from legacy_cnn.settings import Settings

    settings = Settings(seed=seed)
    graph.initialise(weights)
    port.initialise(weights)
    images, labels = feeding.training_set(mnist.load(), settings)
    for batch in feeding.batches(images, labels, settings):
        fed = batch.images, batch.labels, settings.keep_prob, batch.noise
        yield graph.step(*fed).loss, port.step(*fed).loss


def difference(graph: State, port: State, weights: State) -> Figures:
    """The largest difference of any weight, and of any slot."""
    own, other = moments(graph), moments(port)
    moved = {name: (port[name] - graph[name], graph[name] - weights[name]) for name in weights}
    return {
        "weights": rounded(max(relative(*each) for each in moved.values())),
        "slots": rounded(max(relative(other[key] - own[key], own[key]) for key in own)),
    }


def moments(state: State) -> dict[Any, "NDArray[np.float32]"]:
    """Adam's moments in a program's state: (moment, shape) -> value.

    The programs number them in different orders, but no two parameters have the same shape.
    """
    found = {}
    for name, value in state.items():
        kind = name.rsplit("/", 1)[-1] if "/" in name else name.rsplit("_", 1)[0]
        if kind in MOMENTS:
            found[MOMENTS[kind], value.shape] = value
    return found


def relative(difference: "NDArray[np.float32]", whole: "NDArray[np.float32]") -> float:
    """The norm of a difference, relative to that of the whole."""
    import numpy as np

    return float(np.linalg.norm(difference) / np.linalg.norm(whole))


def rounded(figure: float) -> float:
    return float(f"{figure:.3g}")
