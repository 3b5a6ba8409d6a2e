"""Candidates that are files: an `.npz` of weights, and a SavedModel."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from legacy_cnn.errors import ParityError, WeightsError, first_line
from legacy_cnn.parity.arrays import Array, Arrays
from legacy_cnn.parity.candidates.candidate import Candidate, Pass
from legacy_cnn.parity.candidates.matching import match_parameters
from legacy_cnn.parity.names import GraphNames
from legacy_cnn.weights.files import read_npz
from legacy_cnn.weights.matching import Shape


class NpzCandidate(Candidate):
    """Arrays by name; there is nothing that computes."""

    missing = {"computation": "an .npz file has weights and no program"}

    def __init__(
        self,
        path: Path,
        name: str,
        names: GraphNames,
        shapes: Mapping[str, Shape],
        mapping: Mapping[str, str],
    ) -> None:
        """Reads the arrays.

        Args:
          path: the `.npz` file.
          name: its name in the report.
          names: the reference's names.
          shapes: dict from each parameter of the reference to its shape.
          mapping: dict from parameters to names in the file.

        Raises:
          ParityError: the file cannot be read, or a parameter has no counterpart.
        """
        self.name = name
        try:
            arrays = read_npz(path)
        except WeightsError as error:
            raise ParityError(str(error), *error.arguments) from error
        other_names = {
            parameter: (names.keras.get(parameter, parameter),) for parameter in names.parameters
        }
        sizes = {array: value.shape for array, value in arrays.items()}
        matched = match_parameters(names, shapes, other_names, sizes, name, mapping)
        self._arrays = {parameter: arrays[array] for parameter, array in matched.items()}

    def shapes(self) -> dict[str, tuple[tuple[int, ...], str]]:
        return {name: (array.shape, str(array.dtype)) for name, array in self._arrays.items()}

    def weights(self) -> Arrays:
        return self._arrays

    def begin(self, weights: Arrays) -> None:
        """Does nothing: the arrays cannot be set."""

    def forward(self, images: Array, noise: NDArray[np.float32] | None = None) -> Pass:
        raise NotImplementedError

    def predict(self, images: Array) -> Array:
        raise NotImplementedError


class SavedModelCandidate(Candidate):
    """The serving signature of a SavedModel, and its variables."""

    missing = {"training": "a SavedModel only serves and cannot be trained"}

    def __init__(
        self,
        path: Path,
        name: str,
        names: GraphNames,
        shapes: Mapping[str, Shape],
        mapping: Mapping[str, str],
    ) -> None:
        """Loads the SavedModel and runs its signature once.

        Args:
          path: its directory.
          name: its name in the report.
          names: the reference's names.
          shapes: dict from "images" and each parameter of the reference to its shape; of an image
            without the batch.
          mapping: dict from parameters to names of variables.

        Raises:
          ParityError: it cannot be loaded or served, or a parameter has no counterpart.
        """
        self.name, self._names = name, names
        try:
            self._loaded = tf.saved_model.load(str(path))
            self._serve = self._loaded.signatures["serving_default"]
        except Exception as error:  # whatever a damaged or foreign SavedModel raises
            raise ParityError(
                f"{name} cannot be served: {type(error).__name__}: {first_line(error)}"
            ) from error
        self._find_ends(shapes["images"])
        self._parameters = self._match(names, shapes, mapping)

    def _find_ends(self, image_shape: Shape) -> None:
        """Finds the input and the output of the signature, and whether these are probabilities."""
        inputs = self._serve.structured_input_signature[1]
        outputs = self._serve.structured_outputs
        known = [output for output in ("logits", "probabilities") if output in outputs]
        if len(inputs) != 1 or not (known or len(outputs) == 1):
            raise ParityError(
                f"The signature of {self.name} has the inputs {list(inputs)} and the outputs "
                f"{list(outputs)}: expected one input, and one output or one named logits or "
                f"probabilities."
            )
        (self._input, self._spec), self._output = next(iter(inputs.items())), [*known, *outputs][0]
        sample = np.random.default_rng(0).random((2, *image_shape), np.float32)
        sums = self._run(sample).sum(axis=1)
        self.output = "probabilities" if np.allclose(sums, 1, atol=1e-3) else "logits"

    def _match(
        self, names: GraphNames, shapes: Mapping[str, Shape], mapping: Mapping[str, str]
    ) -> dict[str, Any]:
        """Dict from each parameter to its variable."""
        other_names = {
            parameter: (variable, names.keras.get(parameter, parameter))
            for parameter, variable in names.parameters.items()
        }
        variables = {
            variable.name.partition(":")[0]: variable for variable in self._loaded.variables
        }
        sizes = {name: tuple(variable.shape) for name, variable in variables.items()}
        matched = match_parameters(names, shapes, other_names, sizes, self.name, mapping)
        return {parameter: variables[name] for parameter, name in matched.items()}

    def _run(self, images: Array) -> Array:
        shape = self._spec.shape
        rows = images if shape.rank is None else images.reshape(-1, *shape.as_list()[1:])
        outputs = self._serve(**{self._input: tf.constant(rows, self._spec.dtype)})
        return outputs[self._output].numpy()

    def shapes(self) -> dict[str, tuple[tuple[int, ...], str]]:
        return {
            name: (tuple(variable.shape), variable.dtype.name)
            for name, variable in self._parameters.items()
        }

    def weights(self) -> Arrays:
        return {name: variable.numpy() for name, variable in self._parameters.items()}

    def begin(self, weights: Arrays) -> None:
        for name, value in weights.items():
            self._parameters[name].assign(value)

    def forward(self, images: Array, noise: NDArray[np.float32] | None = None) -> Pass:
        name = self._names.output if self.output == "logits" else self.output
        return Pass({name: self._run(images)})

    def predict(self, images: Array) -> Array:
        return self._run(images)
