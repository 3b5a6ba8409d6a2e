"""The loss and the accuracy that both programs give a batch outside of training."""

import dataclasses
from collections.abc import Iterator
from typing import Any

import numpy as np

from legacy_cnn.parity.arrays import Array, Arrays
from legacy_cnn.parity.ground import Ground
from legacy_cnn.parity.reordering import reordered
from legacy_cnn.parity.rounding import BOUND, Noise, nudged
from legacy_cnn.parity.rungs.sizes import batch_sizes_of_loss
from legacy_cnn.parity.scene import Scene
from legacy_cnn.parity.sides.side import Batch, Values
from legacy_cnn.results.report import DIFFERENT, NOT_COMPARED, SAME, Finding

LOSS, ACCURACY = "loss in evaluation", "accuracy in evaluation"

#: Of an accuracy: the share of a batch is a mean of float32.
ROUNDING = 1e-5


def findings(ground: Ground) -> Iterator[Finding]:
    """Compares what the steps of evaluation log, in batches of several sizes."""
    reference = ground.reference
    # Of several losses, nobody says which one an evaluation logs.
    if reference.loss is None or reference.other_losses or not hasattr(ground.candidate, "test"):
        return
    missing = ground.candidate.missing
    if "evaluation" in missing and ground.candidate.evaluates:
        yield Finding(LOSS, NOT_COMPARED, note=missing["evaluation"])
    if {"evaluation", "loss", "training"} & set(missing):
        return
    yield from ground.over_scenes(_findings)


def _findings(scene: Scene) -> Iterator[Finding]:
    for size in batch_sizes_of_loss(scene.ground):
        compared = list(_Evaluated(scene, size).findings())
        yield from compared
        if any(finding.verdict == DIFFERENT for finding in compared):
            return


class _Evaluated:
    """What both programs make of a batch of the test set."""

    def __init__(self, scene: Scene, size: int) -> None:
        self._scene, self._reference = scene, scene.ground.reference
        self._generator = np.random.default_rng(scene.ground.seed + size)
        images, labels = (part[:size] for part in scene.ground.test)
        self._batch = self._drawn(Batch(images, labels))
        state, other = scene.states
        self._here = self._reference.test(state, self._batch)
        self._there: Values = scene.ground.candidate.test(  # type: ignore[attr-defined]
            other, scene.ground.as_given(self._batch)
        )
        self._note = f"in a batch of {size}" + (f", {scene.note}" if scene.note else "")

    def _drawn(self, batch: Batch) -> Batch:
        """The batch with noise, if the loss depends on noise outside of training, too."""
        if not self._reference.drawn:
            return batch
        one, other = (
            self._reference.draw(batch.images, batch.labels, self._generator) for _ in range(2)
        )
        losses = [self._reference.test(self._scene.states[0], each).loss for each in (one, other)]
        return batch if str(losses[0]) == str(losses[1]) else one

    def findings(self) -> Iterator[Finding]:
        noise = self._noise()
        yield self._loss(noise)
        accuracies = {
            name: float(value)
            for name, value in self._there.metrics.items()
            if is_accuracy(name) and np.size(value) == 1
        }
        if accuracies:
            yield from self._accuracy(accuracies, noise)

    def _noise(self) -> Noise:
        values = {"loss": self._here.loss, "output": self._here.output}
        return Noise({name: np.asarray(value) for name, value in values.items()}, self._again)

    def _again(self) -> Arrays:
        state = self._reference.nudged(self._scene.states[0], self._generator)
        images = nudged(self._batch.images, self._generator)
        given = dataclasses.replace(self._batch, images=images)
        with self._reference.feeds.nudging(self._generator):
            again = self._reference.test(state, given)
        order = self._scene.ground.reordering.order(len(images), self._generator)
        other = self._reference.test(state, reordered(given, order))
        return {"loss": np.asarray(other.loss), "output": np.asarray(again.output)}

    def _loss(self, noise: Noise) -> Finding:
        if self._there.loss is None:
            return Finding(LOSS, NOT_COMPARED, note="the port's evaluation logs no loss")
        expected = np.asarray(self._here.loss, np.float32)
        actual = np.asarray(self._there.loss, np.float32)
        if actual.size == expected.size:
            actual = actual.reshape(expected.shape)
        return self._scene.ground.compare(
            "predictions",
            LOSS,
            expected,
            actual,
            note=self._note,
            noise=lambda runs: noise.of("loss", runs),
        )

    def _accuracy(self, accuracies: dict[str, float], noise: Noise) -> Iterator[Finding]:
        """Compares the nearest of the metrics that are called so, where labels are classes."""
        classes = _classes(self._batch.labels, self._here.output)
        if classes is None or self._here.output is None:
            return
        low, high = _shares(self._here.output, classes, BOUND * noise.of("output"))
        middle = (low + high) / 2
        name = min(accuracies, key=lambda name: abs(accuracies[name] - middle))
        value = accuracies[name]
        if low - ROUNDING <= value <= high + ROUNDING:
            yield Finding(ACCURACY, SAME, note=f"{name} is {value:.4g} {self._note}")
        else:
            note = f"{name} is {value:.4g}, expected {middle:.4g} {self._note}"
            yield Finding(ACCURACY, DIFFERENT, note=note)


def is_accuracy(name: str) -> bool:
    """Whether a metric of that name is the share of examples whose class is right."""
    return name in ("acc", "accuracy") or (name.endswith("_accuracy") and "top" not in name)


def _classes(labels: Array, output: Any) -> Array | None:
    """The class of each example; None if the labels are no classes."""
    if output is None or output.ndim != 2 or output.shape[1] < 2:
        return None
    if labels.shape == output.shape and is_one_hot(labels):
        return labels.argmax(1)
    if labels.dtype.kind in "iu" and labels.size == len(output):
        return labels.ravel()
    return None


def is_one_hot(labels: Array) -> bool:
    """Whether labels are classes, `(N, classes)`."""
    if labels.ndim != 2 or labels.shape[1] < 2:
        return False
    return bool((np.isin(labels, (0, 1))).all() and (labels.sum(1) == 1).all())


def _shares(output: Array, classes: Array, spread: Array) -> tuple[float, float]:
    """The least and the largest share of right classes, as rounding may decide ties."""
    of_class = output[np.arange(len(output)), classes]
    rivals = output.copy()
    rivals[np.arange(len(output)), classes] = -np.inf
    margin, least = of_class - rivals.max(1), 2 * spread.max(1)
    return float((margin > least).mean()), float((margin >= -least).mean())
