"""The protocol: what training, comparison, benchmark and parity ask of a program."""

import abc
import contextlib
import dataclasses
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from legacy_cnn import vocabulary
from legacy_cnn.errors import UsageError
from legacy_cnn.programs.view import GraphView
from legacy_cnn.threads import available_cores

#: Values by name: weights under the vocabulary, or the whole state.
Values = Mapping[str, NDArray[Any]]

#: Images at a time in an evaluation: conv1's output takes 100 kB an image, so 10,000 at once,
#: as the tutorial had it, take a gigabyte for that layer alone.
EVALUATION_BATCH = 500


@dataclasses.dataclass(frozen=True)
class Options:
    """What a program is built with; the defaults are the tutorial's."""

    graph: str = "tutorial"  #: one of the implementation's graphs; a port has one only
    learning_rate: float = 0.001  #: of Adam, above 0
    keep_prob: float = 0.8  #: keep probability, for programs that are built with it
    threads: int = dataclasses.field(default_factory=available_cores)  #: sums depend on it
    #: From logits and one-hot labels, float32 `(N, 10)`, to the loss of each image, `(N,)`; None is
    #: softmax cross-entropy.
    loss: Callable[[tf.Tensor, tf.Tensor], tf.Tensor] | None = None


class Inputs(NamedTuple):
    """What one step of N images is fed."""

    images: NDArray[np.float32]  #: (N, 784), 0.0-1.0
    labels: NDArray[Any]  #: (N, 10), one-hot
    keep_prob: float  #: keep probability, above 0 and up to 1
    noise: NDArray[np.float32]  #: (N, 1024), uniform in [0, 1): decides what the dropout keeps


class Step(NamedTuple):
    """The outputs of one step of training."""

    loss: float  #: mean over the batch, before the update
    correct: int  #: images of the batch that were classified correctly


class StepGivenUp(Exception):
    """A step that waited for other machines was asked to stop; the state has those before it."""


class Program(abc.ABC):
    """The tutorial's net with its optimizer, fed and read under one vocabulary; a context manager.

    Its state is the parameters and whatever else a step changes.
    """

    #: What it is fed at each step, names of `Inputs`; it is built with the others.
    inputs: ClassVar[tuple[str, ...]] = Inputs._fields
    #: Of the last step: updates by others between reading the weights and its own; None where there
    #: are no others.
    staleness: int | None = None
    #: In words, the processes that take its steps together; None where it is this one alone.
    cluster: str | None = None
    #: The `tf.Graph` that the program runs; None where there is none before a trace.
    graph: tf.Graph | None = None

    def __init__(self, options: Options) -> None:
        self.options = options
        self.seconds_computing = 0.0  #: of wall time in the implementation itself

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Frees what the program holds besides its variables."""
        return None

    def begin(self, step: int, pause: Callable[[int], int], stop: Callable[[], bool]) -> None:
        """Is told about a training before its first step.

        Args:
          step: number of steps that have led to the state.
          pause: from a number of steps to that after which the state is read next.
          stop: True asks a step that waits for other machines to raise `StepGivenUp`.
        """
        return None

    @abc.abstractmethod
    def initialise(self, weights: Values) -> None:
        """Sets the weights (float32, by the vocabulary) and the optimizer to its beginning."""

    @abc.abstractmethod
    def state(self) -> dict[str, NDArray[Any]]:
        """All that a step changes, by name. The weights have the vocabulary's names."""

    @abc.abstractmethod
    def load(self, state: Values) -> None:
        """Sets what `state` returned."""

    @abc.abstractmethod
    def shapes(self) -> dict[str, list[int]]:
        """Dict from each name of the state to its shape."""

    @abc.abstractmethod
    def weights(self) -> dict[str, NDArray[np.float32]]:
        """Dict from each name of the vocabulary to its value."""

    @abc.abstractmethod
    def retrace(self, batch_size: int) -> int | None:
        """Builds or traces the graph of a step again; returns its number of operations.

        None for a program that runs its operations one by one.
        """

    @abc.abstractmethod
    def view(self, batch_size: int) -> GraphView:
        """The program's own step as a graph in a session, with the state it has now.

        What the view does to its state does not change the program's.
        """

    @abc.abstractmethod
    def as_candidate(self) -> Any:
        """The user's object for the program, as `parity.compare` takes it: a model, a port, ..."""

    @abc.abstractmethod
    def _step(self, inputs: Inputs) -> Step: ...

    @abc.abstractmethod
    def _logits(
        self, images: NDArray[np.float32], keep_prob: float, noise: NDArray[np.float32] | None
    ) -> NDArray[np.float32]: ...

    def step(
        self,
        images: NDArray[np.float32],
        labels: NDArray[Any],
        keep_prob: float,
        noise: NDArray[np.float32],
    ) -> Step:
        """Takes one step of training.

        Args:
          images: float32 `(N, 784)` in 0.0-1.0.
          labels: one-hot `(N, 10)`.
          keep_prob: keep probability, above 0 and up to 1.
          noise: float32 `(N, 1024)` in [0, 1).

        Raises:
          UsageError: the program was built with another keep probability.
        """
        self._check_keep_prob(keep_prob)
        with self._timed():
            return self._step(Inputs(images, labels, keep_prob, noise))

    def logits(
        self,
        images: NDArray[np.float32],
        keep_prob: float = 1.0,
        noise: Callable[[int, int], NDArray[np.float32]] | None = None,
    ) -> NDArray[np.float32]:
        """Computes the net's output in batches.

        Args:
          images: `(n, 784)` in 0.0-1.0.
          keep_prob: keep probability; 1.0 switches the dropout off.
          noise: called with the number and the size of a batch for its dropout noise; needed
            where the dropout is on.

        Returns:
          float32 array `(n, 10)`.

        Raises:
          UsageError: the program was built with another keep probability, or the noise is missing.
        """
        if keep_prob != 1:
            self._check_keep_prob(keep_prob)
            if noise is None:
                raise UsageError(f"keep_prob {keep_prob} needs noise.", "keep_prob", "noise")
        parts = []
        for batch, start in enumerate(range(0, len(images), EVALUATION_BATCH)):
            part = images[start : start + EVALUATION_BATCH]
            batch_noise = noise(batch, len(part)) if noise else None
            with self._timed():
                parts.append(self._logits(part, keep_prob, batch_noise))
        return np.concatenate(parts)

    def _check_keep_prob(self, keep_prob: float) -> None:
        built_with = self.options.keep_prob
        if "keep_prob" not in self.inputs and keep_prob != built_with:
            raise UsageError(
                f"keep_prob must be {built_with}, with which this program was built, "
                f"not {keep_prob}.",
                "keep_prob",
            )

    @contextlib.contextmanager
    def _timed(self) -> Iterator[None]:
        started = time.perf_counter()
        try:
            yield
        finally:
            self.seconds_computing += time.perf_counter() - started


def float32(value: Any) -> tf.Tensor:
    """A tensor of what a float32 placeholder would make of a value that it is fed."""
    return tf.constant(value, tf.float32)


def specs(batch_size: int) -> dict[str, tf.TensorSpec]:
    """Name of an input, as in `Inputs` -> float32 `tf.TensorSpec` for batches of that size."""
    shapes = {
        "images": [batch_size, 784],
        "labels": [batch_size, vocabulary.CLASSES],
        "keep_prob": [],
        "noise": [batch_size, vocabulary.DROPOUT_UNITS],
    }
    return {name: tf.TensorSpec(shapes[name], tf.float32) for name in Inputs._fields}
