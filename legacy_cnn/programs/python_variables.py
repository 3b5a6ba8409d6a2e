"""Programs whose variables are Python objects instead of parts of a session."""

from collections.abc import Iterable
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from legacy_cnn.programs.lifted import Lifted
from legacy_cnn.programs.program import Options, Program, Values
from legacy_cnn.programs.view import GraphView


class VariablesProgram(Program):
    """A program over variables of TensorFlow or Keras and a Keras optimizer of type Adam."""

    def __init__(
        self,
        options: Options,
        parameters: dict[str, Any],
        optimizer: keras.optimizers.Optimizer,
    ) -> None:
        """Takes the variables of a program.

        Args:
          options: what it is built with.
          parameters: dict from each name of the vocabulary to its variable.
          optimizer: built over them, in that order or another.
        """
        super().__init__(options)
        self._parameters = parameters
        self._slots = adam_slots(optimizer)
        self._variables = {**parameters, **self._slots}

    def initialise(self, weights: Values) -> None:
        slots = {name: _zeros(variable) for name, variable in self._slots.items()}
        self.load({**slots, **weights})

    def load(self, state: Values) -> None:
        for name, value in state.items():
            self._variables[name].assign(value)

    def state(self) -> dict[str, NDArray[Any]]:
        return {name: variable.numpy() for name, variable in self._variables.items()}

    def shapes(self) -> dict[str, list[int]]:
        return {name: list(variable.shape) for name, variable in self._variables.items()}

    def _view_of(
        self,
        lifted: Lifted,
        inputs: dict[str, tf.Tensor],
        loss: tf.Tensor,
        reset: Iterable[Any] = (),
    ) -> GraphView:
        """The view of a lifted step.

        Args:
          lifted: the step.
          inputs: name of an input -> placeholder.
          loss: of the step's outputs.
          reset: variables that the program sets to zero before each step.
        """
        copies = {id(variable): copy for copy, variable in lifted.variables.items()}
        return GraphView(
            lifted.session,
            inputs,
            loss,
            lifted.control_outputs,
            variables={name: copies[id(variable)] for name, variable in self._variables.items()},
            resets={copies[id(variable)]: _zeros(variable) for variable in reset},
            source=lifted,
        )

    def weights(self) -> dict[str, NDArray[np.float32]]:
        return {name: variable.numpy() for name, variable in self._parameters.items()}


def _zeros(variable: Any) -> NDArray[Any]:
    return np.zeros(variable.shape, variable.dtype)


def adam_slots(optimizer: keras.optimizers.Optimizer) -> dict[str, Any]:
    """All that Adam changes besides the weights, by unique names: its moments and its step."""
    slots: dict[str, Any] = {}
    count: dict[str, int] = {}
    for variable in optimizer.variables:
        kind = variable.path.rsplit("_", 1)[-1]
        if kind in ("momentum", "velocity"):
            count[kind] = count.get(kind, -1) + 1
            slots[f"{kind}_{count[kind]}"] = variable
        elif variable.path.endswith("/iteration"):
            slots["iteration"] = variable
    return slots
