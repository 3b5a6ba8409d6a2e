"""What a comparison asks of a program: the reference and the candidate alike."""

import abc
import dataclasses
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal

import numpy as np

from legacy_cnn.parity.arrays import Array, Arrays
from legacy_cnn.parity.clock import Clock
from legacy_cnn.parity.packing import Piece
from legacy_cnn.parity.pairing import Variable

#: What a rung may need of a program.
Part = Literal[
    "data",
    "computation",
    "training",
    "dropout",
    "loss",
    "optimizer",
    "evaluation",
    "fit",
    "initial",
]

#: Values of all variables of a program, by keys of its own.
State = dict[Any, Array]


@dataclasses.dataclass(frozen=True)
class Batch:
    """What one step is given, in the words of the reference."""

    images: Array  #: (N, ...)
    labels: Array  #: (N, ...)
    noise: tuple[Array, ...] = ()  #: what each random operation of the reference draws
    parts: tuple[Piece, ...] = ()  #: the inputs that `images` holds, if these are several
    label_parts: tuple[Piece, ...] = ()  #: likewise of `labels`
    classes: int | None = None  #: of labels, if the reference's last layer has some
    has_labels: bool = True  #: whether the reference takes some; else they are the images


@dataclasses.dataclass(frozen=True)
class Values:
    """The tensors of one run."""

    tensors: Arrays  #: all that can be fetched, by their names, in the order of computation
    output: Array | None = None  #: what the program returns
    loss: Array | None = None
    metrics: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    #: What else it returns, or computes for nothing else than to be fetched, by name.
    others: Mapping[str, Array] = dataclasses.field(default_factory=dict)


class Side(abc.ABC):
    """A program with all its steps as graphs in sessions. Nothing it does changes the user's own.

    Each step begins with a given state and returns the next one.
    """

    name: str
    #: What the program does not have -> why. Rungs that need it are not compared.
    missing: Mapping[Part, str] = {}
    #: What is missing because nobody runs it: the programs are the same without it.
    unused: tuple[Part, ...] = ()
    #: Parameter, by the reference's name -> key of its variable.
    parameters: dict[str, Any]
    #: (slot, parameter) -> key of its variable.
    slots: Mapping[tuple[str, str], Any] = {}
    #: Key of the variable with the learning rate, if there is one: it counts no steps.
    rate: Any = None
    #: Whether the program takes its noise as an input and draws none.
    is_given_noise: bool = False
    #: Whether it can be evaluated: a model with a train_step alone cannot.
    evaluates: bool = True
    #: Whether images may be NaN or infinite.
    takes_floats: bool = True
    #: Whether the optimizer can be run without the rest of a step.
    updates_apart: bool = True
    #: Whether a step whose gradients are not finite is left out, as a loss scale does.
    skips_not_finite: bool = False
    #: How its steps are run, where that is not as graphs in sessions.
    how_run: str = ""
    #: Builds the program again; None if only one was given.
    rebuild: Callable[[], Any] | None = None
    #: Returns the program's own batches, (images, labels), for an epoch and for the test set.
    train_data: Callable[[], Iterable[Any]] | None = None
    test_data: Callable[[], Iterable[Any]] | None = None

    @abc.abstractmethod
    def beginning(self) -> State:
        """The state before the first step."""

    def label(self, key: Any) -> str:
        """The user's name of a variable."""
        return str(key)

    @property
    def draws_noise(self) -> bool:
        """Whether a step of training has random operations."""
        return False

    def draws_outside(self, state: State, images: Array) -> bool:
        """Whether two calls outside of training may return different outputs."""
        one, other = (self.evaluate(state, images).output for _ in range(2))
        return one is not None and not np.array_equal(one, np.asarray(other), equal_nan=True)

    def never_trained(self) -> set[Any]:
        """Keys of variables that would not be trained even if no layer was frozen."""
        return set()

    def first_values(self, count: int) -> list[State]:
        """States as training begins with them: up to that many draws, and at least one."""
        return [self.beginning()]

    @abc.abstractmethod
    def evaluate(self, state: State, images: Array) -> Values:
        """Everything that a call outside of training computes."""

    @abc.abstractmethod
    def train(self, state: State, batch: Batch) -> tuple[Values, State]:
        """Everything that a step of training computes, and the state after it."""

    def step(self, state: State, batch: Batch) -> State:
        """The state after a step of training."""
        return self.train(state, batch)[1]

    @abc.abstractmethod
    def update(self, state: State, gradients: State) -> State:
        """The state after one update of the optimizer alone, from gradients by key."""

    @abc.abstractmethod
    def predict(self, state: State, images: Array) -> Array:
        """What the program's user gets as predictions."""

    def predict_apart(self, state: State, images: Array) -> Array:
        """As `predict`, with each operation computed by itself, if that can be had."""
        return self.predict(state, images)

    @abc.abstractmethod
    def variables_for_parameters(self) -> list[Variable]:
        """The variables that may be parameters, in the order in which they are used."""

    def after_call(self, state: State) -> State:
        """The state after a call outside of training."""
        return state

    def slot_of(self, slot: str, parameter: Any, fitting: list[Any]) -> Any:
        """Which of some variables is a slot by its name; None if that cannot be told.

        Args:
          slot: its name in the reference.
          parameter: the key of the variable that it belongs to.
          fitting: keys of variables of its shape.
        """
        return None

    def is_handed(self, parameter: Any) -> bool:
        """Whether a step may hand a gradient of the variable to the optimizer."""
        return True

    def handed(self, parameter: Any, values: Values) -> Array | None:
        """The gradient of a variable, by its key, that a step handed to the optimizer.

        None if that is not known.
        """
        return None

    def rule(self) -> dict[str, Any]:
        """The name of the optimizer as "optimizer", and its numbers by Keras' names."""
        return {}

    def new_optimizer(self) -> Any:
        """An optimizer like the program's, if that is one of Keras' own; else None."""
        return None

    def deciding(self) -> set[Any]:
        """The keys of the variables that a step computes its updates of parameters from."""
        return set()

    def boundaries(self, clock: Clock) -> list[int]:
        """Numbers of steps next to those at which its rules change, as far as its steps show."""
        return []

    def scalars(self) -> list[float]:
        """The single numbers that its steps compute with, each once."""
        return []

    def computed_in_step(self, state: State, batch: Batch) -> list[float]:
        """The single numbers that a step of training computes, with those it computes with."""
        return single(self.train(state, batch)[0].tensors.values())

    def computed_in_update(self, state: State, gradients: State) -> list[float]:
        """The same of an update of the optimizer alone; none if these are not known."""
        return []

    def drawing_in_loops(self) -> list[Any]:
        """The operations of a training step inside of which random numbers are drawn."""
        return []

    def draws(
        self, state: State, batch: Batch, names: list[str], count: int
    ) -> list[tuple[Array, ...]]:
        """Tensors of several steps of training with the program's own random numbers."""
        raise NotImplementedError

    def close(self) -> None:
        """Closes the sessions."""
        return None


def single(values: Iterable[Array]) -> list[float]:
    """The finite floats among some arrays that have one number alone."""
    arrays = [np.asarray(value) for value in values]
    return [float(v) for v in arrays if not v.ndim and v.dtype.kind == "f" and np.isfinite(v)]
