"""The updates of a TensorFlow 1 graph: from gradients that are fed, with their numbers."""

import functools
from collections.abc import Mapping
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.parity.arrays import Array, Arrays
from legacy_cnn.parity.sides import flow
from legacy_cnn.parity.sides.named_graph import NamedGraph
from legacy_cnn.parity.sides.side import Batch, State, Values, single
from legacy_cnn.parity.updates import constants_of, powers_of, rule_of


class GraphUpdates(NamedGraph):
    """A graph that updates its parameters."""

    def find_gradients(self, state: State, batch: Batch) -> None:
        """Finds the gradients in the graph's own step that an update can be fed."""
        if self._train is None or self.loss is None:
            return
        self._session.load(state)
        feed = self._fed(batch)
        self._usual_feed = feed  # an update may also run what depends on the images
        updates = {name: self.updates[op] for name, op in self._trained_variables().items()}
        self.raw_gradients = self._gradients.raw(
            updates, lambda fetches: self._session.run(fetches, feed)
        )
        self.updates_apart = len(self.raw_gradients) == len(self.trained)

    def computed_in_step(self, state: State, batch: Batch) -> list[float]:
        return single(self.fetch(state, batch, self._numbers_of_rules))

    def computed_in_update(self, state: State, gradients: State) -> list[float]:
        return single(self.fetch_of_update(state, self._by_name(gradients), self._numbers_of_rules))

    @property
    def _numbers_of_rules(self) -> list[tf.Tensor]:
        return [tensor for update in self.updates.values() for tensor in update.numbers.values()]

    @property
    def rows_of_gradients(self) -> dict[str, tf.IndexedSlices]:
        """The gradients, by parameter, that are of some rows only, as of an embedding."""
        return self._gradients.sparse

    def update(self, state: State, gradients: State) -> State:
        return self.update_fed(state, self._by_name(gradients), {})

    def _by_name(self, gradients: State) -> Arrays:
        names = self._named_by_variable
        return {names.get(key, str(key)): value for key, value in gradients.items()}

    @property
    def _named_by_variable(self) -> dict[Any, str]:
        return {variable: name for name, variable in self.parameters.items()}

    def update_fed(self, state: State, gradients: Arrays, fed: Mapping[tf.Tensor, Any]) -> State:
        """As `update`, with other tensors fed, too."""
        self._session.load(state)
        own = {self.raw_gradients[name]: value for name, value in gradients.items()}
        self._session.run(self._train, {**self._usual_feed, **own, **fed})
        return self._session.state()

    def fetch_of_update(self, state: State, gradients: Arrays, fetches: Any) -> Any:
        """Tensors of an update that is not taken."""
        self._session.load(state)
        own = {self.raw_gradients[name]: value for name, value in gradients.items()}
        return self._session.run(fetches, {**self._usual_feed, **own})

    @property
    def changes_gradients(self) -> bool:
        """Whether a step does something to a gradient, such as clipping, before the update."""
        reaching = {n: self.updates[self.parameters[n]].gradient for n in self.raw_gradients}
        return any(
            tensor is None
            or flow.source(tensor, "Reshape").name
            != flow.source(self.raw_gradients[name], "Reshape").name
            for name, tensor in reaching.items()
        )

    def fetch(
        self, state: State, batch: Batch, tensor: Any, fed: Mapping[tf.Tensor, Any] | None = None
    ) -> Any:
        """A tensor of a step that is not taken, or a nest of tensors, with some of them fed."""
        self._session.load(state)
        return self._session.run(tensor, {**self._fed(batch), **(fed or {})})

    def handed(self, parameter: str, values: Values) -> Array | None:
        """The gradient of a variable."""
        name = self._named_by_variable.get(parameter, parameter)
        return values.tensors.get(f"gradient {name}")

    def rule(self) -> dict[str, Any]:
        return rule_of(self.updates.values())

    @functools.cached_property
    def numbers_of_update(self) -> dict[tf.Tensor, Array]:
        """The scalar constants that the update depends on and the loss does not."""
        if self._train is None or self.loss is None:
            return {}
        return constants_of(self._train, self._all_losses)

    def powers_at(self, state: State) -> dict[tf.Tensor, Array]:
        """The powers that an update computes of what a state has counted."""
        self._session.load(state)
        powers = self._powers
        return dict(zip(powers, self._session.run(powers, self._usual_feed), strict=True))

    @functools.cached_property
    def _powers(self) -> list[tf.Tensor]:
        return [] if self._train is None else powers_of(self._train, self._all_losses)
