"""A TensorFlow 1 graph as the candidate."""

import dataclasses
from typing import Any

import numpy as np
import tensorflow.compat.v1 as tf
from numpy.typing import NDArray

from legacy_cnn.errors import ParityError
from legacy_cnn.parity.arrays import Array, Arrays, State
from legacy_cnn.parity.candidates.candidate import Candidate, Part, Pass
from legacy_cnn.parity.candidates.dropout import mask_of
from legacy_cnn.parity.namedgraph import NamedGraph
from legacy_cnn.parity.names import GraphNames


class GraphCandidate(Candidate):
    """A graph in a session, with names for what is fed and fetched."""

    def __init__(
        self,
        graph: tf.Graph,
        changed_names: dict[str, Any],
        name: str,
        names: GraphNames,
        keep_prob: float,
    ) -> None:
        """Opens a session for the graph.

        Args:
          graph: the candidate.
          changed_names: those fields of its `GraphNames` that differ from the reference's.
          name: its name in the report.
          names: the reference's names.
          keep_prob: keep probability in training.

        Raises:
          ParityError: the graph has no tensor, operation or variable of one of the names.
        """
        self.name, self._keep_prob = name, np.float32(keep_prob)
        fields = {**dataclasses.asdict(names), **changed_names}
        self._names = GraphNames.checked(fields, f"The names of {name}")
        unmatched = sorted(set(names.parameters) ^ set(self._names.parameters))
        if unmatched:
            raise ParityError(
                f"{name} and the reference must have the same parameters; only one of them has "
                f"{unmatched[0]}."
            )
        self._session = NamedGraph(name, graph, self._names, threads=0)
        missing: dict[Part, str] = {}
        if self._session.loss is None:
            missing["loss"] = "the candidate has no loss"
        if not self._session.updates:
            missing["optimizer"] = "the candidate has no optimizer"
        self.missing = missing

    def release(self) -> None:
        self._session.__exit__()

    def shapes(self) -> dict[str, tuple[tuple[int, ...], str]]:
        return {name: (value.shape, value.dtype.name) for name, value in self.weights().items()}

    def weights(self) -> Arrays:
        return self._session.weights()

    def begin(self, weights: Arrays) -> None:
        self._session.begin(weights)

    def state(self) -> State:
        state = self._session.state()
        return {**self._session.weights(state), **self._session.slots(state)}

    def load(self, state: State) -> None:
        variables: dict[Any, str] = {**self._names.parameters, **self._session.slot_variables()}
        self._session.load({variables[name]: value for name, value in state.items()})

    def skip_to(self, step: int) -> None:
        self._session.skip_to(step)

    def forward(self, images: Array, noise: NDArray[np.float32] | None = None) -> Pass:
        if noise is None:
            return Pass(self._session.forward(images))
        layers = self._session.forward(images, self._keep_prob, self._mask(noise))
        names = self._names
        if not (names.undropped in layers and names.dropped in layers):
            return Pass(layers)
        return Pass(layers, mask_of(layers[names.undropped], layers[names.dropped]))

    def backward(self, images: Array, labels: Array, noise: NDArray[np.float32]) -> Pass:
        batch = images, labels, self._keep_prob, self._mask(noise)
        layers, parameters = self._session.backward(*batch, {})
        return self.forward(images, noise)._replace(
            loss=self._session.cost(*batch), layer_gradients=layers, gradients=parameters
        )

    def rule(self) -> dict[str, Any]:
        return self._session.rule()

    def apply(self, gradients: Arrays) -> None:
        self._session.apply(gradients)

    def step(self, images: Array, labels: Array, noise: NDArray[np.float32]) -> Pass:
        passed = self.forward(images, noise)
        loss = self._session.step(images, labels, self._keep_prob, self._mask(noise))
        return passed._replace(loss=loss)

    def predict(self, images: Array) -> Array:
        output = self._names.output
        return self._session.forward(images, only=[output])[output]

    def _mask(self, noise: NDArray[np.float32]) -> NDArray[np.bool_]:
        return noise >= 1 - self._keep_prob
