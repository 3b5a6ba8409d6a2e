"""A TensorFlow 1 graph in a session as one side of a comparison: the reference, or a candidate."""

import contextlib
import functools
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import tensorflow.compat.v1 as tf

from legacy_cnn.parity.arrays import Array, Arrays
from legacy_cnn.parity.boundaries import counted, steps_near
from legacy_cnn.parity.branches import drawing_in_loops
from legacy_cnn.parity.clock import Clock
from legacy_cnn.parity.deciding import deciding
from legacy_cnn.parity.pairing import Variable
from legacy_cnn.parity.rounding import all_nudged
from legacy_cnn.parity.sides.cancelling import cancelling, feeds_of, feeds_of_sums, sums
from legacy_cnn.parity.sides.graph_updates import GraphUpdates
from legacy_cnn.parity.sides.graph_variables import VALUE, moving, read_elsewhere
from legacy_cnn.parity.sides.moments import Known, Normalising, feeds_of_moments, normalising
from legacy_cnn.parity.sides.moments_gradient import (
    Differentiating,
    differentiating,
    feeds_of_gradients,
)
from legacy_cnn.parity.sides.side import Batch, State, Values
from legacy_cnn.parity.sides.stages import ends_of_stages, left_after
from legacy_cnn.parity.sides.summing import feeds_of_rows, sums_over_rows
from legacy_cnn.parity.updates import closure


