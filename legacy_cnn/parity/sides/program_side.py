"""The eager port, or a program with the same interface, as a side."""

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf

from legacy_cnn.errors import LiftError
from legacy_cnn.parity.arrays import Array
from legacy_cnn.parity.sides.handing import Watched
from legacy_cnn.parity.sides.lifted_side import LiftedSide
from legacy_cnn.parity.sides.side import Batch, State, Values
from legacy_cnn.programs.lifted import Lifted, any_batch, lift


class ProgramSide(LiftedSide):
    """A program with the interface of `ports.eager.Tutorial`."""

    is_given_noise = True

    def __init__(self, program: Any, name: str, sample: Batch, keep_prob: float) -> None:
        """Lifts its steps.

        Args:
          program: has `variables`, `predict`, `cost`, `step` and `optimizer`.
          name: its name in the report.
          sample: a batch as the reference takes it.
          keep_prob: keep probability in training.
        """
        self.name, self._program = name, program
        self._keep_prob = np.float32(keep_prob)
        self._noise_shape = sample.noise[0].shape[1:] if sample.noise else ()
        images, labels, noise = map(any_batch, self._arguments(sample))
        keep = tf.TensorSpec([], tf.float32)
        self._steps = {"call": _lifted(program.predict, 1.0, images, keep, noise)}
        with Watched([program.optimizer]) as watched:
            self._steps["train"] = _lifted(program.step, keep_prob, images, labels, keep, noise)
        self.missing = {"evaluation": "the program has no step of evaluation"}
        specs = [tf.TensorSpec(v.shape, tf.float32) for v in program.variables]
        self._handed = watched.handed
        self.updates_apart = bool(self._handed)
        if self._handed:
            self._steps["update"] = lift(self._apply, *specs)
        self._collect()

    def _apply(self, *gradients: tf.Tensor) -> None:
        self._program.optimizer.apply(list(gradients), list(self._program.variables))

    def _arguments(self, batch: Batch) -> tuple[Array, Array, Array]:
        noise = batch.noise[0] if batch.noise else self._no_noise(batch.images)
        return batch.images, np.asarray(batch.labels, np.float32), noise

    def _no_noise(self, images: Array) -> Array:
        return np.zeros((len(images), *self._noise_shape), np.float32)

    @property
    def trained(self) -> list[int]:
        return [id(variable) for variable in self._program.variables]

    def _weights_of(self, program: Any) -> list[Array]:
        return [np.asarray(variable) for variable in program.variables]

    def evaluate(self, state: State, images: Array) -> Values:
        arguments = (images, np.float32(1), self._no_noise(images))
        tensors, outputs = self._fetch("call", state, arguments)
        return Values(tensors, outputs[-1])

    def train(self, state: State, batch: Batch) -> tuple[Values, State]:
        tensors, outputs = self._fetch("train", state, self._training_arguments(batch))
        return Values(tensors, None, outputs[0]), self._after("train", state)

    def _training_arguments(self, batch: Batch) -> tuple[Any, ...]:
        images, labels, noise = self._arguments(batch)
        return images, labels, self._keep_prob, noise

    @property
    def _optimizer(self) -> Any:
        return self._program.optimizer

    def update(self, state: State, gradients: State) -> State:
        self._load("update", state)
        self._steps["update"].step(*(gradients[key] for key in self.trained))
        return self._after("update", state)

    def predict(self, state: State, images: Array) -> Array:
        return np.asarray(self.evaluate(state, images).output)


def _lifted(step: Callable[..., Any], keep_prob: float, *specs: tf.TensorSpec) -> Lifted:
    """Lifts a step whose last arguments are the keep probability and the noise.

    Where Python code looks at the keep probability, it must be a number.
    """
    try:
        return lift(step, *specs)
    except LiftError:
        return lift(lambda *given: step(*given[:-2], keep_prob, given[-1]), *specs)
