"""What the ladder asks of a candidate, and what it gets back."""

import abc
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from legacy_cnn.parity.arrays import Array, Arrays, State

#: What a rung may need of a program.
Part = Literal["data", "computation", "training", "dropout", "loss", "optimizer"]


class Mask(NamedTuple):
    """What dropout kept of its input; both arrays are bool, of the input's shape."""

    kept: NDArray[np.bool_]  #: a unit that was 0 before counts as kept
    alive: NDArray[np.bool_]  #: units that were not 0 before


class TrainingChange(NamedTuple):
    """A layer that behaves differently in training where the reference has no dropout."""

    source: str  #: its name in the candidate
    layer: str  #: the first layer of the vocabulary that it changes


class Pass(NamedTuple):
    """The values of one pass through a candidate."""

    layers: Arrays  #: by the vocabulary; the layers that the candidate has
    mask: Mask | None = None  #: None if nothing was dropped
    unexpected: TrainingChange | None = None
    loss: Array | None = None  #: a scalar
    #: Gradients of the loss with respect to layers and parameters; None: no gradient reaches it.
    layer_gradients: Mapping[str, Array | None] = {}
    gradients: Mapping[str, Array | None] = {}


class Candidate(abc.ABC):
    """A program that is compared with the reference; its arrays have names of the vocabulary."""

    name: str
    #: Returns the candidate's own batches, (images, labels), for an epoch and for the test set.
    train: Callable[[], Iterable[Any]] | None = None
    test: Callable[[], Iterable[Any]] | None = None
    #: What the candidate does not have -> why. Rungs that need it are not compared.
    missing: Mapping[Part, str] = {}
    #: "logits", or "probabilities" if the last layer is their softmax.
    output: str = "logits"

    @abc.abstractmethod
    def shapes(self) -> dict[str, tuple[tuple[int, ...], str]]:
        """Returns the shape and the name of the dtype of each parameter."""

    @abc.abstractmethod
    def weights(self) -> Arrays:
        """Returns the value of each parameter."""

    @abc.abstractmethod
    def begin(self, weights: Arrays) -> None:
        """Sets the weights, and resets the optimizer."""

    @abc.abstractmethod
    def forward(self, images: Array, noise: NDArray[np.float32] | None = None) -> Pass:
        """Computes the layers.

        Args:
          images: float32 `(N, ...)`.
          noise: dropout noise for a pass in training; a candidate may draw its own instead. None
            is a pass as in an evaluation.
        """

    def backward(self, images: Array, labels: Array, noise: NDArray[np.float32]) -> Pass:
        """Computes layers, loss and gradients in training."""
        raise NotImplementedError

    def rule(self) -> dict[str, Any]:
        """Returns the name of the optimizer as "optimizer", and its numbers by Keras' names."""
        raise NotImplementedError

    def apply(self, gradients: Arrays) -> None:
        """Updates the parameters once with the given gradients."""
        raise NotImplementedError

    def step(self, images: Array, labels: Array, noise: NDArray[np.float32]) -> Pass:
        """Takes one step of training; returns at least mask and loss."""
        raise NotImplementedError

    def state(self) -> State:
        """Returns the values of parameters and slots."""
        raise NotImplementedError

    def load(self, state: State) -> None:
        """Sets what `state` returned."""
        raise NotImplementedError

    def skip_to(self, step: int) -> None:
        """Sets the optimizer's step count."""
        raise NotImplementedError

    def release(self) -> None:
        """Restores the state that the program had before the comparison."""
        return None

    @abc.abstractmethod
    def predict(self, images: Array) -> Array:
        """Returns logits or probabilities `(N, classes)`, as the candidate's user gets them."""
