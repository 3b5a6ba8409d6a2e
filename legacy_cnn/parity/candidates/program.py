"""The eager port, or a program with the same interface, as the candidate."""

from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from legacy_cnn.parity.arrays import Array, Arrays, State
from legacy_cnn.parity.candidates.candidate import Candidate, Pass
from legacy_cnn.parity.candidates.dropout import mask_of
from legacy_cnn.parity.candidates.slots import rule_of, slots_of
from legacy_cnn.parity.names import GraphNames
from legacy_cnn.ports import eager
from legacy_cnn.vocabulary import DROPOUT_UNITS


class ProgramCandidate(Candidate):
    """A program with the interface of `ports.eager.Tutorial`."""

    def __init__(
        self, program: eager.Tutorial, name: str, names: GraphNames, keep_prob: float
    ) -> None:
        """Reads the program's state, to restore it at the end.

        Args:
          program: has `variables`, `predict`, `cost`, `step` and `optimizer`.
          name: its name in the report.
          names: the reference's names.
          keep_prob: keep probability in training.
        """
        self.name, self._program, self._names = name, program, names
        # Inside a traced function, no gradient can be computed with respect to a layer.
        self._is_traced = hasattr(program.predict, "get_concrete_function")
        self._keep_prob = tf.constant(keep_prob, tf.float32)
        self._parameters = dict(zip(names.parameters, program.variables, strict=True))
        self._slots = slots_of(program.optimizer, list(names.parameters))
        self._own_state = self.state(), int(program.optimizer.iterations.numpy())

    def shapes(self) -> dict[str, tuple[tuple[int, ...], str]]:
        return {
            name: (tuple(variable.shape), variable.dtype.name)
            for name, variable in self._parameters.items()
        }

    def weights(self) -> Arrays:
        return {name: variable.numpy() for name, variable in self._parameters.items()}

    def begin(self, weights: Arrays) -> None:
        zeros = {key: np.zeros(slot.shape, np.float32) for key, slot in self._slots.items()}
        self.load({**weights, **zeros})
        self.skip_to(0)

    def state(self) -> State:
        slots = {key: variable.numpy() for key, variable in self._slots.items()}
        return {**self.weights(), **slots}

    def load(self, state: State) -> None:
        variables: dict[Any, Any] = {**self._parameters, **self._slots}
        for name, value in state.items():
            variables[name].assign(value)

    def skip_to(self, step: int) -> None:
        self._program.optimizer.iterations.assign(step)

    def release(self) -> None:
        state, step = self._own_state
        self.load(state)
        self.skip_to(step)

    def forward(self, images: Array, noise: NDArray[np.float32] | None = None) -> Pass:
        keep_prob = tf.constant(1.0) if noise is None else self._keep_prob
        layers = self._program.predict(tf.constant(images), keep_prob, _noise(noise, images))
        return self._pass(layers, noise is not None)

    def backward(self, images: Array, labels: Array, noise: NDArray[np.float32]) -> Pass:
        program = self._program
        variables = list(self._parameters.values())
        with tf.GradientTape() as tape:
            layers = program.predict(tf.constant(images), self._keep_prob, tf.constant(noise))
            cost = program.cost(layers.logits, _labels(labels))
        tensors = tape.gradient(cost, [*layers, *variables])
        gradients = [None if tensor is None else tensor.numpy() for tensor in tensors]
        of_layers, of_parameters = gradients[: len(layers)], gradients[len(layers) :]
        return self._pass(layers, True)._replace(
            loss=cost.numpy(),
            layer_gradients={}
            if self._is_traced
            else dict(zip(layers._fields, of_layers, strict=True)),
            gradients=dict(zip(self._parameters, of_parameters, strict=True)),
        )

    def rule(self) -> dict[str, Any]:
        return rule_of(self._program.optimizer)

    def apply(self, gradients: Arrays) -> None:
        tensors = [tf.constant(gradients[name]) for name in self._parameters]
        self._program.optimizer.apply(tensors, list(self._parameters.values()))

    def step(self, images: Array, labels: Array, noise: NDArray[np.float32]) -> Pass:
        inputs, fed_noise = tf.constant(images), tf.constant(noise)
        # `step` does not return its mask; the same noise gives the same mask.
        layers = self._program.predict(inputs, self._keep_prob, fed_noise)
        cost, _ = self._program.step(inputs, _labels(labels), self._keep_prob, fed_noise)
        return self._pass(layers, True)._replace(loss=cost.numpy())

    def predict(self, images: Array) -> Array:
        layers = self._program.predict(tf.constant(images), tf.constant(1.0), _noise(None, images))
        return layers.logits.numpy()

    def _pass(self, layers: eager.Layers, training: bool) -> Pass:
        arrays = {name: value.numpy() for name, value in layers._asdict().items()}
        names = self._names
        if not (training and names.undropped and names.dropped):
            return Pass(arrays)
        return Pass(arrays, mask_of(arrays[names.undropped], arrays[names.dropped]))


def _noise(noise: NDArray[np.float32] | None, images: Array) -> tf.Tensor:
    return tf.constant(
        np.zeros((len(images), DROPOUT_UNITS), np.float32) if noise is None else noise
    )


def _labels(labels: Array) -> tf.Tensor:
    return tf.constant(labels, tf.float32)
