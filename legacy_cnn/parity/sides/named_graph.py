"""A TensorFlow 1 graph with its names in a session: what it has, and the ways through it."""

import dataclasses
import functools
from collections.abc import Callable, Mapping
from typing import Any, Self

import numpy as np
import tensorflow.compat.v1 as tf

from legacy_cnn.errors import GraphError, ParityError
from legacy_cnn.parity.arrays import Array
from legacy_cnn.parity.names import GraphNames, check_variables, listed
from legacy_cnn.parity.sides import flow, graph_noise, random_numbers
from legacy_cnn.parity.sides.dropouts import Dropout
from legacy_cnn.parity.sides.feeds import Feeds
from legacy_cnn.parity.sides.gradients import Gradients
from legacy_cnn.parity.sides.graph_variables import slots_of
from legacy_cnn.parity.sides.layers import Layers
from legacy_cnn.parity.sides.side import Batch, Part, Side, State
from legacy_cnn.parity.sides.stages import whole
from legacy_cnn.parity.updates import closure, updates_of
from legacy_cnn.programs.permitted import NO_LIMITS, Limits
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
        limits: Limits = NO_LIMITS,
    ) -> None:
        """Opens a session and initialises the variables.

        Args:
          name: the name of the graph in the report.
          graph: a `tf.Graph`; gradients are added to it, its own operations stay as they are.
          names: its names.
          keep_prob: keep probability in training, for the placeholder that the names give.
          threads: intra-op and inter-op threads; 0 leaves them to TensorFlow.
          restore: called with the session after the initialisers of the graph, to assign variables.
          limits: what its runs may take.

        Raises:
          ParityError: the graph has no tensor, operation or variable of one of the names.
        """
        self.name, self.names, self.graph = name, names, graph
        self._first_names = names
        self._session = GraphSession(
            graph,
            intra_threads=threads,
            inter_threads=threads,
            limits=limits,
        )
        self.parameters = names.parameters
        self.layers = self._named_layers()
        #: Name of a layer -> the tensors that were joined to it, and along which axis.
        self.parts_of: dict[str, tuple[list[tf.Tensor], int]] = {}
        self.shifts: dict[str, Array] = {}  #: what the candidate's variables have more
        self.data = ""  #: how its batches were drawn, if they were
        self.recorded: Any = None  #: what a trace gave; see `recorded.Recorded`
        self.loss = self.tensor(names.loss) if names.loss else None
        self.feeds = self._named_feeds(self._find_switches(keep_prob))
        check_variables(self.parameters, self._session.variables, name)
        #: What a step runs one after another, each in a run of its own.
        self.stages = [self._operation(train) for train in listed(names.train)]
        self._train = whole(self.stages)
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
        self.is_trained = False  #: whether its weights are those of a checkpoint
        self._untrained = self._session.state() if restore else {}
        if restore:
            restore(self._session.session)
        self._beginning = self._session.state()
        if not self.drawn_again(self.parameters):
            self.missing["initial"] = f"{self.name} has no initializers"

    def begin_training_anew(self) -> None:
        """Sets slots, and what counts steps, to what they begin with: not as a checkpoint has them.

        A port has the trained weights, but not the optimizer that has trained them. A script may
        have set a rate that no step changes, which stays.
        """
        self.is_trained = self.is_restored
        ends = [*self.layers.values(), *([] if self.loss is None else [self.loss])]
        computed = {op.name for op in closure(tensor.op for tensor in ends)}
        needed = {*computed, *self.parameters.values()}
        slots = set(self.slots.values())
        for key, value in self._untrained.items():
            is_number = not np.ndim(value) and (self.recorded is None or key in self.updates)
            if key not in needed and (key in slots or is_number):
                self._beginning[key] = value

    def goes_on(self) -> bool:
        """Whether a script's first step is not the first that its optimizer takes."""
        return any(
            not np.array_equal(self._beginning[slot], self._untrained[slot])
            for slot in self.slots.values()
            if slot in self._untrained
        )

    def reset(self) -> None:
        """Forgets what a comparison with another candidate has found: its output, its shifts."""
        self.names = self._first_names
        self.layers = self._named_layers()
        self.feeds = self._named_feeds(self.feeds.switches)
        self.shifts, self.moving = {}, []
        self.__dict__.pop("forward_operations", None)

    def _named_layers(self) -> Layers:
        return Layers({name: self.tensor(one) for name, one in self.names.layers.items()})

    def _named_feeds(self, switches: Mapping[tf.Tensor, tuple[Any, Any]]) -> Feeds:
        inputs, targets = self._tensors(self.names.images), self._tensors(self.names.labels)
        return Feeds(inputs, targets, switches)

    def take_labels_as_inputs(self) -> None:
        """Takes all data as inputs, in the order in which the graph has them."""
        fed = {tensor.name for tensor in (*self.inputs, *self.targets)}
        tensors = [t for op in self.graph.get_operations() for t in op.outputs]
        ordered = [tensor for tensor in tensors if tensor.name in fed]
        self.feeds = Feeds(ordered, [], self.feeds.switches)
        self.__dict__.pop("forward_operations", None)

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
        return self.layers.output

    def set_output(self, tensor: tf.Tensor, keeps_layers: bool = True) -> None:
        """Makes a tensor the last layer, after all others or after those that it needs."""
        self.layers = self.layers.ending_in(tensor, keeps_layers)
        names = {name: layer.name for name, layer in self.layers.items()}
        self.names = dataclasses.replace(self.names, layers=names)
        self.__dict__.pop("forward_operations", None)

    def joined(self, tensors: list[tf.Tensor], axis: int) -> tf.Tensor:
        """Tensors side by side, along an axis, as a new one of the graph."""
        with self.graph.as_default():
            whole = tf.concat(tensors, axis)
        self.parts_of[whole.op.name] = tensors, axis
        return whole

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

    def tensors(self) -> list[tf.Tensor]:
        """All that can be fetched."""
        return self._session.tensors()

    @functools.cached_property
    def forward_operations(self) -> list[tf.Operation]:
        """What computes the loss, or the last layer where there is none, in order."""
        ends = [*self.layers.values(), *self._all_losses]
        operations = flow.computed(flow.between([*self.inputs, *self._handles()], ends))
        fetchable = {tensor.op.name for tensor in self.tensors()}
        return [op for op in operations if op.name in fetchable]

    @functools.cached_property
    def drawn(self) -> list[tf.Tensor]:
        """What the random operations before the loss draw, in order."""
        ends = self._all_losses or list(self.layers.values())[-1:]
        return graph_noise.drawn(self.graph, self._session.random_tensors(), ends)

    def batch(self, images: Array, labels: Array) -> Batch:
        """A batch without noise."""
        parts = self.feeds.pieces()
        classes = self.output.shape.as_list()[-1] if self.output.shape.rank else None
        return Batch(images, labels, (), *parts, classes, bool(self.targets))

    def draw(self, images: Array, labels: Array, generator: np.random.Generator) -> Batch:
        """A batch with noise for each random operation."""
        batch = self.batch(images, labels)
        feed = self.feeds.of(images, labels, training=True)
        shapes = random_numbers.shapes(
            self.drawn, lambda drawn: self._session.run(drawn, feed), len(images)
        )
        self.drawn = list(shapes)  # without those of a branch that is not taken
        noise = [random_numbers.draw(one, shape, generator) for one, shape in shapes.items()]
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

    def drawn_again(self, variables: Mapping[Any, str]) -> dict[Any, Array]:
        """A draw of the first values of some variables, by their keys.

        Those without an initializer are left out.
        """
        values = self._session.initial_values(variables.values())
        return {key: values[op] for key, op in variables.items() if op in values}

    # Ways through the graph -----------------------------------------------------------------

    @functools.cached_property
    def dropouts(self) -> list[Dropout | None]:
        """For each random operation where it drops units; None where it does something else."""
        ends = self._all_losses or list(self.layers.values())[-1:]
        beginnings = [*self.inputs, *self._handles()]
        return graph_noise.dropouts(self.drawn, beginnings, ends)

    # Parts ------------------------------------------------------------------------------------

    def _forward_tensors(self, labels: bool) -> list[tf.Tensor]:
        tensors = [t for op in self.forward_operations for t in op.outputs]
        tensors = [t for t in tensors if t.dtype.base_dtype.is_floating]
        if labels:
            return tensors
        needed = {op.name for op in closure(t.op for t in self.layers.values())}
        return [t for t in tensors if t.op.name in needed]

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

    def _operation(self, name: str) -> tf.Operation:
        try:
            return self._session.operation(name)
        except GraphError as error:
            raise self._named(error) from error

    def _named(self, error: GraphError) -> ParityError:
        return ParityError(f"{self.name}: {error}")

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
