"""A TensorFlow 1 graph in a session, with names for what a comparison feeds and fetches."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Self

import numpy as np
import tensorflow.compat.v1 as tf
from numpy.typing import NDArray

from legacy_cnn.errors import GraphError, ParityError
from legacy_cnn.parity.arrays import Arrays
from legacy_cnn.parity.names import GraphNames
from legacy_cnn.parity.updates import RULES, Update, updates_of
from legacy_cnn.programs.session import GraphSession

#: A keep probability.
Probability = float | np.float32

#: Dropout noise for an element that is kept, and for one that is dropped: an element is kept if its
#: noise is at least 1 - keep probability.
KEEP, DROP = np.float32(1 - 2**-24), np.float32(0)


class NamedGraph:
    """A graph with its names in a session; a context manager."""

    def __init__(
        self,
        name: str,
        graph: tf.Graph,
        names: GraphNames,
        threads: int,
        restore: Callable[[tf.Session], object] | None = None,
    ) -> None:
        """Opens a session and initialises the variables.

        Args:
          name: the name of the graph in the report.
          graph: a `tf.Graph`; gradients are added to it, its own operations stay as they are.
          names: its names.
          threads: intra-op and inter-op threads; 0 leaves them to TensorFlow.
          restore: called with the session to initialise the variables; None runs the initialisers
            of the graph.

        Raises:
          ParityError: the graph has no tensor, operation or variable of one of the names.
        """
        self.name, self.names, self.graph = name, names, graph
        self._session = GraphSession(graph, intra_threads=threads, inter_threads=threads)
        self.layers = {layer: self.tensor(tensor) for layer, tensor in names.layers.items()}
        self.loss = self.tensor(names.loss) if names.loss else None
        self._check_parameters()
        self.updates = self._find_updates()
        self._gradients = self._add_gradients()
        if restore:
            restore(self._session.session)
        else:
            self._session.initialise()
        self.beginning = self.state()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._session.close()

    @property
    def input_shape(self) -> tuple[int | None, ...]:
        """The shape of a batch of images; None is an unknown size."""
        return tuple(self.tensor(self.names.images).shape.as_list())

    def shapes(self) -> dict[str, tuple[int | None, ...]]:
        """Returns the shape of each parameter."""
        shapes = self._session.shapes()
        return {name: shapes[op] or () for name, op in self.names.parameters.items()}

    def tensor(self, name: str) -> tf.Tensor:
        """Returns the tensor of that name, with or without ":0"."""
        try:
            return self._session.tensor(name)
        except GraphError as error:
            raise self._named(error) from error

    def state(self) -> Arrays:
        """Returns the values of all variables, by the names of their operations."""
        return self._session.state()

    def load(self, state: Mapping[str, Any]) -> None:
        """Sets some or all of the variables that `state` returns."""
        self._session.load(state)

    def begin(self, weights: Mapping[str, Any]) -> None:
        """Sets the weights, and all other variables to their initial values."""
        variables = {self.names.parameters[name]: value for name, value in weights.items()}
        self.load({**self.beginning, **variables})

    def weights(self, state: Arrays | None = None) -> Arrays:
        """Returns the values of the parameters, now or in a `state`."""
        values = state or self.state()
        return {name: values[op] for name, op in self.names.parameters.items()}

    def slots(self, state: Arrays) -> dict[tuple[str, str], NDArray[Any]]:
        """Returns the value of each (slot, parameter) in a `state`."""
        return {key: state[variable] for key, variable in self.slot_variables().items()}

    def slot_variables(self) -> dict[tuple[str, str], str]:
        """Returns the name of the variable of each (slot, parameter)."""
        return {
            (slot, name): variable
            for name, update in self.updates.items()
            for slot, variable in update.slots.items()
        }

    def forward(
        self,
        images: NDArray[np.float32],
        keep_prob: Probability = 1.0,
        mask: NDArray[np.bool_] | None = None,
        override: Mapping[str, Any] | None = None,
        only: Iterable[str] | None = None,
    ) -> Arrays:
        """Computes layers for a batch.

        Args:
          images: float32 `(N, ...)`.
          keep_prob: keep probability.
          mask: which elements dropout keeps; None leaves it to the graph.
          override: dict from a layer to the value to use in its place.
          only: names of layers to compute; None is all.

        Returns:
          Dict from each layer to its value.
        """
        fetches = {name: self.layers[name] for name in only or self.layers}
        return self._run(fetches, self._feed(images, None, keep_prob, mask, override))

    def before_relu(
        self,
        images: NDArray[np.float32],
        keep_prob: Probability = 1.0,
        mask: NDArray[np.bool_] | None = None,
        override: Mapping[str, Any] | None = None,
        only: Iterable[str] = (),
    ) -> Arrays:
        """Like `forward`, but before the relu; layers without a relu are left out."""
        relus = [name for name in only if self.layers[name].op.type == "Relu"]
        fetches = {name: self.layers[name].op.inputs[0] for name in relus}
        return self._run(fetches, self._feed(images, None, keep_prob, mask, override))

    def cost(
        self,
        images: NDArray[np.float32],
        labels: NDArray[Any],
        keep_prob: Probability,
        mask: NDArray[np.bool_] | None,
        override: Mapping[str, Any] | None = None,
    ) -> Any:
        """Computes the loss of a batch; `labels` are one-hot, the rest is as for `forward`."""
        return self._run(self.loss, self._feed(images, labels, keep_prob, mask, override))

    def backward(
        self,
        images: NDArray[np.float32],
        labels: NDArray[Any],
        keep_prob: Probability,
        mask: NDArray[np.bool_] | None,
        override: Mapping[str, Any] | None,
        upstream: Mapping[str, Any] | None = None,
    ) -> tuple[Arrays, Arrays]:
        """Computes the gradients of the loss.

        Args:
          images, labels, keep_prob, mask: as for `forward` and `cost`.
          override: dict from a layer to the value to use in its place.
          upstream: dict from a layer to the gradient to use in place of the one of that layer.

        Returns:
          Two dicts: from each layer, and from each parameter, to the gradient with respect to it.
        """
        feed = self._feed(images, labels, keep_prob, mask, override)
        for name, value in (upstream or {}).items():
            feed[self._gradients[0][name]] = value
        layers, parameters = self._run(self._gradients, feed)
        return layers, parameters

    def apply(self, gradients: Mapping[str, Any]) -> None:
        """Updates the parameters once, with the given gradients."""
        feed = {self.updates[name].gradient: value for name, value in gradients.items()}
        self._run(self._train, feed)

    def rule(self) -> dict[str, Any]:
        """Returns the name of the optimizer as "optimizer", and its numbers by Keras' names."""
        update = next(iter(self.updates.values()))
        return {"optimizer": update.optimizer, **self._run(update.numbers)}

    def skip_to(self, step: int) -> None:
        """Sets the step count of the optimizer, by the powers of its betas."""
        powers = {op: beta for each in self.updates.values() for op, beta in each.powers.items()}
        betas = self._run(powers)
        # Multiplied one by one in float32, as the graph does it.
        self.load(
            {
                variable: np.multiply.reduce(np.full(step + 1, beta, np.float32))
                for variable, beta in betas.items()
            }
        )

    def step(
        self,
        images: NDArray[np.float32],
        labels: NDArray[Any],
        keep_prob: Probability,
        mask: NDArray[np.bool_] | None,
    ) -> Any:
        """Takes one training step; returns the loss before it."""
        feed = self._feed(images, labels, keep_prob, mask, None)
        return self._run([self._train, self.loss], feed)[1]

    def _run(self, fetches: Any, feed: Mapping[Any, Any] | None = None) -> Any:
        return self._session.run(fetches, feed)

    def _feed(
        self,
        images: NDArray[np.float32],
        labels: NDArray[Any] | None,
        keep_prob: Probability,
        mask: NDArray[np.bool_] | None,
        override: Mapping[str, Any] | None,
    ) -> dict[tf.Tensor, Any]:
        names = self.names
        feed: dict[tf.Tensor, Any] = {self.tensor(names.images): images}
        if names.labels and labels is not None:
            feed[self.tensor(names.labels)] = labels
        if names.keep_prob:
            feed[self.tensor(names.keep_prob)] = keep_prob
        if names.noise and mask is not None:
            feed[self.tensor(names.noise)] = np.where(mask, KEEP, DROP)
        feed.update({self.layers[name]: value for name, value in (override or {}).items()})
        return feed

    def _named(self, error: GraphError) -> ParityError:
        """The error of a session, with the name of the graph in it."""
        return ParityError(str(error).replace("The graph", f"The graph of {self.name}", 1))

    def _check_parameters(self) -> None:
        for op in self.names.parameters.values():
            if op not in self._session.variables:
                raise ParityError(
                    f"The graph of {self.name} has no variable {op}; it has "
                    f"{', '.join(self._session.variables) or 'no variables'}."
                )

    @property
    def _train(self) -> tf.Operation:
        return self._session.operation(self.names.train or "")

    def _find_updates(self) -> dict[str, Update]:
        """How each parameter is updated; empty if the names name no training operation."""
        if not self.names.train:
            return {}
        try:
            updates = updates_of(self._train, self.names.parameters)
        except GraphError as error:
            raise self._named(error) from error
        missing = [name for name in self.names.parameters if name not in updates]
        if missing:
            raise ParityError(
                f"{self.names.train} of {self.name} does not update {missing[0]} with one of "
                f'{", ".join(RULES)}; set "train" in its names to an operation that does, or to '
                f"null."
            )
        return {name: updates[name] for name in self.names.parameters}

    def _add_gradients(self) -> tuple[dict[str, tf.Tensor], dict[str, tf.Tensor]]:
        if self.loss is None:
            return {}, {}
        variables = self._session.variables
        parameters = {name: variables[op] for name, op in self.names.parameters.items()}
        sources = [*self.layers.values(), *(op.outputs[0] for op in parameters.values())]
        with self.graph.as_default():
            gradients = tf.gradients(self.loss, sources)
        for name, gradient in zip([*self.layers, *parameters], gradients, strict=True):
            if gradient is None:
                raise ParityError(f"The loss of {self.name} does not depend on {name}.")
        split = len(self.layers)
        return (
            dict(zip(self.layers, gradients[:split], strict=True)),
            dict(zip(parameters, gradients[split:], strict=True)),
        )
