"""Measures how far the tutorial's graph is from itself when nothing is wrong.

The same graph computes the same things with one and two threads, with oneDNN's kernels and
without, each in a process of its own, and with every float32 in it made a float64. What differs
then is rounding. `legacy_cnn.parity.tolerance` takes its figures from here and from
false_alarms.json.
"""

import argparse
import dataclasses
import itertools
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.support import apart, recorded

if TYPE_CHECKING:
    from legacy_cnn.feeding import Batch
    from legacy_cnn.parity.namedgraph import NamedGraph

HELP = "compare the graph with itself on other threads, on other kernels and in float64"
WRITES = ("noise.json",)
TAKES = "half an hour"

SEEDS = (0, 1, 2)
STEPS = 30
#: Name -> TF_ENABLE_ONEDNN_OPTS, threads, type. All are compared with the first.
SETTINGS = {
    "oneDNN, 2 threads": ("1", 2, "float32"),
    "oneDNN, 1 thread": ("1", 1, "float32"),
    "no oneDNN, 2 threads": ("0", 2, "float32"),
    "no oneDNN, 1 thread": ("0", 1, "float32"),
    "float64": ("1", 2, "float64"),
}
#: Settings of a quick run: the first, and the one that differs most from it.
QUICK = ("oneDNN, 2 threads", "float64")
MEASURES = ("absolute", "relative", "ulp", "norm")
KEEP_PROB = 0.8
#: Test images at a time.
PREDICTED = 500


def add_options(parser: argparse.ArgumentParser) -> None:
    recorded.add_quick(parser)


def run(arguments: argparse.Namespace) -> None:
    settings = {name: SETTINGS[name] for name in QUICK} if arguments.quick else SETTINGS
    seeds, steps = (SEEDS[:1], 2) if arguments.quick else (SEEDS, STEPS)
    figures = []
    for seed in seeds:
        with tempfile.TemporaryDirectory() as directory:
            for name, (onednn, _, _) in settings.items():
                environment = {"TF_ENABLE_ONEDNN_OPTS": onednn}
                chosen = {"setting": name, "seed": seed, "steps": steps, "directory": directory}
                figures += apart.call(measured, environment, **chosen)
                print(name, seed, file=sys.stderr)
    record = {"settings": settings, "seeds": seeds, "steps": steps, "noise": largest(figures)}
    recorded.write(arguments, "noise.json", record)


def largest(figures: list[dict[str, Any]]) -> dict[str, Any]:
    """Setting -> row of the table -> measure -> the largest figure, and where it was."""
    most: dict[str, Any] = {}
    for each in figures:
        row = most.setdefault(each["setting"], {}).setdefault(each["row"], {})
        for measure in MEASURES:
            value = float(f"{each[measure]:.3g}")
            if value >= row.get(measure, {"value": 0})["value"]:
                where = {key: each[key] for key in ("tensor", "step", "seed")}
                row[measure] = {"value": value, **where}
    return most


class Recorder:
    """Saves the arrays of the first setting; compares those of the others with them."""

    def __init__(self, setting: str, seed: int, directory: str) -> None:
        self.first = setting == next(iter(SETTINGS))
        self.figures: list[dict[str, Any]] = []
        self._run = {"setting": setting, "seed": seed}
        self._directory = Path(directory)

    def saved(self, row: str, tensor: str, step: int | None = None) -> Any:
        """The array of the first setting."""
        import numpy as np

        return np.load(self._file(row, tensor, step))

    def see(
        self, row: str, tensor: str, array: Any, step: int | None = None, origin: Any = None
    ) -> None:
        """Takes an array: a row of the table, the tensor's name, and the step of training."""
        import numpy as np

        from legacy_cnn.parity.difference import difference

        if self.first:
            np.save(self._file(row, tensor, step), array)
            return
        figures = difference(self.saved(row, tensor, step), np.asarray(array, np.float32), origin)
        measures = {measure: getattr(figures, measure) for measure in MEASURES}
        self.figures.append({**self._run, "row": row, "tensor": tensor, "step": step, **measures})

    def _file(self, row: str, tensor: str, step: int | None) -> Path:
        name = f"{row}-{tensor}-{step}".replace(" ", "_").replace(",", "")
        return self._directory / f"{name}.npy"


def measured(setting: str, seed: int, steps: int, directory: str) -> list[dict[str, Any]]:
    """Computes everything in one setting; returns how it differs from the first setting."""
    from legacy_cnn import randomness

    _, threads, kind = SETTINGS[setting]
    with opened(kind, threads) as graph:
        weights = randomness.initial_weights(seed)
        measurement = Measurement(Recorder(setting, seed, directory), graph, weights)
        batches = batches_of(seed, steps)
        measurement.layers_and_loss(batches[0])
        measurement.gradients(batches[0])
        measurement.update()
        measurement.steps(batches)
        measurement.predictions(steps)
    return measurement.recorder.figures


