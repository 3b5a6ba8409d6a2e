"""A TensorFlow 1 graph in a session, of which any tensor is fed and fetched."""

from typing import NamedTuple

import numpy as np
import tensorflow.compat.v1 as tf

from legacy_cnn.errors import ParityError


class Rule(NamedTuple):
    """An operation that updates a variable: where among its inputs stands what."""

    optimizer: str  # what Keras calls it
    gradient: int
    slots: dict  # slot's name -> input
    numbers: dict  # Keras' name -> input
    powers: dict  # input of a power of a beta -> input of the beta


#: From TensorFlow's operation definitions (training_ops.cc).
RULES = {
    "ApplyAdam": Rule(
        "Adam", 9, {"m": 1, "v": 2},
        {"learning_rate": 5, "beta_1": 6, "beta_2": 7, "epsilon": 8}, {3: 6, 4: 7},
    ),
    "ApplyGradientDescent": Rule("SGD", 2, {}, {"learning_rate": 1}, {}),
}  # fmt: skip

#: Fed as dropout noise for an element that is kept, and for one that is dropped: an element is
#: kept where its noise is at least 1 - keep probability.
KEPT, DROPPED = np.float32(1 - 2**-24), np.float32(0)


class Update(NamedTuple):
    """How the graph updates a parameter."""

    gradient: tf.Tensor
    slots: dict  # slot's name -> variable operation
    optimizer: str
    numbers: dict  # Keras' name -> tensor
    powers: dict  # variable operation of a power of beta -> beta, a tensor


