"""Candidates that are data alone: an `.npz` of weights, and a SavedModel."""

import numpy as np
import tensorflow as tf

from legacy_cnn.errors import ParityError, WeightsError, first_line
from legacy_cnn.parity.candidates.base import Candidate, Pass
from legacy_cnn.weights.files import read_npz
from legacy_cnn.weights.matching import match

TRAINING = ("dropout", "loss", "gradients", "update", "steps")


class NpzCandidate(Candidate):
    """Arrays by name, and nothing that computes."""

    def __init__(self, path, name, names, shapes, mapping):
        self.name = name
        why = "an .npz holds weights and no program"
        self.lacks = dict.fromkeys(("forward", *TRAINING, "predictions"), why)
        try:
            arrays = read_npz(path)
            expected = {n: (shapes[n], (names.keras.get(n, n),)) for n in names.parameters}
            found = {each: array.shape for each, array in arrays.items()}
            matched = match(expected, found, name, mapping, _HINT)
        except WeightsError as error:
            raise ParityError(str(error), *error.arguments) from error
        self._arrays = {n: arrays[other] for n, other in matched.items()}

    def shapes(self):
        return {n: (array.shape, str(array.dtype)) for n, array in self._arrays.items()}

    def weights(self):
        return self._arrays

    def begin(self, weights):
        """The arrays are what they are."""

    def forward(self, images, noise=None):
        raise NotImplementedError

    def predict(self, images):
        raise NotImplementedError


class SavedModelCandidate(Candidate):
    """A SavedModel's serving signature, with its variables where they are to be found."""

    def __init__(self, path, name, names, shapes, mapping):
        self.name, self._names = name, names
        self.lacks = dict.fromkeys(TRAINING, "a SavedModel serves and does not train")
        try:
            self._loaded = tf.saved_model.load(str(path))
            self._serve = self._loaded.signatures["serving_default"]
        except Exception as error:  # whatever a damaged or foreign SavedModel raises
            raise ParityError(
                f"{name} cannot be served: {type(error).__name__}: {first_line(error)}"
            ) from error
        self._find_ends(shapes)
        self._match(names, shapes, mapping)

    def _find_ends(self, shapes):
        inputs = self._serve.structured_input_signature[1]
        outputs = self._serve.structured_outputs
        known = [each for each in ("logits", "probabilities") if each in outputs]
        if len(inputs) != 1 or not (known or len(outputs) == 1):
            raise ParityError(
                f"{self.name} takes {list(inputs)} and gives {list(outputs)}: expected one input, "
                f"and one output or one called logits or probabilities."
            )
        (self._input, self._spec), self._output = next(iter(inputs.items())), [*known, *outputs][0]
        sample = np.random.default_rng(0).random((2, *shapes["images"]), np.float32)
        sums = self._run(sample).sum(axis=1)
        self.output = "probabilities" if np.allclose(sums, 1, atol=1e-3) else "logits"

    def _match(self, names, shapes, mapping):
        expected = {
            n: (shapes[n], (each, names.keras.get(n, n))) for n, each in names.parameters.items()
        }
        variables = {each.name.partition(":")[0]: each for each in self._loaded.variables}
        found = {each: tuple(variable.shape) for each, variable in variables.items()}
        try:
            matched = match(expected, found, self.name, mapping, _HINT)
        except WeightsError as error:
            raise ParityError(str(error), *error.arguments) from error
        self._parameters = {n: variables[other] for n, other in matched.items()}

    def _run(self, images):
        shape = self._spec.shape
        rows = images if shape.rank is None else images.reshape(-1, *shape.as_list()[1:])
        return self._serve(**{self._input: tf.constant(rows, self._spec.dtype)})[
            self._output
        ].numpy()

    def shapes(self):
        return {n: (tuple(v.shape), v.dtype.name) for n, v in self._parameters.items()}

    def weights(self):
        return {name: variable.numpy() for name, variable in self._parameters.items()}

    def begin(self, weights):
        for name, value in weights.items():
            self._parameters[name].assign(value)

    def forward(self, images, noise=None):
        name = self._names.output if self.output == "logits" else self.output
        return Pass({name: self._run(images)})

    def predict(self, images):
        return self._run(images)


_HINT = 'Say which it is in mapping: {{"candidate": {{"{name}": "..."}}}}.'
