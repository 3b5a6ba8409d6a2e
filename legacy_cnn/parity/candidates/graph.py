"""Another TensorFlow 1 graph as the candidate."""

import dataclasses

import numpy as np

from legacy_cnn.errors import ParityError
from legacy_cnn.parity.candidates.base import Candidate, Pass, kept
from legacy_cnn.parity.namedgraph import NamedGraph
from legacy_cnn.parity.names import GraphNames


class GraphCandidate(Candidate):
    def __init__(self, graph, given, name, names, keep_prob):
        """
        Args:
          graph: a `tf.Graph`.
          given: dict of those fields of its `GraphNames` that differ from the reference's.
          name: what it is called in the report.
          names: the reference's `GraphNames`.
          keep_prob: keep probability of the training.

        Raises:
          ParityError: the graph has not what a name says.
        """
        self.name, self._keep_prob = name, np.float32(keep_prob)
        own = {**dataclasses.asdict(names), **given}
        self._names = GraphNames.checked(own, f"The names of {name}")
        missing = set(names.parameters) ^ set(self._names.parameters)
        if missing:
            raise ParityError(f"{name} and the reference do not both have {sorted(missing)[0]}.")
        self._session = NamedGraph(name, graph, self._names, threads=0)
        self.lacks = {}
        if self._session.loss is None:
            self.lacks |= dict.fromkeys(("loss", "gradients"), "the graph has no loss")
        if not self._session.updates:
            self.lacks |= dict.fromkeys(("update", "steps"), "the graph has no optimizer")

    def release(self):
        self._session.__exit__()

    def shapes(self):
        return {name: (each.shape, each.dtype.name) for name, each in self.weights().items()}

    def weights(self):
        return self._session.weights()

    def begin(self, weights):
        self._session.begin(weights)

    def state(self):
        state = self._session.state()
        return {**self._session.weights(state), **self._session.slots(state)}

    def load(self, state):
        variables = {**self._names.parameters, **self._session.slot_variables()}
        self._session.load({variables[name]: value for name, value in state.items()})

    def skip_to(self, step):
        self._session.skip_to(step)

    def forward(self, images, noise=None):
        if noise is None:
            return Pass(self._session.forward(images))
        return self._pass(self._session.forward(images, self._keep_prob, self._mask(noise)))

    def backward(self, images, labels, noise):
        arguments = images, labels, self._keep_prob, self._mask(noise)
        layers, parameters = self._session.backward(*arguments, {})
        return self.forward(images, noise)._replace(
            loss=self._session.cost(*arguments), layer_gradients=layers, gradients=parameters
        )

    def rule(self):
        return self._session.rule()

    def apply(self, gradients):
        self._session.apply(gradients)

    def step(self, images, labels, noise):
        passed = self.forward(images, noise)
        loss = self._session.step(images, labels, self._keep_prob, self._mask(noise))
        return passed._replace(loss=loss)

    def predict(self, images):
        output = self._names.output
        return self._session.forward(images, only=[output])[output]

    def _mask(self, noise):
        return noise >= 1 - self._keep_prob

    def _pass(self, layers):
        names = self._names
        if not (names.undropped in layers and names.dropped in layers):
            return Pass(layers)
        return Pass(layers, *kept(layers[names.undropped], layers[names.dropped]))