class GraphSession:
    """A graph with its names, ready to compute; a context manager."""

    def __init__(self, name, graph, names, threads, restore=None):
        """
        Args:
          name: what it is called in the report.
          graph: a `tf.Graph`; operations are added beside its own.
          names: its `GraphNames`.
          threads: of one operation and between operations; 0 is the process's own.
          restore: called with the session to give the variables their first values; None
            runs the initialisers of the graph's variables.

        Raises:
          ParityError: the graph has not what a name says.
        """
        self.name, self.names = name, names
        self.graph = graph
        self.layers = {name: self.tensor(each) for name, each in names.layers.items()}
        self.loss = names.loss and self.tensor(names.loss)
        self._variables = {op.name: op for op in graph.get_operations() if _is_variable(op)}
        self.parameters = {n: self._variable(each) for n, each in names.parameters.items()}
        self.updates = self._find_updates()
        with graph.as_default():
            self._values = {name: _read(op) for name, op in self._variables.items()}
            self._assignments = {name: _assign(op) for name, op in self._variables.items()}
            self._gradients = self._add_gradients()
            initialise = tf.global_variables_initializer()
        config = tf.ConfigProto(
            intra_op_parallelism_threads=threads, inter_op_parallelism_threads=threads
        )
        self._session = tf.Session(graph=graph, config=config)
        (restore or (lambda session: session.run(initialise)))(self._session)
        self.beginning = self.state()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self._session.close()

    @property
    def input_shape(self):
        return tuple(self.tensor(self.names.images).shape.as_list())

    def shapes(self):
        """Dict from each parameter to its shape."""
        return {n: tuple(_read_shape(op)) for n, op in self.parameters.items()}

    def tensor(self, name):
        try:
            return self.graph.get_tensor_by_name(name if ":" in name else f"{name}:0")
        except (KeyError, ValueError) as error:
            raise ParityError(
                f"The graph of {self.name} has no tensor {name}; its operations are, among others, "
                f"{', '.join(op.name for op in self.graph.get_operations()[-5:])}."
            ) from error

    def state(self):
        """All variables of the graph: dict from operation to value."""
        return self._session.run(self._values)

    def load(self, state):
        """Puts back some of what `state` returned."""
        assignments = [self._assignments[name] for name in state]
        feed = {
            placeholder: value
            for (placeholder, _), value in zip(assignments, state.values(), strict=True)
        }
        self._session.run([assign for _, assign in assignments], feed)

    def begin(self, weights):
        """Sets the weights, and everything else to its beginning."""
        given = {self.names.parameters[name]: value for name, value in weights.items()}
        self.load({**self.beginning, **given})

    def weights(self, state=None):
        """The parameters' values, now or in a `state`."""
        state = state or self.state()
        return {name: state[op] for name, op in self.names.parameters.items()}

    def slots(self, state):
        """Dict from (slot, parameter) to its value in a `state`."""
        return {
            (slot, name): state[op.name]
            for name, update in self.updates.items()
            for slot, op in update.slots.items()
        }

    def forward(self, images, keep_prob=1.0, mask=None, override=None, only=None):
        """Layers for a batch.

        Args:
          images: float32 `(N, ...)`.
          keep_prob: keep probability.
          mask: bool array, which elements the dropout keeps; None leaves it to the graph.
          override: dict from a layer to a value to go on with in its place.
          only: names of layers to compute; None is all.

        Returns:
          Dict from layer to array.
        """
        fetches = {name: self.layers[name] for name in only or self.layers}
        return self._session.run(fetches, self._feed(images, None, keep_prob, mask, override))

    def before_relu(self, images, keep_prob=1.0, mask=None, override=None, only=()):
        """As `forward`, but before the relu; without the layers that are none."""
        relus = [name for name in only if self.layers[name].op.type == "Relu"]
        fetches = {name: self.layers[name].op.inputs[0] for name in relus}
        return self._session.run(fetches, self._feed(images, None, keep_prob, mask, override))

    def cost(self, images, labels, keep_prob, mask, override=None):
        """The loss of a batch; `labels` one-hot. The rest as for `forward`."""
        feed = self._feed(images, labels, keep_prob, mask, override)
        return self._session.run(self.loss, feed)

    def backward(self, images, labels, keep_prob, mask, override, upstream=None):
        """Gradients of the loss.

        Args:
          override: dict from a layer to the value to go back through in its place.
          upstream: dict from a layer to the gradient to go back from in its place.
          The rest as for `forward` and `cost`.

        Returns:
          Two dicts: from each layer, and from each parameter, to the gradient by it.
        """
        feed = self._feed(images, labels, keep_prob, mask, override)
        for name, value in (upstream or {}).items():
            feed[self._gradients[0][name]] = value
        return self._session.run(self._gradients, feed)

    def apply(self, gradients):
        """One update of the optimizer with the given `gradients` (a dict by parameter)."""
        feed = {self.updates[name].gradient: value for name, value in gradients.items()}
        self._session.run(self._train, feed)

    def rule(self):
        """The optimizer: its name, and its numbers under Keras' names."""
        update = next(iter(self.updates.values()))
        return {"optimizer": update.optimizer, **self._session.run(update.numbers)}

    def skip_to(self, step):
        """Makes the optimizer believe that `step` steps are done."""
        powers = {op: beta for each in self.updates.values() for op, beta in each.powers.items()}
        betas = self._session.run(powers)
        # Multiplied up one by one in float32, as the graph does it.
        self.load(
            {
                op.name: np.multiply.reduce(np.full(step + 1, beta, np.float32))
                for op, beta in betas.items()
            }
        )

    def step(self, images, labels, keep_prob, mask):
        """One step of training; returns the loss before it."""
        feed = self._feed(images, labels, keep_prob, mask, None)
        return self._session.run([self._train, self.loss], feed)[1]

    def _feed(self, images, labels, keep_prob, mask, override):
        names = self.names
        feed = {self.tensor(names.images): images}
        if names.labels and labels is not None:
            feed[self.tensor(names.labels)] = labels
        if names.keep_prob:
            feed[self.tensor(names.keep_prob)] = keep_prob
        if names.noise and mask is not None:
            feed[self.tensor(names.noise)] = np.where(mask, KEPT, DROPPED)
        feed.update({self.layers[name]: value for name, value in (override or {}).items()})
        return feed

    def _variable(self, name):
        if name not in self._variables:
            raise ParityError(
                f"The graph of {self.name} has no variable {name}; it has "
                f"{', '.join(self._variables) or 'none'}."
            )
        return self._variables[name]

    @property
    def _train(self):
        return self.graph.get_operation_by_name(self.names.train)

    def _find_updates(self):
        """How each parameter is updated; empty if the names name no training operation."""
        if not self.names.train:
            return {}
        try:
            waiting, seen = [self._train], set()
        except (KeyError, ValueError) as error:
            raise ParityError(
                f"The graph of {self.name} has no operation {self.names.train}."
            ) from error
        by_variable = {op: name for name, op in self.parameters.items()}
        updates = {}
        while waiting:
            op = waiting.pop()
            if op in seen:
                continue
            seen.add(op)
            kind = op.type.removeprefix("Resource")
            if kind in RULES and op.inputs[0].op in by_variable:
                updates[by_variable[op.inputs[0].op]] = _update(RULES[kind], op.inputs)
            else:
                waiting.extend(op.control_inputs)
        missing = [name for name in self.parameters if name not in updates]
        if missing:
            raise ParityError(
                f"{self.names.train} of {self.name} does not update {missing[0]} with one of "
                f"{', '.join(RULES)}; name the operation that does, or null, as "
                f'"train" among its names.'
            )
        return {name: updates[name] for name in self.parameters}

    def _add_gradients(self):
        if self.loss is None:
            return {}, {}
        layers = list(self.layers.values())
        parameters = [op.outputs[0] for op in self.parameters.values()]
        gradients = tf.gradients(self.loss, [*layers, *parameters])
        for name, gradient in zip([*self.layers, *self.parameters], gradients, strict=True):
            if gradient is None:
                raise ParityError(f"The loss of {self.name} does not depend on its {name}.")
        return (
            dict(zip(self.layers, gradients[: len(layers)], strict=True)),
            dict(zip(self.parameters, gradients[len(layers) :], strict=True)),
        )


def _update(rule, inputs):
    return Update(
        gradient=inputs[rule.gradient],
        slots={slot: inputs[at].op for slot, at in rule.slots.items()},
        optimizer=rule.optimizer,
        numbers={name: inputs[at] for name, at in rule.numbers.items()},
        powers={_variable_of(inputs[p]): inputs[beta] for p, beta in rule.powers.items()},
    )


def _is_variable(op):
    return op.type in ("VarHandleOp", "VariableV2", "Variable")


def _variable_of(tensor):
    """The variable that a tensor is the value of."""
    return tensor.op if _is_variable(tensor.op) else _variable_of(tensor.op.inputs[0])


def _read_shape(op):
    return tf.TensorShape(op.get_attr("shape")).as_list()


def _read(op):
    if op.type == "VarHandleOp":
        return tf.raw_ops.ReadVariableOp(resource=op.outputs[0], dtype=op.get_attr("dtype"))
    return tf.identity(op.outputs[0])


def _assign(op):
    """A placeholder, and the operation that assigns what is fed to it."""
    value = tf.placeholder(op.get_attr("dtype"), _read_shape(op))
    if op.type == "VarHandleOp":
        return value, tf.raw_ops.AssignVariableOp(resource=op.outputs[0], value=value)
    return value, tf.raw_ops.Assign(ref=op.outputs[0], value=value)
