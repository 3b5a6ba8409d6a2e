"""The eager port, or a program with its face, as the candidate."""

import numpy as np
import tensorflow as tf

from legacy_cnn.parity.candidates.base import Candidate, Pass, kept
from legacy_cnn.parity.candidates.slots import rule_of, slots_of
from legacy_cnn.vocabulary import DROPOUT_UNITS


class ProgramCandidate(Candidate):
    """A program with `variables`, `predict`, `cost`, `step` and `optimizer`, as `ports.eager`."""

    def __init__(self, program, name, names, keep_prob):
        self.name, self._program, self._names = name, program, names
        self.lacks: dict[str, str] = {}
        # Out of a traced function come outputs; no gradient stops at a layer inside.
        self._traced = hasattr(program.predict, "get_concrete_function")
        self._keep_prob = tf.constant(keep_prob, tf.float32)
        self._parameters = dict(zip(names.parameters, program.variables, strict=True))
        self._slots = slots_of(program.optimizer, list(names.parameters))
        self._found = self.state(), int(program.optimizer.iterations.numpy())

    def shapes(self):
        return {n: (tuple(v.shape), v.dtype.name) for n, v in self._parameters.items()}

    def weights(self):
        return {name: variable.numpy() for name, variable in self._parameters.items()}

    def begin(self, weights):
        zeros = {key: np.zeros(each.shape, np.float32) for key, each in self._slots.items()}
        self.load({**weights, **zeros})
        self.skip_to(0)

    def state(self):
        slots = {key: variable.numpy() for key, variable in self._slots.items()}
        return {**self.weights(), **slots}

    def load(self, state):
        variables = {**self._parameters, **self._slots}
        for name, value in state.items():
            variables[name].assign(value)

    def skip_to(self, step):
        self._program.optimizer.iterations.assign(step)

    def release(self):
        state, step = self._found
        self.load(state)
        self.skip_to(step)

    def forward(self, images, noise=None):
        keep_prob = tf.constant(1.0) if noise is None else self._keep_prob
        layers = self._program.predict(tf.constant(images), keep_prob, _noise(noise, images))
        return self._pass(layers, noise is not None)

    def backward(self, images, labels, noise):
        program = self._program
        variables = list(self._parameters.values())
        with tf.GradientTape() as tape:
            layers = program.predict(tf.constant(images), self._keep_prob, tf.constant(noise))
            cost = program.cost(layers.logits, _labels(labels))
        found = tape.gradient(cost, [*layers, *variables])
        split = len(layers)
        arrays = [None if each is None else each.numpy() for each in found]
        return self._pass(layers, True)._replace(
            loss=cost.numpy(),
            layer_gradients={}
            if self._traced
            else dict(zip(layers._fields, arrays[:split], strict=True)),
            gradients=dict(zip(self._parameters, arrays[split:], strict=True)),
        )

    def rule(self):
        return rule_of(self._program.optimizer)

    def apply(self, gradients):
        given = [tf.constant(gradients[name]) for name in self._parameters]
        self._program.optimizer.apply(given, list(self._parameters.values()))

    def step(self, images, labels, noise):
        images, noise = tf.constant(images), tf.constant(noise)
        # The step does not say what it kept; the same noise keeps the same.
        layers = self._program.predict(images, self._keep_prob, noise)
        cost, _ = self._program.step(images, _labels(labels), self._keep_prob, noise)
        return self._pass(layers, True)._replace(loss=cost.numpy())

    def predict(self, images):
        return self._program.predict(
            tf.constant(images), tf.constant(1.0), _noise(None, images)
        ).logits.numpy()

    def _pass(self, layers, training):
        arrays = {name: value.numpy() for name, value in layers._asdict().items()}
        if not training:
            return Pass(arrays)
        return Pass(arrays, *kept(arrays[self._names.undropped], arrays[self._names.dropped]))


def _noise(noise, images):
    return tf.constant(
        np.zeros((len(images), DROPOUT_UNITS), np.float32) if noise is None else noise
    )


def _labels(labels):
    return tf.constant(labels, tf.float32)
