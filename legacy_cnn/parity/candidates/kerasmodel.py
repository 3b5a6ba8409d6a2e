"""A Keras model as the candidate, as it comes: functional, sequential or subclassed."""

import contextlib

import keras
import numpy as np
import tensorflow as tf

from legacy_cnn.errors import ParityError, UsageError, WeightsError
from legacy_cnn.parity.candidates.base import Candidate, Pass, is_dropout, kept
from legacy_cnn.parity.candidates.keeping import Kept
from legacy_cnn.parity.candidates.layers import assign, in_layout_of
from legacy_cnn.parity.candidates.slots import slots_of
from legacy_cnn.parity.candidates.taps import leaves, taps
from legacy_cnn.vocabulary import DROPOUT_UNITS
from legacy_cnn.weights.files import first_line
from legacy_cnn.weights.matching import match

#: In which a row of 784 pixels may be wanted.
SHAPES = ((28, 28, 1), (28, 28), (784,))

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
        self._layer_shapes = {layer: shapes[layer] for layer in names.layers}
        compiled = getattr(model, "compiled", False) and model.optimizer is not None
        rungs = ("loss", "gradients", "update", "steps")
        self.lacks = {} if compiled else dict.fromkeys(rungs, UNCOMPILED)
        self._kept = Kept(model)
        self._probe(shapes["images"])
        self._parameters = self._match_parameters(shapes)
        self._kept.restore()  # a call in training moves averages
        self._kept.note(model.variables)  # those that the first call has made
        if compiled:
            model.optimizer.build(model.trainable_variables)
            self._kept.note(model.optimizer.variables)
            self._kept.run_eagerly()
            self._find_slots()

    def release(self):
        self._kept.restore()

    # The net, seen once before anything is compared ------------------------------------------

    def _probe(self, shape):
        """Calls the model with and without training, to see its layers and its dropout."""
        images = np.random.default_rng(0).random((2, *shape), np.float32)
        noise = np.random.default_rng(1).random((2, DROPOUT_UNITS), np.float32)
        self._undeclared = self._guessed(images, shape)
        off, on = self._call(images, False, noise), self._call(images, True, noise)
        self._dropout = None
        self._dropout = self._find_dropout(off, on)
        self.output = self._kind_of_output(off)

    def _guessed(self, images, shape):
        """The shape of a row in which a model that declares no inputs takes the images."""
        if getattr(self._model, "inputs", None):
            return None
        tried = (tuple(shape), *SHAPES)
        for each in tried:
            with contextlib.suppress(Exception):
                self._model(_shaped(images, each, self.name), training=False)
                return each
        return tried[0]  # whose error will be reported

    def _find_dropout(self, off, on):
        """Index of the first call whose result alone differs with training, or None."""
        for index, (one, other) in enumerate(zip(off, on, strict=False)):
            if _array(one.made).shape != _array(other.made).shape:
                return None
            if not np.array_equal(_array(one.made), _array(other.made)):
                same_input = np.array_equal(_array(one.given), _array(other.given))
                return index if same_input else None
        return None

    def _kind_of_output(self, seen):
        last = seen[-1]
        name = getattr(last, "layer", "")
        layer = next((each for each in leaves(self._model) if each.name == name), None)
        is_softmax = isinstance(layer, keras.layers.Softmax) or last.before_softmax is not None
        return "probabilities" if is_softmax else "logits"

    def _call(self, images, training, noise):
        with taps(self._model) as seen:
            try:
                self._model(self._inputs(images, noise), training=training)
            except Exception as error:  # whatever a foreign model raises
                raise ParityError(
                    f"{self.name} raised {type(error).__name__} in its call: {first_line(error)}"
                ) from error
        if not seen:
            raise ParityError(f"{self.name} has no layers that could be looked at.")
        return seen

    def _inputs(self, images, noise):
        """What the model is called with: images in its shape, and noise where it takes some."""
        declared = getattr(self._model, "inputs", None)
        if not declared:
            return _shaped(images, self._undeclared, self.name)
        values = {
            each.name: _shaped(noise if each.name == "noise" else images, each.shape[1:], self.name)
            for each in declared
        }
        structure = getattr(self._model, "input", None)
        return values if isinstance(structure, dict) else next(iter(values.values()))

    # Names --------------------------------------------------------------------------------------

    def _match_parameters(self, shapes):
        expected = {n: (shapes[n], (self._names.keras.get(n, n),)) for n in self._names.parameters}
        # Trainable or not, but nothing that belongs to no kernel or bias.
        variables = {each.path: each for each in self._model.weights}
        found = {path: tuple(each.shape) for path, each in variables.items()}
        hint = 'Say which it is in a mapping: {{"candidate": {{"{name}": "..."}}}}, given by --map.'
        try:
            matched = match(expected, found, self.name, self._mapping, hint)
        except WeightsError as error:
            raise ParityError(str(error)) from error
        extra = [path for path in found if path not in matched.values()]
        learnt = {each.path for each in self._model.trainable_variables}
        extra = [path for path in extra if path in learnt]
        if extra:
            raise ParityError(
                f"{self.name} has an extra trained variable, {extra[0]} {found[extra[0]]}, "
                f"that the reference has not."
            )
        return {name: variables[path] for name, path in matched.items()}

    def _find_slots(self):
        names = {id(variable): name for name, variable in self._parameters.items()}
        order = [names[id(each)] for each in self._model.trainable_variables]
        self._slots = slots_of(self._rule, order)
        self._optimizer_beginning = [each.numpy() for each in self._model.optimizer.variables]

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
        for variable in self._rule.variables:
            if variable.path.endswith("/iteration"):
                variable.assign(step)

    @property
    def _rule(self):
        """The optimizer with the slots; one that scales the loss holds it inside."""
        optimizer = self._model.optimizer
        return getattr(optimizer, "inner_optimizer", optimizer)

    # Passes -----------------------------------------------------------------------------------

    def forward(self, images, noise=None):
        return self._pass(self._call(images, noise is not None, _noise(noise, images)))

    def backward(self, images, labels, noise):
        model = self._model
        inputs, labels = self._inputs(images, _noise(noise, images)), self._labels(labels)
        with tf.GradientTape() as tape, taps(model) as seen:
            prediction = model(inputs, training=True)
            loss = model.compute_loss(x=inputs, y=labels, y_pred=prediction, training=True)
        indices = self._assigned(seen)
        tensors = [self._tensor(seen, index, layer) for layer, index in indices.items()]
        names = {id(variable): name for name, variable in self._parameters.items()}
        learnt = [names[id(each)] for each in model.trainable_variables]
        found = tape.gradient(loss, [*tensors, *(v.value for v in model.trainable_variables)])
        layers = {
            layer: gradient
            if gradient is None
            else in_layout_of(_array(gradient), self._layer_shapes[layer])[0]
            for layer, gradient in zip(indices, found[: len(tensors)], strict=True)
        }
        gradients = dict(zip(learnt, map(_array, found[len(tensors) :]), strict=True))
        return self._pass(seen)._replace(
            loss=_array(loss), layer_gradients=layers, gradients=gradients
        )

    def apply(self, gradients):
        names = {id(variable): name for name, variable in self._parameters.items()}
        optimizer, variables = self._model.optimizer, self._model.trainable_variables
        # An optimizer that scales the loss expects gradients of that size, and scales them back.
        scale = np.float32(optimizer.scale_loss(tf.constant(1.0)))
        given = [tf.constant(gradients[names[id(each)]] * scale) for each in variables]
        optimizer.apply(given, variables)

    def step(self, images, labels, noise):
        self._model.reset_metrics()
        inputs = self._inputs(images, _noise(noise, images))
        with taps(self._model) as seen:
            made = self._model.train_on_batch(inputs, self._labels(labels), return_dict=True)
        loss = np.float32(made["loss"]) if "loss" in made else None
        return self._pass(seen)._replace(loss=loss)

    def predict(self, images):
        inputs = self._inputs(images, _noise(None, images))
        return _array(self._model.predict_on_batch(inputs))

    # What the taps saw --------------------------------------------------------------------------

    def _pass(self, seen):
        layers = {}
        for layer, index in self._assigned(seen).items():
            array = _array(self._tensor(seen, index, layer))
            layers[layer], _ = in_layout_of(array, self._layer_shapes[layer])
        first = self._first_weighted(seen)
        if first is not None:
            layers["images"] = _array(first.given)
        if self._dropout is None:
            return Pass(layers)
        tap = seen[self._dropout]
        given, made = _array(tap.given), _array(tap.made)
        mask = kept(given, made) if given.shape == made.shape else (None, None)
        return Pass(layers, *mask, self._elsewhere(seen, given, made))

    def _elsewhere(self, seen, given, made):
        """What is another in training, and which layer it spoils; empty where it is the dropout
        between the two layers of the reference."""
        tap = seen[self._dropout]
        if not is_dropout(given, made):
            return tap.layer, self._place(seen)
        if made.shape[1:] != self._layer_shapes.get(self._names.dropped):
            return tap.layer, self._names.dropped or self._place(seen)
        return ()

    def _place(self, seen):
        """The first layer of the vocabulary that what is another in training changes."""
        assigned = self._assigned(seen)
        first = self._first_weighted(seen)
        if first is not None and self._dropout < seen.index(first):
            return "images"
        later = {index: layer for layer, index in assigned.items() if index >= self._dropout}
        return later[min(later)] if later else self._names.output

    def _assigned(self, seen):
        shapes = [(tap.layer, tuple(_array(tap.made).shape[1:])) for tap in seen]
        dropout = None
        if self._dropout is not None:
            dropout = (self._names.undropped, self._names.dropped, self._dropout)
        found = assign(shapes, self._layer_shapes, self._mapping, dropout)
        if self._names.output not in self._mapping:
            # Whatever layers are called, what the model returns is what counts.
            found[self._names.output] = len(seen) - 1
        return found

    def _tensor(self, seen, index, layer):
        tap = seen[index]
        if layer == self._names.output and tap.before_softmax is not None:
            return tap.before_softmax
        if layer == self._names.output and self.output == "probabilities":
            return tap.given
        return tap.made

    def _first_weighted(self, seen):
        weighted = {each.name for each in leaves(self._model) if getattr(each, "weights", None)}
        return next((tap for tap in seen if tap.layer in weighted), None)

    def _labels(self, labels):
        """One-hot, or as the model's loss takes them."""
        loss = self._model.loss
        name = (
            loss if isinstance(loss, str) else getattr(loss, "name", getattr(loss, "__name__", ""))
        )
        return labels.argmax(1) if str(name).startswith("sparse") else labels


def _noise(noise, images):
    return np.zeros((len(images), DROPOUT_UNITS), np.float32) if noise is None else noise


def _array(value):
    return None if value is None else np.asarray(keras.ops.convert_to_numpy(value))


def _shaped(values, wanted, name):
    shape = tuple(wanted)
    if None in shape or int(np.prod(shape)) != int(np.prod(values.shape[1:])):
        raise ParityError(f"{name} takes {shape}, the reference {values.shape[1:]} a row.")
    return tf.constant(values.reshape(len(values), *shape), tf.float32)
