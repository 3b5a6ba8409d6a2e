"""The tutorial's graph here: the same steps as an old release takes, and how noisy they are."""

import time
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, Self

import numpy as np
import tensorflow.compat.v1 as tf
from numpy.typing import NDArray

from legacy_cnn import tutorial, vocabulary
from legacy_cnn.feeding import Batch
from legacy_cnn.programs.session import GraphSession, State

#: What a step computes: "loss", "logits", "gradients/Variable", ...; and "variables/Variable", ...,
#: all variables after it, slots among them.
Computed = dict[str, NDArray[np.float32]]

#: Repetitions of a step whose inputs are moved, for its noise. With half as many, the noise of one
#: in some million elements is so small by chance that a sound release has a ratio of 17.
DRAWS = 16

#: Position of the gradient among the inputs of ApplyAdam, and its constants in the graph.
_GRADIENT = 9
_CONSTANTS = ("Adam/learning_rate", "Adam/beta1", "Adam/beta2", "Adam/epsilon")
_KEEP_PROB = "Placeholder_2"
_SLOTS = ("Adam", "Adam_1")
_POWERS = {"beta1_power": 0.9, "beta2_power": 0.999}

#: A number this close to the one that decides what dropout keeps may be on either side of it: old
#: releases added the keep probability and rounded down, later ones compare.
_UNDECIDED = 1e-6


class Step(NamedTuple):
    """A step that was taken."""

    computed: Computed
    seconds: float


def fed(batch: Batch) -> dict[str, NDArray[np.float32]]:
    """The arrays of a step by the names that they are fed to, there and here."""
    dropped = 1 - tutorial.keep_rate
    undecided = np.abs(batch.noise - dropped) < _UNDECIDED
    noise = np.where(undecided, np.float32(dropped + 2 * _UNDECIDED), batch.noise)
    return {
        "Placeholder": batch.images,
        "Placeholder_1": batch.labels.astype(np.float32),
        vocabulary.DROPOUT_NOISE: noise,
    }


def names_of_step(state: Iterable[str]) -> set[str]:
    """The names of all that a step computes.

    Args:
      state: names of the variables.
    """
    gradients = {f"gradients/{parameter.variable}" for parameter in vocabulary.PARAMETERS.values()}
    return {"loss", "logits", *gradients, *(f"variables/{name}" for name in state)}


class Tutorial:
    """The tutorial's graph in a session; a context manager."""

    def __init__(self) -> None:
        with tf.Graph().as_default() as graph:
            ends = tutorial.build_graph()
        self._session = GraphSession(graph)
        gradients = {
            f"gradients/{op.inputs[0].op.name}": op.inputs[_GRADIENT]
            for op in graph.get_operations()
            if op.type == "ResourceApplyAdam" or op.type == "ApplyAdam"
        }
        self._fetches = {"loss": ends.cost, "logits": ends.prediction, **gradients}
        self._train = ends.optimizer
        # The graph's own: if one is wrong, that must not pass for noise.
        self._constants = self._session.run({name: f"{name}:0" for name in _CONSTANTS})
        self._constants[_KEEP_PROB] = np.float32(tutorial.keep_rate)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._session.close()

    @property
    def variables(self) -> list[str]:
        return sorted(self._session.variables)

    def first_state(self, weights: Mapping[str, NDArray[np.float32]]) -> State:
        """The state before the first step.

        Args:
          weights: by parameter.
        """
        state: State = {name: np.asarray(value, np.float32) for name, value in _POWERS.items()}
        for name, parameter in vocabulary.PARAMETERS.items():
            zeros = np.zeros(parameter.shape, np.float32)
            state[parameter.variable] = weights[name]
            state.update({f"{parameter.variable}/{slot}": zeros for slot in _SLOTS})
        return state

    def step(self, state: State, feed: Mapping[str, Any]) -> Step:
        """Takes a step from a state.

        Args:
          state: all variables.
          feed: what `fed` returns; constants of the optimizer may be in it, too.
        """
        self._session.load(state)
        feed = {_KEEP_PROB: tutorial.keep_rate, **feed}
        begin = time.perf_counter()
        computed, _ = self._session.run([self._fetches, self._train], feed)
        seconds = time.perf_counter() - begin
        after = {f"variables/{name}": value for name, value in self._session.state().items()}
        return Step({**computed, **after}, seconds)

    def noise(self, state: State, feed: Mapping[str, Any], base: Computed, seed: int) -> Computed:
        """How much each element moves with its inputs' last bits and the order of the images.

        Another release adds up a batch in another order, and a sum that largely cancels depends
        more on that than on the last bits of what is added.

        Args:
          state: before the step.
          feed: what `fed` returns.
          base: what the step computes if nothing is moved.
          seed: of the moves.

        Returns:
          By name, the root mean square over `DRAWS` steps.
        """
        generator = np.random.default_rng([seed, DRAWS])
        squares = {name: np.zeros_like(value) for name, value in base.items()}
        for _ in range(DRAWS):
            order = generator.permutation(len(base["logits"]))
            shuffled = {name: value[order] for name, value in feed.items()}
            inputs = state, {**shuffled, **self._constants}
            computed = self.step(*(_moved(values, generator) for values in inputs)).computed
            computed["logits"] = computed["logits"][np.argsort(order)]
            for name, value in computed.items():
                squares[name] += np.square(value - base[name])
        return {name: np.sqrt(value / np.float32(DRAWS)) for name, value in squares.items()}


def _moved(values: Mapping[str, Any], generator: np.random.Generator) -> State:
    """Moves each element but zeros by -1, 0 or 1 units in the last place."""
    return {name: _nudged(np.asarray(value), generator) for name, value in values.items()}


def _nudged(value: NDArray[np.float32], generator: np.random.Generator) -> NDArray[np.float32]:
    steps = generator.integers(-1, 2, value.shape, dtype=np.int8)
    bits = np.where(value != 0, value.view(np.int32) + steps, 0)
    return bits.astype(np.int32).view(np.float32)
