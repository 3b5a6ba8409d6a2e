"""The random numbers that a graph seed gave in an old release, drawn by today's TensorFlow.

A random operation with the seeds (graph seed, op seed) draws from the generator Philox 4x32-10. Its
key is the graph seed, the upper half of its counter is the op seed, and the lower half counts: four
elements at a time while it draws, and then by 256 for each element that was drawn. TensorFlow has
kept this since 0.12. Its stateless operations take key and counter as arguments, so a draw can be
made again without those before it, and a run can be resumed bit for bit.
Source: `GuardedPhiloxRandom` in TensorFlow; J. Salmon et al., "Parallel random numbers: as easy as
1, 2, 3", 2011.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from legacy_cnn import mnist, vocabulary
from legacy_cnn.programs.program import EVALUATION_BATCH
from legacy_cnn.randomness import Noise, Shuffles
from legacy_cnn.releases import WEIGHT_SEEDS, Release

_PHILOX = 1
_ELEMENTS, _RESERVED = 4, 256


class GraphSeedDraws(NamedTuple):
    """The random numbers that the listing drew after `tf.set_random_seed`."""

    seed: int  #: the graph seed
    release: Release
    batch_size: int  #: of the training
    shuffles: Shuffles

    @property
    def generator(self) -> str:
        """What draws them, for config.json."""
        return f"tf.set_random_seed({self.seed}) in TensorFlow {self.release.name}"

    def initial_weights(self) -> dict[str, NDArray[np.float32]]:
        """Returns the first draw of each `random_normal`, by the parameter's name."""
        return {
            name: normal(parameter.shape, self.seed, WEIGHT_SEEDS[name])
            for name, parameter in vocabulary.PARAMETERS.items()
        }

    def training_noise(self, step: int, batch_size: int) -> Noise:
        """Returns draw number `step` of the dropout's `random_uniform`: `(batch_size, 1024)`."""
        return self._noise(batch_size, drawn=step * batch_size)

    def evaluation_noise(self, step: int, batch: int, batch_size: int) -> Noise:
        """Returns a part of the next draw of the same operation.

        The listing evaluated all test images in one run of the session, after the last step.

        Args:
          step: number of steps before the evaluation.
          batch: number of the batch in the evaluation.
          batch_size: the number of images in it.
        """
        before = batch * EVALUATION_BATCH
        return self._noise(batch_size, drawn=step * self.batch_size, first=before)

    def data_set(self, images: NDArray[np.uint8], labels: NDArray[Any]) -> mnist.DataSet:
        """Returns the training set, in the order of `shuffles`."""
        return self.shuffles.data_set(images, labels)

    def _noise(self, rows: int, drawn: int, first: int = 0) -> Noise:
        units = vocabulary.DROPOUT_UNITS
        seeds = (self.seed, self.release.dropout_seed)
        return uniform((rows, units), *seeds, drawn=drawn * units, first=first * units)


def uniform(
    shape: Sequence[int], graph_seed: int, op_seed: int, *, drawn: int = 0, first: int = 0
) -> NDArray[np.float32]:
    """Returns what an operation `random_uniform` draws, or a part of it.

    Args:
      shape: the shape of the part.
      graph_seed, op_seed: the attributes `seed` and `seed2` of the operation.
      drawn: number of elements that the operation has drawn before in its session.
      first: number of elements of this draw before the part, a multiple of 4.

    Returns:
      float32 in [0, 1).
    """
    counter = _RESERVED * drawn + first // _ELEMENTS
    return _draw(tf.raw_ops.StatelessRandomUniformV2, shape, graph_seed, (counter, op_seed))


def normal(shape: Sequence[int], graph_seed: int, op_seed: int) -> NDArray[np.float32]:
    """Returns the first draw of an operation `random_normal`: float32, from N(0, 1).

    Up to TensorFlow 1.2, logarithm and square root of the Box-Muller transform were computed in
    float64, so an element may have been another by up to 5e-7.
    """
    return _draw(tf.raw_ops.StatelessRandomNormalV2, shape, graph_seed, (0, op_seed))


def _draw(
    operation: Any, shape: Sequence[int], key: int, counter: tuple[int, int]
) -> NDArray[np.float32]:
    with tf.device("CPU"):  # a GPU draws in another order
        drawn = operation(
            shape=list(shape),
            key=tf.constant([key], tf.uint64),
            counter=tf.constant(counter, tf.uint64),
            alg=_PHILOX,
            dtype=tf.float32,
        )
    result: NDArray[np.float32] = drawn.numpy()
    return result
