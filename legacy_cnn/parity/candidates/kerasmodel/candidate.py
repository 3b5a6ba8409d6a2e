"""The candidate: a Keras model's weights, optimizer and passes."""

import keras
import numpy as np
import tensorflow as tf

from legacy_cnn.errors import ParityError, UsageError, WeightsError, first_line
from legacy_cnn.parity.candidates.base import Candidate
from legacy_cnn.parity.candidates.kerasmodel.flow import Flow
from legacy_cnn.parity.candidates.kerasmodel.inputs import Inputs
from legacy_cnn.parity.candidates.kerasmodel.keeping import Kept
from legacy_cnn.parity.candidates.kerasmodel.taps import taps
from legacy_cnn.parity.candidates.slots import rule_of, slots_of
from legacy_cnn.vocabulary import DROPOUT_UNITS
from legacy_cnn.weights.matching import match

UNCOMPILED = "the model is not compiled: it has no loss and no optimizer"


class KerasCandidate(Candidate):
    def __init__(self, model, name, names, shapes, mapping):
        """
        Args:
          model: a built or buildable `keras.Model`.
          name: what it is called in the report.
          names: the reference's `GraphNames`.
          shapes: dict from layers and parameters of the reference to their shapes; of a layer
            without the batch.
          mapping: dict from layers and parameters to the model's own names.

        Raises:
          ParityError: a parameter has no counterpart, or the model cannot be called.
        """
        if keras.backend.backend() != "tensorflow":
            raise UsageError(
                f"Keras runs on {keras.backend.backend()}; set KERAS_BACKEND=tensorflow."
            )
        self.name, self._model, self._names, self._mapping = name, model, names, mapping
        compiled = getattr(model, "compiled", False) and model.optimizer is not None
        rungs = ("loss", "gradients", "update", "steps")
        self.lacks = {} if compiled else dict.fromkeys(rungs, UNCOMPILED)
        self._kept = Kept(model)
        self._inputs = Inputs(model, name, shapes["images"])
        self._flow = self._seen_once(shapes)
        self.output = self._flow.output
        self._parameters = self._match_parameters(shapes)
        self._kept.restore()  # a call in training moves averages
        self._kept.note(model.variables)  # those that the first call has made
        if compiled:
            model.optimizer.build(model.trainable_variables)
            self._kept.note(model.optimizer.variables)
            self._kept.run_eagerly()
            self._slots = slots_of(self._optimizer, self._learnt)
            self._optimizer_beginning = [each.numpy() for each in model.optimizer.variables]

    def release(self):
        self._kept.restore()

    def _seen_once(self, shapes):
        """The model's `Flow`, from a call with and a call without training."""
        images = np.random.default_rng(0).random((2, *shapes["images"]), np.float32)
        noise = np.random.default_rng(1).random((2, DROPOUT_UNITS), np.float32)
        off, on = (self._call(images, training, noise) for training in (False, True))
        layers = {layer: shapes[layer] for layer in self._names.layers}
        return Flow(self._model, self._names, layers, self._mapping, off, on)

    def _call(self, images, training, noise):
        inputs = self._inputs.of(images, noise)
        with taps(self._model) as seen:
            try:
                made = self._model(inputs, training=training)
            except Exception as error:  # whatever a foreign model raises
                raise ParityError(
                    f"{self.name} raised {type(error).__name__} in its call: {first_line(error)}"
                ) from error
        if not keras.ops.is_tensor(made):
            raise ParityError(
                f"{self.name} returns a {type(made).__name__}, expected one tensor of logits or "
                f"probabilities."
            )
        if not seen:
            raise ParityError(f"{self.name} has no layers that could be looked at.")
        return seen

    # Names --------------------------------------------------------------------------------------

    def _match_parameters(self, shapes):
        expected = {n: (shapes[n], (self._names.keras.get(n, n),)) for n in self._names.parameters}
        # Trainable or not, but nothing that belongs to no kernel or bias.
        variables = {each.path: each for each in self._model.weights}
        found = {path: tuple(each.shape) for path, each in variables.items()}
        hint = 'Say which it is in mapping: {{"candidate": {{"{name}": "..."}}}}.'
        try:
            matched = match(expected, found, self.name, self._mapping, hint)
        except WeightsError as error:
            raise ParityError(str(error), *error.arguments) from error
        extra = [path for path in found if path not in matched.values()]
        learnt = {each.path for each in self._model.trainable_variables}
        extra = [path for path in extra if path in learnt]
        if extra:
            raise ParityError(
                f"{self.name} has an extra trained variable, {extra[0]} {found[extra[0]]}, "
                f"that the reference has not."
            )
        return {name: variables[path] for name, path in matched.items()}

    @property
    def _learnt(self):
        """The parameters that are trained, in the optimizer's order."""
        names = {id(variable): name for name, variable in self._parameters.items()}
        return [names[id(each)] for each in self._model.trainable_variables]

    def shapes(self):
        return {n: (tuple(v.shape), v.dtype) for n, v in self._parameters.items()}

    # State ------------------------------------------------------------------------------------

    def weights(self):
        return {name: variable.numpy() for name, variable in self._parameters.items()}

    def begin(self, weights):
        if not self.lacks:
            optimizer = self._model.optimizer.variables
            for variable, value in zip(optimizer, self._optimizer_beginning, strict=True):
                variable.assign(value)
        for name, value in weights.items():
            self._parameters[name].assign(value)

    def state(self):
        slots = {key: variable.numpy() for key, variable in self._slots.items()}
        return {**self.weights(), **slots}

    def load(self, state):
        for name, value in state.items():
            variable = self._slots.get(name) if isinstance(name, tuple) else self._parameters[name]
            if variable is not None:
                variable.assign(value)

    def skip_to(self, step):
        # `iterations` is a computed number where gradients are collected over several steps.
        for variable in self._optimizer.variables:
            if variable.path.endswith("/iteration"):
                variable.assign(step)

    @property
    def _optimizer(self):
        """The optimizer with the slots; one that scales the loss holds it inside."""
        optimizer = self._model.optimizer
        return getattr(optimizer, "inner_optimizer", optimizer)

    # Passes -----------------------------------------------------------------------------------

    def forward(self, images, noise=None):
        return self._flow.read(self._call(images, noise is not None, noise))

    def backward(self, images, labels, noise):
        model = self._model
        inputs, labels = self._inputs.of(images, noise), self._inputs.labels(labels)
        with tf.GradientTape() as tape, taps(model) as seen:
            prediction = model(inputs, training=True)
            loss = model.compute_loss(x=inputs, y=labels, y_pred=prediction, training=True)
        tensors = self._flow.tensors(seen)
        variables = {name: self._parameters[name].value for name in self._learnt}
        layers, gradients = tape.gradient(loss, (tensors, variables))
        return self._flow.read(seen)._replace(
            loss=_array(loss),
            layer_gradients={n: self._flow.in_layout(n, _array(g)) for n, g in layers.items()},
            gradients={name: _array(gradient) for name, gradient in gradients.items()},
        )

    def rule(self):
        return rule_of(self._optimizer)

    def apply(self, gradients):
        optimizer = self._model.optimizer
        # An optimizer that scales the loss expects gradients of that size, and scales them back.
        scale = np.float32(optimizer.scale_loss(tf.constant(1.0)))
        given = [tf.constant(gradients[name] * scale) for name in self._learnt]
        optimizer.apply(given, self._model.trainable_variables)

    def step(self, images, labels, noise):
        self._model.reset_metrics()
        inputs, labels = self._inputs.of(images, noise), self._inputs.labels(labels)
        with taps(self._model) as seen:
            made = self._model.train_on_batch(inputs, labels, return_dict=True)
        loss = np.float32(made["loss"]) if "loss" in made else None
        return self._flow.read(seen)._replace(loss=loss)

    def predict(self, images):
        return _array(self._model.predict_on_batch(self._inputs.of(images)))


def _array(value):
    return None if value is None else np.asarray(keras.ops.convert_to_numpy(value))