def batches_of(seed: int, steps: int) -> list["Batch"]:
    """What the first steps of a run are fed."""
    from legacy_cnn import feeding, mnist
    from legacy_cnn.settings import Settings

    settings = Settings(seed=seed)
    images, labels = feeding.training_set(mnist.load(), settings)
    return list(itertools.islice(feeding.batches(images, labels, settings), steps))


class Measurement:
    """What is computed in a setting, rung by rung, from weights that all settings have."""

    def __init__(self, recorder: Recorder, graph: "NamedGraph", weights: Mapping[str, Any]) -> None:
        self.recorder, self._graph, self._weights = recorder, graph, weights
        graph.begin(weights)

    def layers_and_loss(self, batch: "Batch") -> None:
        """The layers without dropout and with it, and the loss."""
        mask = _mask(batch)
        for row, feed in (("forward", {}), ("dropout", {"keep_prob": KEEP_PROB, "mask": mask})):
            for layer, value in self._graph.forward(batch.images, **feed).items():
                self.recorder.see(row, layer, value)
        loss = self._graph.cost(batch.images, batch.labels, KEEP_PROB, mask)
        self.recorder.see("loss", "loss", loss)

    def gradients(self, batch: "Batch") -> None:
        """The gradients, back through the layers of the first setting."""
        layers = {name: self.recorder.saved("dropout", name) for name in self._graph.layers}
        fed = batch.images, batch.labels, KEEP_PROB, _mask(batch), layers
        for gradients in self._graph.backward(*fed):
            for name, value in gradients.items():
                self.recorder.see("gradients", name, value)

    def update(self) -> None:
        """The weights and slots after an update with the gradients of the first setting."""
        gradients = {name: self.recorder.saved("gradients", name) for name in self._weights}
        self._graph.begin(self._weights)
        self._graph.apply(gradients)
        self._see_state("update", "update", self._weights)

    def steps(self, batches: list["Batch"]) -> None:
        """Steps of training, each from the state that the first setting has reached."""
        self._graph.begin(self._weights)
        before = self._weights
        for step, batch in enumerate(batches, 1):
            loss = self._graph.step(batch.images, batch.labels, KEEP_PROB, _mask(batch))
            self.recorder.see("steps, loss", "loss", loss, step)
            self._see_state("steps, weights", "steps, slots", before, step)
            before = self._weights_after(step)
            if not self.recorder.first:
                self._load(before, step)

    def predictions(self, steps: int) -> None:
        """The logits of the test set, with the weights that the first setting has learnt."""
        from legacy_cnn import mnist

        self._graph.begin(self._weights_after(steps))
        images = mnist.scaled(mnist.load().test_images.reshape(-1, 784))
        for start in range(0, len(images), PREDICTED):
            logits = self._graph.forward(images[start : start + PREDICTED])["logits"]
            self.recorder.see("predictions", f"logits from {start}", logits)

    def _see_state(
        self, row: str, row_of_slots: str, before: Mapping[str, Any], step: int | None = None
    ) -> None:
        state = self._graph.state()
        for name, value in self._graph.weights(state).items():
            self.recorder.see(row, name, value, step, before[name])
        for (slot, name), value in self._graph.slots(state).items():
            self.recorder.see(row_of_slots, f"{slot} of {name}", value, step)

    def _weights_after(self, step: int) -> dict[str, Any]:
        names = self._weights
        return {name: self.recorder.saved("steps, weights", name, step) for name in names}

    def _load(self, weights: Mapping[str, Any], step: int) -> None:
        """Loads what the first setting had after a step."""
        variables = self._graph.names.parameters
        slots = {
            variable: self.recorder.saved("steps, slots", f"{slot} of {name}", step)
            for (slot, name), variable in self._graph.slot_variables().items()
        }
        self._graph.load({**{variables[name]: weights[name] for name in weights}, **slots})


def _mask(batch: "Batch") -> Any:
    """What the dropout keeps."""
    return batch.noise >= 1 - KEEP_PROB


def opened(kind: str, threads: int) -> "NamedGraph":
    """The tutorial's graph in a session, as it is or in float64."""
    from experiments.support import float64
    from legacy_cnn.parity.names import GraphNames
    from legacy_cnn.parity.references import open_reference

    if kind == "float32":
        return open_reference(None, {}, threads)
    names = dataclasses.asdict(GraphNames.of_tutorial())
    return open_reference(float64.build_graph, names, threads)
