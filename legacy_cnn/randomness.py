"""Every random number of a run, as a function of its seeds and the step. NumPy only.

The tutorial's graph draws its own random numbers. Here NumPy draws them and they are fed instead,
so that step 1,000 can be computed again without the 999 before it. A run can therefore be resumed
bit for bit without saving the state of a generator. The order of the batches comes from the
loader's own shuffle, seeded with the same seed.

A run can also have the random numbers that a graph seed gave in an old release of TensorFlow. They
are drawn in `legacy_cnn.training.graph_seed`, by TensorFlow; `Draws` is what both have in common.
"""

from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from legacy_cnn import mnist, vocabulary
from legacy_cnn.releases import Loader

#: Recorded with every run that NumPy draws for.
GENERATOR = "numpy.random.default_rng([seed, stream, index])"

_WEIGHTS, _TRAINING, _EVALUATION = range(3)

#: float32 (N, 1024) in [0, 1): an element is dropped where it is below 1 - keep probability.
Noise = NDArray[np.float32]


class Draws(Protocol):
    """Where a run gets its random numbers."""

    @property
    def generator(self) -> str:
        """What draws them, for config.json."""
        ...

    def initial_weights(self) -> dict[str, NDArray[np.float32]]:
        """Returns the initial value of each parameter, by its name in the vocabulary."""
        ...

    def training_noise(self, step: int, batch_size: int) -> Noise:
        """Returns the dropout noise of a training step: `(batch_size, 1024)` in [0, 1)."""
        ...

    def evaluation_noise(self, step: int, batch: int, batch_size: int) -> Noise:
        """Returns the dropout noise of a batch of the evaluation after a step."""
        ...

    def data_set(self, images: NDArray[np.uint8], labels: NDArray[Any]) -> mnist.DataSet:
        """Returns the training set, to draw batches from."""
        ...


class Shuffles(NamedTuple):
    """What decides the order of the batches."""

    seed: int  #: of `numpy.random.RandomState`
    loader: Loader = Loader.SEEDED

    def data_set(self, images: NDArray[np.uint8], labels: NDArray[Any]) -> mnist.DataSet:
        """Returns a set that is drawn in this order, with a generator of its own."""
        generator = np.random.RandomState(self.seed)
        return mnist.DataSet(images, labels, generator, loader=self.loader)


class SeededDraws(NamedTuple):
    """The random numbers of a run that NumPy draws from one seed."""

    seed: int
    shuffles: Shuffles
    scaled: bool = False  #: the initial weights, see `initial_weights`

    @classmethod
    def of(cls, seed: int) -> "SeededDraws":
        """The random numbers of a run with default settings."""
        return cls(seed, Shuffles(mnist.op_seed(seed)))

    @property
    def generator(self) -> str:
        """What draws them, for config.json."""
        return GENERATOR

    def initial_weights(self) -> dict[str, NDArray[np.float32]]:
        """Returns `initial_weights(seed, scaled)`."""
        return initial_weights(self.seed, self.scaled)

    def training_noise(self, step: int, batch_size: int) -> Noise:
        """Returns `training_noise(seed, step, batch_size)`."""
        return training_noise(self.seed, step, batch_size)

    def evaluation_noise(self, step: int, batch: int, batch_size: int) -> Noise:
        """Returns `evaluation_noise(seed, batch, batch_size)`, the same after each step."""
        return evaluation_noise(self.seed, batch, batch_size)

    def data_set(self, images: NDArray[np.uint8], labels: NDArray[Any]) -> mnist.DataSet:
        """Returns the training set, in the order of `shuffles`."""
        return self.shuffles.data_set(images, labels)


def initial_weights(seed: int, scaled: bool = False) -> dict[str, NDArray[np.float32]]:
    """Returns the initial value of each parameter, float32, by its name in the vocabulary.

    Args:
      seed: seed of the draws from N(0, 1).
      scaled: whether to scale the draws so that a signal keeps its variance from layer to layer:
        the standard deviation is sqrt(2 / inputs of a unit), and biases are zero (He et al.,
        "Delving deep into rectifiers", 2015, equation 10).
    """
    generator = np.random.default_rng([seed, _WEIGHTS, 0])
    drawn = {
        name: generator.standard_normal(parameter.shape, np.float32)
        for name, parameter in vocabulary.PARAMETERS.items()
    }
    return {name: value * _scale(value.shape) for name, value in drawn.items()} if scaled else drawn


def _scale(shape: tuple[int, ...]) -> np.float32:
    *inputs, _ = shape  # the last is the units
    return np.float32(np.sqrt(2 / np.prod(inputs)) if inputs else 0)


def training_noise(seed: int, step: int, batch_size: int) -> Noise:
    """Returns the dropout noise of a training step: float32 `(batch_size, 1024)` in [0, 1)."""
    return _noise(seed, _TRAINING, step, batch_size)


def evaluation_noise(seed: int, batch: int, batch_size: int) -> Noise:
    """Returns the dropout noise of an evaluation batch: float32 `(batch_size, 1024)` in [0, 1)."""
    return _noise(seed, _EVALUATION, batch, batch_size)


def _noise(seed: int, stream: int, index: int, batch_size: int) -> Noise:
    generator = np.random.default_rng([seed, stream, index])
    return generator.random((batch_size, vocabulary.DROPOUT_UNITS), np.float32)
