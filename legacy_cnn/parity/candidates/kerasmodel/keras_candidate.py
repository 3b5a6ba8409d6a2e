"""A Keras model's weights, optimizer and passes, as the ladder asks for them."""

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from legacy_cnn.errors import ParityError, UsageError, first_line
from legacy_cnn.parity.arrays import Array, Arrays, State
from legacy_cnn.parity.candidates.candidate import Candidate, Pass
from legacy_cnn.parity.candidates.kerasmodel.flow import Flow
from legacy_cnn.parity.candidates.kerasmodel.inputs import Inputs
from legacy_cnn.parity.candidates.kerasmodel.saved_state import SavedState
from legacy_cnn.parity.candidates.kerasmodel.taps import Tap, taps
from legacy_cnn.parity.candidates.matching import match_parameters
from legacy_cnn.parity.candidates.slots import rule_of, slots_of
from legacy_cnn.parity.names import GraphNames
from legacy_cnn.vocabulary import DROPOUT_UNITS
from legacy_cnn.weights.matching import Shape

UNCOMPILED = "the model is not compiled, so it has no loss and no optimizer"


class KerasCandidate(Candidate):
    """A functional, sequential or subclassed model."""

    def __init__(
        self,
        model: keras.Model,
        name: str,
        names: GraphNames,
        shapes: Mapping[str, Shape],
        mapping: Mapping[str, str],
    ) -> None:
        """Calls the model once with and once without training, and matches its parameters.

        Args:
          model: a model that is built or can be built by a call.
          name: its name in the report.
          names: the reference's names.
          shapes: dict from "images" and each layer and parameter of the reference to its shape; of
            images and layers without the batch.
          mapping: dict from layers and parameters to the model's own names.

        Raises:
          ParityError: a parameter has no counterpart, or the model cannot be called.
          UsageError: Keras runs on another backend than TensorFlow.
        """
        if keras.backend.backend() != "tensorflow":
            raise UsageError(
                f"Keras runs on {keras.backend.backend()}; set KERAS_BACKEND=tensorflow."
            )
        self.name, self._model, self._names, self._mapping = name, model, names, mapping
        is_compiled = getattr(model, "compiled", False) and model.optimizer is not None
        if not is_compiled:
            self.missing = {"loss": UNCOMPILED, "optimizer": UNCOMPILED}
        self._saved_state = SavedState(model)
        self._inputs = Inputs(model, name, shapes["images"])
        self._flow = self._try_once(shapes)
        self.output = self._flow.output
        self._parameters = self._match_parameters(shapes)
        self._saved_state.restore()  # a call in training changes moving averages
        self._saved_state.add(model.variables)  # those that the first call has created
        if is_compiled:
            self._build_optimizer()

    def release(self) -> None:
        self._saved_state.restore()

    def _build_optimizer(self) -> None:
        optimizer = self._model.optimizer
        optimizer.build(self._model.trainable_variables)
        self._saved_state.add(optimizer.variables)
        self._saved_state.run_eagerly()
        self._slots = slots_of(self._optimizer, self._trained)
        self._optimizer_beginning = [variable.numpy() for variable in optimizer.variables]

    def _try_once(self, shapes: Mapping[str, Shape]) -> Flow:
        """The model's `Flow`, from a call with and a call without training."""
        images = np.random.default_rng(0).random((2, *shapes["images"]), np.float32)
        noise = np.random.default_rng(1).random((2, DROPOUT_UNITS), np.float32)
        off, on = (self._call(images, training, noise) for training in (False, True))
        layers = {layer: shapes[layer] for layer in self._names.layers}
        return Flow(self._model, self._names, layers, self._mapping, off, on)

    def _call(self, images: Array, training: bool, noise: NDArray[np.float32] | None) -> list[Tap]:
        inputs = self._inputs.of(images, noise)
        with taps(self._model) as calls:
            try:
                output = self._model(inputs, training=training)
            except Exception as error:  # whatever a foreign model raises
                raise ParityError(
                    f"{self.name} raised {type(error).__name__} in its call: {first_line(error)}"
                ) from error
        if not keras.ops.is_tensor(output):
            raise ParityError(
                f"{self.name} returns a {type(output).__name__}, expected one tensor of logits or "
                f"probabilities."
            )
        if not calls:
            raise ParityError(
                f"{self.name} has no layers to compare: expected keras.layers in its call."
            )
        return calls

    # Names --------------------------------------------------------------------------------------

    def _match_parameters(self, shapes: Mapping[str, Shape]) -> dict[str, keras.Variable]:
        names = self._names
        other_names = {name: (names.keras.get(name, name),) for name in names.parameters}
        # Trainable or not, but not the state of a layer, a seed for instance.
        variables = {variable.path: variable for variable in self._model.weights}
        sizes = {path: tuple(variable.shape) for path, variable in variables.items()}
        matched = match_parameters(names, shapes, other_names, sizes, self.name, self._mapping)
        for variable in self._model.trainable_variables:
            if variable.path in sizes and variable.path not in matched.values():
                raise ParityError(
                    f"{self.name} has an extra trained variable, {variable.path} "
                    f"{sizes[variable.path]}; the reference has no such variable."
                )
        return {name: variables[path] for name, path in matched.items()}

    @property
    def _trained(self) -> list[str]:
        """The parameters that are trained, in the optimizer's order."""
        names = {id(variable): name for name, variable in self._parameters.items()}
        return [names[id(variable)] for variable in self._model.trainable_variables]

    def shapes(self) -> dict[str, tuple[tuple[int, ...], str]]:
        return {
            name: (tuple(variable.shape), variable.dtype)
            for name, variable in self._parameters.items()
        }

    # State ------------------------------------------------------------------------------------

    def weights(self) -> Arrays:
        return {name: variable.numpy() for name, variable in self._parameters.items()}

    def begin(self, weights: Arrays) -> None:
        if "optimizer" not in self.missing:
            optimizer = self._model.optimizer.variables
            for variable, value in zip(optimizer, self._optimizer_beginning, strict=True):
                variable.assign(value)
        for name, value in weights.items():
            self._parameters[name].assign(value)

    def state(self) -> State:
        slots = {key: variable.numpy() for key, variable in self._slots.items()}
        return {**self.weights(), **slots}

    def load(self, state: State) -> None:
        for name, value in state.items():
            variable = self._slots.get(name) if isinstance(name, tuple) else self._parameters[name]
            if variable is not None:
                variable.assign(value)

    def skip_to(self, step: int) -> None:
        # Where gradients are accumulated, `iterations` is computed and cannot be assigned.
        for variable in self._optimizer.variables:
            if variable.path.endswith("/iteration"):
                variable.assign(step)

    @property
    def _optimizer(self) -> keras.optimizers.Optimizer:
        """The optimizer with the slots; one that scales the loss contains it."""
        optimizer = self._model.optimizer
        return getattr(optimizer, "inner_optimizer", optimizer)

    # Passes -----------------------------------------------------------------------------------

    def forward(self, images: Array, noise: NDArray[np.float32] | None = None) -> Pass:
        return self._flow.read(self._call(images, noise is not None, noise))

    def backward(self, images: Array, labels: Array, noise: NDArray[np.float32]) -> Pass:
        model = self._model
        inputs, targets = self._inputs.of(images, noise), self._inputs.labels(labels)
        with tf.GradientTape() as tape, taps(model) as calls:
            prediction = model(inputs, training=True)
            loss = model.compute_loss(x=inputs, y=targets, y_pred=prediction, training=True)
        tensors = self._flow.tensors(calls)
        variables = {name: self._parameters[name].value for name in self._trained}
        layers, parameters = tape.gradient(loss, (tensors, variables))
        return self._flow.read(calls)._replace(
            loss=_array(loss),
            layer_gradients={
                name: self._flow.in_layout(name, _array(gradient))
                for name, gradient in layers.items()
            },
            gradients={name: _array(gradient) for name, gradient in parameters.items()},
        )

    def rule(self) -> dict[str, Any]:
        return rule_of(self._optimizer)

    def apply(self, gradients: Arrays) -> None:
        optimizer = self._model.optimizer
        # An optimizer that scales the loss expects scaled gradients, and scales them back.
        scale = np.float32(optimizer.scale_loss(tf.constant(1.0)))
        scaled = [tf.constant(gradients[name] * scale) for name in self._trained]
        optimizer.apply(scaled, self._model.trainable_variables)

    def step(self, images: Array, labels: Array, noise: NDArray[np.float32]) -> Pass:
        self._model.reset_metrics()
        inputs, targets = self._inputs.of(images, noise), self._inputs.labels(labels)
        with taps(self._model) as calls:
            metrics = self._model.train_on_batch(inputs, targets, return_dict=True)
        loss = np.asarray(metrics["loss"], np.float32) if "loss" in metrics else None
        return self._flow.read(calls)._replace(loss=loss)

    def predict(self, images: Array) -> Array:
        return np.asarray(self._model.predict_on_batch(self._inputs.of(images)))


def _array(tensor: Any) -> Array | None:
    return None if tensor is None else np.asarray(keras.ops.convert_to_numpy(tensor))
