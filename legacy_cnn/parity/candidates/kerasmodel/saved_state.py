"""The state that a Keras model has before a comparison, to restore it afterwards."""

from collections.abc import Iterable

import keras
import numpy as np
from numpy.typing import NDArray


class SavedState:
    """Values of variables, and how the model runs."""

    def __init__(self, model: keras.Model) -> None:
        """Saves the values of the model's variables."""
        self._model = model
        self._values: dict[int, tuple[keras.Variable, NDArray[np.generic]]] = {}
        self._modes: tuple[bool, bool | str] | None = None
        self.add(model.variables)

    def add(self, variables: Iterable[keras.Variable]) -> None:
        """Saves the values of variables that are not saved yet."""
        for variable in variables:
            self._values.setdefault(id(variable), (variable, variable.numpy()))

    def run_eagerly(self) -> None:
        """Makes the model run eagerly: in a compiled function the taps would see no values."""
        self._modes = self._model.run_eagerly, self._model.jit_compile
        self._run(True, False)

    def restore(self) -> None:
        """Sets the saved values and modes again."""
        for variable, value in self._values.values():
            variable.assign(value)
        if self._modes:
            self._run(*self._modes)

    def _run(self, eagerly: bool, jit_compile: bool | str) -> None:
        self._model.run_eagerly, self._model.jit_compile = eagerly, jit_compile
        # Functions that were traced before are of the other kind.
        self._model.make_train_function(force=True)
        self._model.make_predict_function(force=True)
