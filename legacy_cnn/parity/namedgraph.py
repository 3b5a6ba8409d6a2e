"""A TensorFlow 1 graph in a session, with names for what a comparison feeds and fetches."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Self

import numpy as np
import tensorflow.compat.v1 as tf
from numpy.typing import NDArray

from legacy_cnn.errors import GraphError, ParityError
from legacy_cnn.parity.names import GraphNames
from legacy_cnn.parity.updates import RULES, Update, updates_of
from legacy_cnn.programs.session import GraphSession

#: Arrays by name.
Arrays = dict[str, NDArray[Any]]

#: A keep probability.
Probability = float | np.float32

#: Fed as dropout noise for an element that is kept, and for one that is dropped: an element is
#: kept where its noise is at least 1 - keep probability.
KEEP, DROP = np.float32(1 - 2**-24), np.float32(0)


class NamedGraph:
    """A graph with its names, ready to compute; a context manager."""

    def __init__(
        self,
        name: str,
        graph: tf.Graph,
        names: GraphNames,
        threads: int,
        restore: Callable[[tf.Session], object] | None = None,
    ) -> None:
        """Opens a session and gives the variables their first values.

        Args:
          name: what the graph is called in the report.
          graph: a `tf.Graph`; gradients are added beside its own operations.
          names: its names.
          threads: of one operation and between operations; 0 leaves them to TensorFlow.
          restore: called with the session to give the variables their first values; None
            runs the initialisers of the graph's variables.

        Raises:
          ParityError: the graph lacks a tensor, operation or variable that is named.
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
        return tuple(self.tensor(self.names.images).shape.as_list())

    def shapes(self) -> dict[str, tuple[int | None, ...]]:
        """Dict from each parameter to its shape."""
        shapes = self._session.shapes()
        return {name: shapes[op] or () for name, op in self.names.parameters.items()}

    def tensor(self, name: str) -> tf.Tensor:
        """The tensor of that name, with or without ":0"."""
        try:
            return self._session.tensor(name)
        except GraphError as error:
            raise self._named(error) from error

    def state(self) -> Arrays:
        """The values of all variables of the graph, by operation."""
        return self._session.state()

    def load(self, state: Mapping[str, Any]) -> None:
        """Assigns some of what `state` returned."""
        self._session.load(state)

    def begin(self, weights: Mapping[str, Any]) -> None:
        """Sets the weights, and everything else to its beginning."""
        given = {self.names.parameters[name]: value for name, value in weights.items()}
        self.load({**self.beginning, **given})

    def weights(self, state: Arrays | None = None) -> Arrays:
        """The parameters' values, now or in a `state`."""
        values = state or self.state()
        return {name: values[op] for name, op in self.names.parameters.items()}

    def slots(self, state: Arrays) -> dict[tuple[str, str], NDArray[Any]]:
        """Dict from (slot, parameter) to its value in a `state`."""
        return {key: state[variable] for key, variable in self.slot_variables().items()}

    def slot_variables(self) -> dict[tuple[str, str], str]:
        """Dict from (slot, parameter) to the variable that holds it."""
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
          mask: which elements the dropout keeps; None leaves it to the graph.
          override: dict from a layer to a value to go on with in its place.
          only: names of layers to compute; None is all.
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
        """As `forward`, but before the relu; layers without one are left out."""
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
        """The loss of a batch; `labels` one-hot. The rest as for `forward`."""
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
          override: dict from a layer to the value to go back through in its place.
          upstream: dict from a layer to the gradient to go back from in its place.
          The rest as for `forward` and `cost`.

        Returns:
          Two dicts: from each layer, and from each parameter, to the gradient with respect to it.
        """
        feed = self._feed(images, labels, keep_prob, mask, override)
        for name, value in (upstream or {}).items():
            feed[self._gradients[0][name]] = value
        layers, parameters = self._run(self._gradients, feed)
        return layers, parameters

    def apply(self, gradients: Mapping[str, Any]) -> None:
        """Takes one update of the optimizer with the given gradients by parameter."""
        feed = {self.updates[name].gradient: value for name, value in gradients.items()}
        self._run(self._train, feed)

    def rule(self) -> dict[str, Any]:
        """The optimizer: its name, and its numbers under Keras' names."""
        update = next(iter(self.updates.values()))
        return {"optimizer": update.optimizer, **self._run(update.numbers)}

    def skip_to(self, step: int) -> None:
        """Sets what the optimizer counts to what it is after `step` steps."""
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
        """Takes one step of training; returns the loss before it."""
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
        """The error of a session with the graph's name in it."""
        return ParityError(str(error).replace("The graph", f"The graph of {self.name}", 1))

    def _check_parameters(self) -> None:
        for op in self.names.parameters.values():
            if op not in self._session.variables:
                raise ParityError(
                    f"The graph of {self.name} has no variable {op}; it has "
                    f"{', '.join(self._session.variables) or 'none'}."
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
                f"{', '.join(RULES)}; name the operation that does, or null, as "
                f'"train" among its names.'
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
                raise ParityError(f"The loss of {self.name} does not depend on its {name}.")
        split = len(self.layers)
        return (
            dict(zip(self.layers, gradients[:split], strict=True)),
            dict(zip(parameters, gradients[split:], strict=True)),
        )
