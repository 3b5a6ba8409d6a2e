"""Steps and updates from a state of the reference, and what rounding does to their results."""

import dataclasses
import itertools
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import tensorflow.compat.v1 as tf

from legacy_cnn.parity.arrays import Array, Arrays
from legacy_cnn.parity.ground import Ground
from legacy_cnn.parity.reordering import reordered
from legacy_cnn.parity.rounding import RUNS, Noise, all_nudged, nudged
from legacy_cnn.parity.sides.side import Batch, State


class Moves:
    """Steps from one state of the reference."""

    def __init__(self, ground: Ground, state: State) -> None:
        self.ground, self.state = ground, state
        self.before = self.named(state)
        self._generator = np.random.default_rng(ground.seed + 2)

    def named(self, state: State) -> dict[Any, Array]:
        """Parameters by name, and slots by (slot, parameter)."""
        return self.ground.reference.named_state(state)

    def in_candidate(self, is_first: bool = False) -> State:
        """The candidate's variables that have counterparts, with the values of this state.

        Before the first step, averages of weights stay as the candidate begins them.
        """
        ground = self.ground
        state = ground.in_candidate({name: self.before[name] for name in ground.weights})
        for group in ground.own_slots if is_first else ground.slots:
            state.update(group.there(self.before))
        return state

    def noise_of_step(self, batch: Batch, after: State) -> Noise:
        """What rounding does to parameters and slots after a whole step."""
        reference, generator = self.ground.reference, self._generator
        runs = itertools.count()

        def run() -> State:
            is_late = next(runs) >= RUNS
            given = dataclasses.replace(batch, images=nudged(batch.images, generator))
            order = self.ground.reordering.order(len(given.images), generator)
            moved = reordered(given, order)
            numbers = self._nudged_numbers()
            with reference.feeds.nudging(generator, is_late):
                return reference.step_fed(reference.nudged(self.state, generator), moved, numbers)

        return self._noise(after, run)

    def noise_of_candidate(self, given: State, batch: Batch, after: Mapping[Any, Array]) -> Noise:
        """What another order of the batch does to the candidate's, as they lie in the reference.

        Args:
          given: the candidate's state before the step.
          batch: as the reference takes it.
          after: what it has after the step, by name.
        """
        ground = self.ground

        def run() -> dict[Any, Array]:
            moved = reordered(batch, ground.reordering.order(len(batch.images), self._generator))
            return ground.named(ground.candidate.step(given, ground.as_given(moved)))

        return Noise(after, run)

    def noise_of_update(self, gradients: Arrays, after: State) -> Noise:
        """What rounding does to parameters and slots after an update alone."""
        reference, generator = self.ground.reference, self._generator

        def run() -> State:
            moved = all_nudged(gradients, generator)
            numbers = self._nudged_numbers()
            return reference.update_fed(reference.nudged(self.state, generator), moved, numbers)

        return self._noise(after, run)

    def nudged(self, state: State, fed: Mapping[Any, Any]) -> tuple[State, dict[Any, Any]]:
        """A state and what a step is fed, with the numbers of the update, moved by rounding."""
        moved = {tensor: nudged(value, self._generator) for tensor, value in fed.items()}
        state = self.ground.reference.nudged(state, self._generator)
        return state, {**self._nudged_numbers(), **moved}

    def _nudged_numbers(self) -> dict[tf.Tensor, Any]:
        """Feeds with the numbers of the update nudged: they are inputs of it like the weights.

        TensorFlow 1 computes 1 - beta2 in float32, others in double.
        """
        reference = self.ground.reference
        numbers = {**reference.numbers_of_update, **reference.powers_at(self.state)}
        return {tensor: nudged(value, self._generator) for tensor, value in numbers.items()}

    def _noise(self, after: State, run: Callable[[], State]) -> Noise:
        return Noise(self.named(after), lambda: self.named(run()))
