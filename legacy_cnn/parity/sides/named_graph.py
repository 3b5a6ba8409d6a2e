"""A TensorFlow 1 graph with its names in a session: what it has, and the ways through it."""

import dataclasses
import functools
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Self

import numpy as np
import tensorflow.compat.v1 as tf

from legacy_cnn.errors import GraphError, ParityError
from legacy_cnn.parity.arrays import Array, Arrays
from legacy_cnn.parity.branches import between_switch_and_merge
from legacy_cnn.parity.names import GraphNames, listed
from legacy_cnn.parity.sides import flow, random_numbers
from legacy_cnn.parity.sides.dropouts import Dropout, dropout_of
from legacy_cnn.parity.sides.feeds import Feeds
from legacy_cnn.parity.sides.gradients import Gradients
from legacy_cnn.parity.sides.graph_variables import slots_of
from legacy_cnn.parity.sides.side import Batch, Part, Side, State
from legacy_cnn.parity.updates import closure, updates_of
from legacy_cnn.programs.session import GraphSession

#: Restores the variables of a graph in a session.
Restore = Callable[[tf.Session], object]


class NamedGraph(Side):
    """A graph with its names in a session; a context manager. See `GraphSide`."""

    def __init__(
        self,
        name: str,
        graph: tf.Graph,
        names: GraphNames,
        keep_prob: float = 1.0,
        threads: int = 0,
        restore: Restore | None = None,
    ) -> None:
        """Opens a session and initialises the variables.

        Args:
          name: the name of the graph in the report.
          graph: a `tf.Graph`; gradients are added to it, its own operations stay as they are.
          names: its names.
          keep_prob: keep probability in training, for the placeholder that the names give.
          threads: intra-op and inter-op threads; 0 leaves them to TensorFlow.
          restore: called with the session after the initialisers of the graph, to assign variables.

        Raises:
          ParityError: the graph has no tensor, operation or variable of one of the names.
        """
        self.name, self.names, self.graph = name, names, graph
        self._first_names = names
        self._session = GraphSession(graph, intra_threads=threads, inter_threads=threads)
        self.parameters = names.parameters
        self.layers = {layer: self.tensor(tensor) for layer, tensor in names.layers.items()}
        self.shifts: dict[str, Array] = {}  #: what the candidate's variables have more
        self.data = ""  #: how its batches were drawn, if they were
        self.recorded: Any = None  #: what a trace gave; see `recorded.Recorded`
        self.loss = self.tensor(names.loss) if names.loss else None
        self._switches = self._find_switches(keep_prob)
        self.feeds = self._named_feeds()
        self._check_parameters()
        #: What a step runs one after another, each in a run of its own.
        self.stages = [self._operation(train) for train in listed(names.train)]
        self._train = self._whole_step()
        self.updates = updates_of(self._train) if self._train else {}
        self._check_updates()
        self.slots = slots_of(self.parameters, self.updates)
        self.missing = self._find_missing()
        self._losses = self._find_losses()
        self._gradients = Gradients(name, self._losses, self._handles_of_trained())
        self.raw_gradients: dict[str, tf.Tensor] = {}
        self._usual_feed: dict[tf.Tensor, Any] = {}
        self.moving: list[str] = []  #: other variables that a step changes; see `find_moving`
        self._session.initialise()
        self.is_restored = restore is not None  #: from a checkpoint, or a trace
        if restore:
            restore(self._session.session)
        self._beginning = self._session.state()
        if not self.first_parameters(list(self.parameters)):
            self.missing["initial"] = f"{self.name} has no initializers"

    def reset(self) -> None:
        """Forgets what a comparison with another candidate has found: its output, its shifts."""
        self.names = self._first_names
        layers = self.names.layers.items()
        self.layers = {layer: self.tensor(tensor) for layer, tensor in layers}
        self.feeds = self._named_feeds()
        self.shifts, self.moving = {}, []
        self._forget_layers()

    def _named_feeds(self) -> Feeds:
        inputs, targets = self._tensors(self.names.images), self._tensors(self.names.labels)
        return Feeds(inputs, targets, self._switches)

    def take_labels_as_inputs(self) -> None:
        """Takes all data as inputs, in the order in which the graph has them."""
        fed = {tensor.name for tensor in (*self.inputs, *self.targets)}
        tensors = [t for op in self.graph.get_operations() for t in op.outputs]
        ordered = [tensor for tensor in tensors if tensor.name in fed]
        self.feeds = Feeds(ordered, [], self._switches)
        self._forget_layers()

    def _forget_layers(self) -> None:
        for cached in ("forward_operations", "_dependents"):
            self.__dict__.pop(cached, None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        self._session.close()

    # What it has ------------------------------------------------------------------------------

    @property
    def inputs(self) -> list[tf.Tensor]:
        """What a batch of images is fed to."""
        return self.feeds.inputs

    @property
    def targets(self) -> list[tf.Tensor]:
        """What labels are fed to."""
        return self.feeds.targets

    @property
    def input_shape(self) -> tuple[int | None, ...] | None:
        """The shape of a batch of the first input; None is an unknown size or number of axes."""
        shape = self.inputs[0].shape
        return None if shape.rank is None else tuple(shape.as_list())

    @property
    def output(self) -> tf.Tensor:
        """The last layer."""
        return self._output

    def after_output(self) -> list[tf.Tensor]:
        """What is computed of the last layer without labels."""
        after = flow.between([self._output], self._session.tensors())
        tensors = [t for op in after if self.graph.is_fetchable(op) for t in op.outputs]
        return self._without_labels([t for t in tensors if t.op is not self._output.op])

    def _without_labels(self, tensors: list[tf.Tensor]) -> list[tf.Tensor]:
        """The floats among some tensors that no labels are needed for."""
        targets = {tensor.op.name for tensor in self.targets}
        return [
            tensor
            for tensor in tensors
            if tensor.dtype.base_dtype.is_floating
            and not targets & {one.name for one in closure([tensor.op])}
        ]

    def forward_tensors(self) -> list[tf.Tensor]:
        """The floats that are computed without labels."""
        return self._without_labels(self._forward_tensors(True))

    def chosen_by_switch(self) -> list[tf.Tensor]:
        """What a switch that the last layer does not depend on chooses of that layer.

        So averages of weights are evaluated and the weights themselves are trained.
        """
        needed = {op.name for op in closure([self._output.op])}
        idle = {switch.op.name for switch in self.feeds.switches} - needed
        return [
            tensor
            for tensor in self.after_output()
            if tensor.op.type in ("Select", "SelectV2", "Merge", "If", "StatelessIf")
            and idle & {op.name for op in closure([tensor.op.inputs[0].op])}
            and tensor.shape.is_compatible_with(self._output.shape)
        ]

    def set_output(self, tensor: tf.Tensor, keeps_layers: bool = True) -> None:
        """Makes a tensor the last layer, after all others or after those that it needs."""
        needed = {op.name for op in closure([tensor.op])}
        layers = {
            name: layer
            for name, layer in self.layers.items()
            if (keeps_layers or layer.op.name in needed) and layer is not tensor
        }
        self.layers = {**layers, self._called(tensor): tensor}
        names = {name: layer.name for name, layer in self.layers.items()}
        self.names = dataclasses.replace(self.names, layers=names)
        self._forget_layers()

    def _called(self, tensor: tf.Tensor) -> str:
        """The name of a new last layer; what a gradient computes has none of the user's."""
        if tensor.op.name.startswith("gradients"):
            return f"{tensor.op.type} of {self.names.output}"
        return tensor.op.name

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """The shape of each parameter."""
        return {name: self._beginning[op].shape for name, op in self.parameters.items()}

    def tensor(self, name: str) -> tf.Tensor:
        """The tensor of that name, with or without ":0"."""
        try:
            return self._session.tensor(name)
        except GraphError as error:
            raise self._named(error) from error

    def _tensors(self, names: Any) -> list[tf.Tensor]:
        return [self.tensor(name) for name in listed(names)]

    @functools.cached_property
    def forward_operations(self) -> list[tf.Operation]:
        """What computes the loss, or the last layer where there is none, in order."""
        ends = [*self.layers.values(), *self._all_losses]
        operations = flow.computed(flow.between([*self.inputs, *self._handles()], ends))
        return _fetchable(operations, self._session.tensors())

    @functools.cached_property
    def drawn(self) -> list[tf.Tensor]:
        """What the random operations before the loss draw, in order."""
        ends = self._all_losses or list(self.layers.values())[-1:]
        needed = {op.name for op in closure(tensor.op for tensor in ends)}
        inside = between_switch_and_merge(self.graph)
        feedable = [tensor for tensor in inside if self.graph.is_feedable(tensor)]
        tensors = [*self._session.random_tensors(), *feedable]
        return [tensor for tensor in tensors if tensor.op.name in needed]

    def batch(self, images: Array, labels: Array) -> Batch:
        """A batch without noise."""
        parts = self.feeds.pieces()
        classes = self._output.shape.as_list()[-1] if self._output.shape.rank else None
        return Batch(images, labels, (), *parts, classes)

    def draw(self, images: Array, labels: Array, generator: np.random.Generator) -> Batch:
        """A batch with noise for each random operation."""
        batch = self.batch(images, labels)
        feed = self.feeds.of(images, labels, training=True)
        shapes = self._sizes(feed)
        noise = [
            random_numbers.draw(tensor, shape, generator)
            for tensor, shape in zip(self.drawn, shapes, strict=True)
        ]
        return dataclasses.replace(batch, noise=tuple(noise))

    @property
    def other_losses(self) -> list[str]:
        """The names, in `named_values`, of further losses that some parameters are trained by."""
        return [f"loss {tensor.op.name}" for tensor in self._all_losses[1:]]

    @functools.cached_property
    def _all_losses(self) -> list[tf.Tensor]:
        first = [] if self.loss is None else [self.loss]
        others = {tensor.name: tensor for tensor in [*first, *self._losses.values()]}
        return list(others.values())

    def _find_losses(self) -> dict[str, tf.Tensor]:
        """Parameter -> the loss that it is trained by."""
        if self.loss is None:
            return {}
        known = {variable: self.tensor(loss) for variable, loss in self.names.losses.items()}
        return {name: known.get(op, self.loss) for name, op in self._trained_variables().items()}

    @property
    def trained(self) -> list[str]:
        """The parameters that a step updates."""
        return [name for name, op in self.parameters.items() if op in self.updates]

    def beginning(self) -> State:
        return dict(self._beginning)

    def first_parameters(self, names: list[str]) -> Arrays:
        """A draw of the first values of some parameters; only of those with an initializer."""
        values = self._session.initial_values(self.parameters[name] for name in names)
        return {n: values[self.parameters[n]] for n in names if self.parameters[n] in values}

    def first_slots(self, keys: list[tuple[str, str]]) -> dict[tuple[str, str], Array]:
        """The first values of some slots, likewise."""
        variables = {key: self.slots.get(key, key[1]) for key in keys}
        values = self._session.initial_values(variables.values())
        return {key: values[op] for key, op in variables.items() if op in values}

    # Ways through the graph -----------------------------------------------------------------

    @functools.cached_property
    def _dependents(self) -> dict[str, set[str]]:
        ends = {name: {o.name for o in closure([t.op])} for name, t in self.layers.items()}
        return {
            name: {other for other, needed in ends.items() if tensor.op.name in needed} - {name}
            for name, tensor in self.layers.items()
        }

    def dependents(self, layer: str) -> set[str]:
        """The named layers that are computed from one."""
        return self._dependents.get(layer, set(self.layers))

    @functools.cached_property
    def dropouts(self) -> list[Dropout | None]:
        """For each random operation where it drops units; None where it does something else."""
        ends = self._all_losses or list(self.layers.values())[-1:]
        operations = flow.between([*self.inputs, *self._handles()], ends)
        return [dropout_of(tensor, operations) for tensor in self.drawn]

    def layer_of(self, tensor: tf.Tensor) -> str:
        """The named layer that a tensor is, or its own name."""
        names = {layer.name: name for name, layer in self.layers.items()}
        return names.get(tensor.name, tensor.op.name)

    # Parts ------------------------------------------------------------------------------------

    @property
    def _output(self) -> tf.Tensor:
        return self.layers[self.names.output]

    def _forward_tensors(self, labels: bool) -> list[tf.Tensor]:
        tensors = [t for op in self.forward_operations for t in op.outputs]
        tensors = [t for t in tensors if t.dtype.base_dtype.is_floating]
        if labels:
            return tensors
        needed = {op.name for op in closure(t.op for t in self.layers.values())}
        return [t for t in tensors if t.op.name in needed]

    def _value(self, tensor: tf.Tensor, values: Arrays, feed: Mapping[Any, Any]) -> Array | None:
        return values.get(tensor.name, feed.get(tensor))

    def _handles(self) -> list[tf.Tensor]:
        return [self._session.variables[op].outputs[0] for op in self.parameters.values()]

    def _find_switches(self, keep_prob: float) -> dict[tf.Tensor, tuple[Any, Any]]:
        """Placeholder -> what it is fed in training, and otherwise."""
        feeds = {self.tensor(name): values for name, values in self.names.feeds.items()}
        if self.names.keep_prob:
            feeds[self.tensor(self.names.keep_prob)] = (keep_prob, 1.0)
        return {tensor: (pair[0], pair[1]) for tensor, pair in feeds.items()}

    def _fed(self, batch: Batch, training: bool = True) -> dict[tf.Tensor, Any]:
        noise = dict(zip(self.drawn, batch.noise, strict=False))
        return self.feeds.of(batch.images, batch.labels, noise, training)

    def _trained_variables(self) -> dict[str, str]:
        """Parameter -> variable, of those that the graph trains; of all if it trains none."""
        return {
            n: op for n, op in self.parameters.items() if not self.updates or op in self.updates
        }

    def _handles_of_trained(self) -> dict[str, tf.Tensor]:
        variables = self._session.variables
        return {n: variables[op].outputs[0] for n, op in self._trained_variables().items()}

    def _sizes(self, feed: Mapping[Any, Any]) -> list[tuple[int, ...]]:
        """The shapes of what is drawn; forgets what a branch draws that is not taken."""
        try:
            values = self._session.run(self.drawn, feed)
        except tf.errors.InvalidArgumentError:
            self.drawn = [tensor for tensor in self.drawn if self._is_taken(tensor, feed)]
            values = self._session.run(self.drawn, feed)
        return [np.shape(value) for value in values]

    def _is_taken(self, tensor: tf.Tensor, feed: Mapping[Any, Any]) -> bool:
        try:
            self._session.run(tensor, feed)
        except tf.errors.InvalidArgumentError:
            return False
        return True

    def _operation(self, name: str) -> tf.Operation:
        try:
            return self._session.operation(name)
        except GraphError as error:
            raise self._named(error) from error

    def _whole_step(self) -> tf.Operation | None:
        """All stages of a step as one operation."""
        if len(self.stages) < 2:
            return next(iter(self.stages), None)
        with self.graph.as_default(), tf.control_dependencies(None):
            return tf.group(*self.stages, name="all_stages")

    def _named(self, error: GraphError) -> ParityError:
        return ParityError(f"{self.name}: {error}")

    def _check_parameters(self) -> None:
        for name, variable in self.parameters.items():
            if variable not in self._session.variables:
                known = ", ".join(self._session.variables)
                raise ParityError(
                    f"{self.name} has no variable {variable} for {name}; it has {known}."
                )

    def _check_updates(self) -> None:
        assigned = self.trained
        if self._train is not None and not assigned:
            raise ParityError(
                f"{', '.join(listed(self.names.train))} of {self.name} updates none of the "
                f'parameters; set "train" in its names to an operation that does, or to null.'
            )

    def _find_missing(self) -> dict[Part, str]:
        missing: dict[Part, str] = {}
        if self.loss is None:
            missing["loss"] = f"{self.name} has no loss"
        if self._train is None:
            missing["optimizer"] = f"{self.name} has no optimizer"
        return missing


def _fetchable(operations: Iterable[tf.Operation], tensors: Iterable[tf.Tensor]) -> list[Any]:
    names = {tensor.op.name for tensor in tensors}
    return [op for op in operations if op.name in names]
