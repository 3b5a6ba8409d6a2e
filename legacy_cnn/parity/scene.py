"""Both programs with certain weights, what they compute of the first batch, and its rounding."""

import dataclasses
import functools
import itertools
from typing import TYPE_CHECKING

import numpy as np

from legacy_cnn.parity.arrays import Array, Arrays
from legacy_cnn.parity.partners import Candidates
from legacy_cnn.parity.reordering import reordered
from legacy_cnn.parity.rounding import RUNS, Noise, all_nudged, nudged
from legacy_cnn.parity.sides.side import Batch, State, Values

if TYPE_CHECKING:
    from legacy_cnn.parity.ground import Ground  # which makes the scenes

#: Standard deviation of what is added to arrays that begin as constants.
MOVED = 0.1


class Scene:
    """The two programs with certain weights, and their passes through a batch."""

    def __init__(
        self, ground: "Ground", weights: Arrays, note: str = "", batch: Batch | None = None
    ) -> None:
        """Names the weights and the batch.

        Args:
          ground: both programs.
          weights: by parameter.
          note: what is special about the weights or the batch, for the report.
          batch: the first one if none is given.
        """
        self.ground, self.weights, self.note = ground, weights, note
        self.batch = ground.batches[0] if batch is None else batch

    @functools.cached_property
    def states(self) -> tuple[State, State]:
        """Both states at the beginning, with these weights."""
        return self.ground.states(self.weights)

    @functools.cached_property
    def evaluated(self) -> tuple[Values, Values]:
        """Both programs' values outside of training."""
        reference, candidate = self.states
        images = self.batch.images
        return (
            self.ground.reference.evaluate(reference, images),
            self.ground.candidate.evaluate(candidate, self.ground.given(images)),
        )

    @functools.cached_property
    def _step(self) -> tuple[Values, Values, State, State]:
        return self.ground.train(*self.states, self.batch)

    @property
    def trained(self) -> tuple[Values, Values]:
        """Both programs' values in a step of training, with the same noise."""
        return self._step[:2]

    @property
    def gradients(self) -> Arrays:
        """The reference's gradients, of the parameters whose update can be fed."""
        tensors = self.trained[0].tensors
        return {name: tensors[f"gradient {name}"] for name in self.ground.reference.raw_gradients}

    @functools.cached_property
    def evaluated_partners(self) -> Candidates:
        return Candidates(self.evaluated[1].tensors)

    @functools.cached_property
    def trained_partners(self) -> Candidates:
        return Candidates(self.trained[1].tensors)

    @functools.cached_property
    def evaluated_noise(self) -> Noise:
        """What rounding does to the layers outside of training."""
        reference, state = self.ground.reference, self.states[0]
        generator = np.random.default_rng(self.ground.seed)
        images = self.batch.images

        def run() -> Arrays:
            moved = reference.nudged(state, generator)
            with reference.feeds.nudging(generator):
                again = reference.evaluate(moved, nudged(images, generator))
            return reference.layers.among(again.tensors)

        return Noise(reference.layers.among(self.evaluated[0].tensors), run)

    @functools.cached_property
    def trained_noise(self) -> Noise:
        """What rounding does to layers, loss and gradients in a step of training."""
        ground, reference = self.ground, self.ground.reference
        generator = np.random.default_rng(ground.seed + 1)
        batch = ground.masked(*self.states, self.batch)
        left = ground.weights_of(self._step[3])
        measured = reference.named_values(self.trained[0])
        runs = itertools.count()

        def run() -> Arrays:
            is_late = next(runs) >= RUNS
            moved = reference.nudged(self.states[0], generator)
            order = ground.reordering.order(len(batch.images), generator)
            given = dataclasses.replace(batch, images=nudged(batch.images, generator))
            moved_left = all_nudged(left, generator)
            with reference.feeds.nudging(generator, is_late), reference.left_by(moved_left):
                values = reference.pass_through(moved, reordered(given, order))
                again = ground.reordering.put_back(reference.named_values(values), order)
                if not ground.reordering.is_known:
                    in_order = reference.pass_through(moved, given)
                    again.update(reference.layers.among(in_order.tensors))
            # A layer that only passes on what cannot be fetched is in no step.
            return {name: again[name] for name in measured}

        return Noise(measured, run)

    def again_in_candidate(self) -> Values:
        """The candidate's values in a step of training with the batch in another order."""
        ground = self.ground
        order = ground.reordering.order(len(self.batch.images), self._generator)
        batch = ground.as_given(reordered(self.batch, order))
        return ground.candidate.train(self.states[1], batch)[0]

    @functools.cached_property
    def _generator(self) -> np.random.Generator:
        return np.random.default_rng(self.ground.seed + 4)


def with_gain(weights: Arrays, gain: float) -> Arrays:
    """Weights scaled so that a layer's values are so many times its inputs'."""
    return {
        name: value * np.float32(gain / (np.sqrt(np.prod(value.shape[:-1])) * _size(value)))
        for name, value in weights.items()
    }


def told_apart(weights: Arrays) -> Arrays:
    """Weights in which no array is constant: scales of ones and biases of zeros are moved a little.

    A script begins with them. They look alike, and do not show where they are added or multiplied.
    """
    generator = np.random.default_rng(0)
    return {
        name: value + np.float32(MOVED) * generator.standard_normal(value.shape, np.float32)
        if _is_constant(value)
        else value
        for name, value in weights.items()
    }


def _is_constant(value: Array) -> bool:
    return value.size > 1 and value.dtype == np.float32 and np.ptp(value) == 0


def _size(value: Array) -> float:
    """The root mean square, where that is a number other than 0."""
    size = float(np.sqrt(np.mean(np.square(value, dtype=np.float64)))) if value.size else 0
    return size if size > 0 and np.isfinite(size) else 1.0
