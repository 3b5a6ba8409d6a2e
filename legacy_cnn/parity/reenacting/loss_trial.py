"""The losses of both programs with two sets of weights and in several batches.

A mistake that gives the candidate's loss at all of these points explains it.
"""

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import tensorflow.compat.v1 as tf
from numpy.typing import NDArray

from legacy_cnn.parity.ground import Ground
from legacy_cnn.parity.rounding import BOUND, Noise
from legacy_cnn.parity.sides.side import Batch, State

#: Losses of all points.
Losses = NDArray[np.float64]

#: A mistake in words, and the losses with it.
LossMistake = tuple[str, Losses]

#: So many times small weights are scaled, each parameter by another factor.
SCALED = 2

#: Losses this close, as a part of their size, are equal: sums of thousands of float32.
CLOSE = 2e-6


@dataclasses.dataclass(frozen=True)
class Point:
    """A batch that both programs compute the loss of."""

    state: State
    batch: Batch
    loss: float  #: of the reference
    actual: float  #: of the candidate
    output: Any  #: of the reference
    noise: float  #: what rounding does to the reference's loss, as a part of it


class LossTrial:
    """Losses of both programs, and the reference's with mistakes."""

    def __init__(self, ground: Ground) -> None:
        self.ground, self.reference = ground, ground.reference
        self.points = list(_points(ground))
        self.here = np.array([point.loss for point in self.points])
        self.there = np.array([point.actual for point in self.points])
        noise = np.array([point.noise for point in self.points])
        self._tolerance = np.maximum(BOUND * noise, CLOSE)

    def fed(self, feeds: Callable[[Point], Mapping[tf.Tensor, Any]]) -> Losses:
        """The reference's losses with some tensors fed."""
        return np.array([self.reference.loss_fed(p.state, p.batch, feeds(p)) for p in self.points])

    def fetch(self, tensor: tf.Tensor) -> list[Any]:
        """A tensor's values."""
        return [self.reference.fetch(p.state, p.batch, tensor) for p in self.points]

    def explains(self, losses: Losses) -> bool:
        """Whether these are the candidate's losses, all of them finite."""
        if not np.isfinite([losses, self.there]).all():
            return False  # infinity is near to nothing, and by its size to everything
        size = np.maximum(np.abs(losses), np.abs(self.there))
        return bool((np.abs(losses - self.there) <= self._tolerance * size).all())

    def solved(self, base: Losses, more: Losses) -> float:
        """How much of some losses the candidate has besides others."""
        size = np.maximum(np.abs(base), np.abs(self.there)) + 1e-30
        column, rest = more / size, (self.there - base) / size
        square = float(column @ column)
        return float(column @ rest) / square if square else np.nan

    def at_half(self) -> tuple[float, float] | None:
        """Both losses of half of the first batch; None if that cannot be computed."""
        point = self.points[0]
        half = len(point.batch.images) // 2
        if not half or not all(np.ndim(n) and len(n) == 2 * half for n in point.batch.noise):
            return None
        batch = dataclasses.replace(
            point.batch,
            images=point.batch.images[:half],
            labels=point.batch.labels[:half],
            noise=tuple(noise[:half] for noise in point.batch.noise),
        )
        try:
            state = self.ground.scenes[0].states
            here, there, *_ = self.ground.train(*state, batch)
        except Exception:  # a program may take one size only, and says so in its own way
            return None
        if here.loss is None or there.loss is None:
            return None
        return float(here.loss), float(np.mean(there.loss))


def _points(ground: Ground) -> Iterator[Point]:
    """Both sets of weights with the first batch, and the small ones scaled with the second."""
    first, second = ground.batches[0], ground.batches[min(1, len(ground.batches) - 1)]
    for scene in ground.scenes:
        yield from _point(ground, scene.states, first, scene.trained_noise)
    generator = np.random.default_rng(ground.seed)
    for _ in range(SCALED):
        weights = {name: value * _factor(generator) for name, value in scene.weights.items()}
        yield from _point(ground, ground.states(weights), second, scene.trained_noise)


def _factor(generator: np.random.Generator) -> np.float32:
    """Another one for each parameter: so a penalty of one is no multiple of that of another."""
    return np.float32(2 ** generator.uniform(-2, 2))


def _point(
    ground: Ground, states: tuple[State, State], batch: Batch, noise: Noise
) -> Iterator[Point]:
    here, there, *_ = ground.train(*states, batch)
    if there.loss is None or np.size(there.loss) != 1 or here.loss is None:
        return
    loss = float(here.loss)
    part = float(np.max(noise.of("loss"))) / max(abs(loss), 1e-30)
    batch = ground.with_masks(states[0], batch, there)
    yield Point(states[0], batch, loss, float(np.ravel(there.loss)[0]), here.output, part)
