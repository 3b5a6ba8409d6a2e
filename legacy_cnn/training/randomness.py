"""Every random number of a run, as a function of its seed and the step.

The tutorial's graph draws its own; here they are drawn by NumPy and fed in their place, so that
step 1,000 can be computed again without the 999 before it. That is what makes a run resumable
bit for bit, with no generator state to save. The batch order comes from the loader's own shuffle,
seeded with the same seed.
"""

import numpy as np

from legacy_cnn import vocabulary
from legacy_cnn.input_data import DataSet

#: Recorded with every run.
GENERATOR = "numpy.random.default_rng([seed, stream, index])"

_WEIGHTS, _TRAINING, _EVALUATION = range(3)


def initial_weights(seed, scaled=False):
    """Dict from each name of the vocabulary to its first value, float32.

    Args:
      seed: of the draws, which are from N(0, 1).
      scaled: whether to bring them to the size that keeps a signal's variance from layer to
        layer: the standard deviation is sqrt(2 / inputs of a unit), and biases are zero (He et
        al., "Delving deep into rectifiers", 2015, equation 10).
    """
    generator = np.random.default_rng([seed, _WEIGHTS, 0])
    drawn = {
        name: generator.standard_normal(parameter.shape, np.float32)
        for name, parameter in vocabulary.PARAMETERS.items()
    }
    return {name: value * _scale(value.shape) for name, value in drawn.items()} if scaled else drawn


def _scale(shape):
    *inputs, _ = shape  # the last is the units
    return np.float32(np.sqrt(2 / np.prod(inputs)) if inputs else 0)


def training_noise(seed, step, batch_size):
    """The dropout noise of a training step: float32 `(batch_size, 1024)` in [0, 1)."""
    return _noise(seed, _TRAINING, step, batch_size)


def evaluation_noise(seed, batch, batch_size):
    """The dropout noise of one batch of an evaluation: float32 `(batch_size, 1024)` in [0, 1)."""
    return _noise(seed, _EVALUATION, batch, batch_size)


def _noise(seed, stream, index, batch_size):
    generator = np.random.default_rng([seed, stream, index])
    return generator.random((batch_size, vocabulary.DROPOUT_UNITS), np.float32)


class SeededDataSet(DataSet):
    """A `DataSet` that shuffles with a generator of its own, and leaves NumPy's global one alone.

    Its batches are those of a `DataSet` with the same seed when nobody else draws.
    """

    def __init__(self, images, labels, seed):
        self._random = np.random.RandomState()
        super().__init__(images, labels, seed=seed)

    def skip(self, batches, batch_size):
        """Moves on as `batches` calls of `next_batch` would."""
        for _ in range(batches):
            self.next_batch(batch_size)