class GraphSide(GraphUpdates):
    """A graph with its names in a session; a context manager. Its keys are names of variables."""

    # Steps ------------------------------------------------------------------------------------

    def first_values(self, count: int) -> list[State]:
        draws = [self._session.initial_values(self._beginning) for _ in range(count)]
        return [{**self._beginning, **draw} for draw in draws]

    def evaluate(self, state: State, images: Array) -> Values:
        return self.evaluate_fed(state, images, {})

    def evaluate_fed(
        self,
        state: State,
        images: Array,
        fed: Mapping[tf.Tensor, Any],
        training: Batch | None = None,
    ) -> Values:
        """The tensors of the forward pass, some of them fed.

        Args:
          state: of all variables.
          images: (N, ...), unless it is a pass of training.
          fed: dict from tensors to the values to use in their place.
          training: a batch, for the forward pass of training.
        """
        self._session.load(state)
        usual = self.feeds.of(images, None) if training is None else self._fed(training)
        feed = {**usual, **fed}
        fetches = self._forward_tensors(training is not None)
        values = self._session.run(fetches, feed)
        tensors = {t.name: value for t, value in zip(fetches, values, strict=True)}
        output = tensors.get(self.output.name, feed.get(self.output))
        return Values(tensors, output, others=self.layers.ends(tensors))

    #: Weights that the stages of a step leave, where another program says which.
    _left: Arrays = {}

    def train(self, state: State, batch: Batch) -> tuple[Values, State]:
        self._session.load(state)
        feed = self._fed(batch)
        return self._values(self._forward_tensors(True), feed), self._step(state, feed)

    def step(self, state: State, batch: Batch) -> State:
        return self._step(state, self._fed(batch))

    def step_fed(self, state: State, batch: Batch, fed: Mapping[tf.Tensor, Any]) -> State:
        """The state after a step with some tensors fed."""
        usual = self._fed(batch)

        def feed(left: State) -> dict[Any, Any]:
            self._session.load(left)  # what is nudged inside of operations is computed from it
            return {**self._with_rounding(dict(usual)), **fed}

        return self._taken(state, feed)

    def _step(self, state: State, feed: Mapping[Any, Any]) -> State:
        return self._taken(state, lambda left: feed)

    def _taken(self, state: State, feed: Callable[[State], Mapping[Any, Any]]) -> State:
        """The state after all stages of a step, each of which is fed for what was left before."""
        for stage in self.stages:
            given = feed(state)
            self._session.load(state)  # again, after a pass: a pass may move averages
            self._session.run(stage, given)
            state = self._session.state()
        return state

    def _values(self, layers: list[tf.Tensor], feed: Mapping[tf.Tensor, Any]) -> Values:
        """Tensors, gradients and loss, without the update; those of a stage after the others."""
        fetches = {tensor.name: tensor for tensor in layers if tensor not in feed}
        gradients = {f"gradient {name}": g for name, g in self._gradients.added.items()}
        end = {} if self.loss is None else {"loss": self.loss}
        values, more, last = self._session.run((fetches, gradients, end), feed)
        fed = {tensor.name: np.asarray(feed[tensor]) for tensor in layers if tensor in feed}
        output = {**values, **fed}.get(self.output.name)
        found = {**values, **fed, **more}
        for at, ends in enumerate(self._ends_of_stages[1:]):
            self._session.run(self.stages[at], feed)
            self._session.load(left_after(self.stages, at, self.parameters, self._left))
            found.update(self._session.run(ends, feed))
            if self.loss is not None and self.loss.name in ends:
                last = {"loss": found[self.loss.name]}
        return Values(found, output, last.get("loss"))

    def _with_rounding(self, feed: dict[tf.Tensor, Any]) -> dict[tf.Tensor, Any]:
        """A feed, while numbers are nudged with those that cancel inside of an operation."""
        generator = self.feeds.generator
        if generator is None:
            return feed

        def run(fetches: Any, more: Mapping[tf.Tensor, Any] | None = None) -> Any:
            return self._session.run(fetches, {**feed, **(more or {})})

        if self._normalising:
            known = self._known_errors
            feed |= feeds_of_moments(self._normalising, run, generator, known)
            feed |= feeds_of_gradients(self._differentiating, run, generator, known)
        if self._cancelling:
            feed |= feeds_of(self._cancelling, run, generator)
        if self._sums:
            feed |= feeds_of_sums(self._sums, run, generator)
        if self.feeds.sums_anew:
            feed |= feeds_of_rows(self._sums_over_rows, run, generator)
        return feed

    @functools.cached_property
    def _cancelling(self) -> list[tf.Operation]:
        return cancelling(closure(loss.op for loss in self._all_losses))

    @functools.cached_property
    def _known_errors(self) -> Known:
        return {}

    @functools.cached_property
    def _normalising(self) -> list[Normalising]:
        return normalising(closure(loss.op for loss in self._all_losses))

    @functools.cached_property
    def _differentiating(self) -> list[Differentiating]:
        return differentiating(closure(gradient.op for gradient in self._all_gradients))

    @property
    def _all_gradients(self) -> list[tf.Tensor]:
        return [*self._gradients.added.values(), *self.raw_gradients.values()]

    @functools.cached_property
    def _sums(self) -> list[tf.Operation]:
        return sums(self._all_gradients)

    @functools.cached_property
    def _sums_over_rows(self) -> list[tf.Operation]:
        taken = [each.gradient for each in self.updates.values() if each.gradient is not None]
        return sums_over_rows([*self._all_gradients, *taken])

    @functools.cached_property
    def _ends_of_stages(self) -> list[dict[str, tf.Tensor]]:
        added = self._gradients.added
        return ends_of_stages(self.stages, self._trained_variables(), self._losses, added)

    @contextlib.contextmanager
    def left_by(self, weights: Arrays) -> Iterator[None]:
        """While values are computed, the stages of a step leave these weights, by parameter.

        So the second stage of a step is compared from where the other program's first has led: what
        an update makes of rounding is no difference of what comes after it.
        """
        self._left = weights
        try:
            yield
        finally:
            self._left = {}

    @property
    def later_losses(self) -> list[tf.Tensor]:
        """The losses of all stages of a step but the first."""
        names = {name for ends in self._ends_of_stages[1:] for name in ends}
        return [loss for loss in self._all_losses if loss.name in names]

    def test(self, state: State, batch: Batch) -> Values:
        """The output and the loss outside of training."""
        self._session.load(state)
        feed = self._fed(batch, training=False)
        output, loss = self._session.run((self.output, self.loss), feed)
        return Values({}, output, loss)

    def pass_through(self, state: State, batch: Batch) -> Values:
        """The named layers, loss and gradients of a step that is not taken."""
        self._session.load(state)
        feed = self._with_rounding(self._fed(batch))
        return self._values([*self.layers.values(), *self._all_losses[1:]], feed)

    def loss_fed(self, state: State, batch: Batch, fed: Mapping[tf.Tensor, Any]) -> float:
        """The loss of a step that is not taken, with some tensors fed."""
        return float(self.fetch(state, batch, self.loss, fed))

    def fetch_of_pass(
        self, state: State, images: Array, training: Batch | None, fetches: Any
    ) -> Any:
        """Tensors of a forward pass; the arguments are as for `evaluate_fed`."""
        self._session.load(state)
        usual = self.feeds.of(images, None) if training is None else self._fed(training)
        return self._session.run(fetches, usual)

    def named_values(self, values: Values) -> Arrays:
        """Layers, gradients ("gradient W") and "loss"."""
        gradients = {n: v for n, v in values.tensors.items() if n.startswith("gradient ")}
        loss = {} if values.loss is None else {"loss": np.asarray(values.loss)}
        others = {
            f"loss {tensor.op.name}": np.asarray(values.tensors[tensor.name])
            for tensor in self._all_losses[1:]
            if tensor.name in values.tensors
        }
        return {**self.layers.among(values.tensors), **gradients, **loss, **others}

    def predict(self, state: State, images: Array) -> Array:
        self._session.load(state)
        return self._session.run(self.output, self.feeds.of(images, None))

    def predict_apart(self, state: State, images: Array) -> Array:
        output = self.evaluate(state, images).output
        return self.predict(state, images) if output is None else output

    def state(self) -> State:
        """The state that the last run has left."""
        return self._session.state()

    # Views of a state -----------------------------------------------------------------------

    def weights(self, state: State) -> Arrays:
        """The parameters in a state."""
        return {name: state[op] for name, op in self.parameters.items()}

    def as_state(self, weights: Arrays) -> State:
        """The variables of some parameters."""
        return {self.parameters[name]: value for name, value in weights.items()}

    def named_state(self, state: State) -> dict[Any, Array]:
        """Parameters by name, and slots by (slot, parameter)."""
        others = {(VALUE, name): state[name] for name in self.moving}
        slots = {key: state[op] for key, op in self.slots.items()}
        return {**self.weights(state), **slots, **others}

    def find_moving(self, before: State, after: State) -> None:
        """Finds what else a step changes that predictions are computed from: moving averages.

        That is what the output depends on, or what is read for something else than a step.
        """
        known = {*self.parameters.values(), *self.slots.values()}
        needed = {op.name for op in closure([self.output.op])}
        step = {op.name for op in closure(self.stages)}
        needed |= read_elsewhere(self._session.variables.values(), step)
        self.moving = moving(known, needed, before, after)

    def drawing_in_loops(self) -> list[tf.Operation]:
        return drawing_in_loops(self.graph, self.loss.op) if self.loss is not None else []

    def draws(
        self, state: State, batch: Batch, names: list[str], count: int
    ) -> list[tuple[Array, ...]]:
        self._session.load(state)
        feed = self.feeds.of(batch.images, batch.labels, training=True)
        tensors = [self.tensor(name) for name in names]
        return [tuple(self._session.run(tensors, feed)) for _ in range(count)]

    def variables_for_parameters(self) -> list[Variable]:
        """The variables under the names of the parameters."""
        return [
            Variable(op, name, self._beginning[op].shape, str(self._beginning[op].dtype), True)
            for name, op in self.parameters.items()
        ]

    def slot_of(self, slot: str, parameter: str, fitting: list[str]) -> str | None:
        variable = self.slots.get((slot, self._named_by_variable.get(parameter, parameter)))
        return variable if variable in fitting else None

    def deciding(self) -> set[str]:
        operations = closure([self._train]) if self._train is not None else []
        trained = self._trained_variables().values()
        return deciding(self.graph, operations, self._session.variables, trained)

    def boundaries(self, clock: Clock) -> list[int]:
        names = {name: name for name in self._session.variables}
        return steps_near(self.graph, counted(clock, names))

    # Rounding ---------------------------------------------------------------------------------

    def nudged(self, state: State, generator: np.random.Generator) -> State:
        """The state with all variables nudged: by one unit of the value that the candidate holds.

        That is a larger one where it holds more than the reference, 1 + bias for example.
        """
        held = {name: state[name] + shift for name, shift in self.shifts.items()}
        moved = all_nudged({**state, **held}, generator)
        return {**moved, **{name: moved[name] - shift for name, shift in self.shifts.items()}}
