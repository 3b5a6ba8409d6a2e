"""What every implementation of the net has in common."""

import abc
import time

import numpy as np
import tensorflow as tf

#: Images at a time in an evaluation: conv1's output takes 100 kB an image, so 10,000 at once,
#: as the tutorial had it, take a gigabyte for that layer alone.
EVALUATION_BATCH = 500


class Model(abc.ABC):
    """A net with its optimizer, fed and read under the one vocabulary; a context manager."""

    #: The `tf.Graph` for TensorBoard; None where there is no such thing.
    tf_graph: tf.Graph | None = None

    def __init__(self):
        self.seconds_computing = 0.0  # of wall time in the implementation itself

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        return None

    @abc.abstractmethod
    def initialise(self, weights):
        """Sets the weights (a dict by name, float32), and the optimizer to its beginning."""

    @abc.abstractmethod
    def state(self):
        """All that training changes: dict from name to array. The weights have their own names."""

    @abc.abstractmethod
    def load(self, state):
        """Puts back what `state` returned."""

    @abc.abstractmethod
    def shapes(self):
        """Dict from each name of the state to its shape, a list."""

    @abc.abstractmethod
    def weights(self):
        """Dict from each name of the vocabulary to its value, float32."""

    @abc.abstractmethod
    def _step(self, images, labels, keep_prob, noise): ...

    @abc.abstractmethod
    def _logits(self, images, keep_prob, noise): ...

    def step(self, images, labels, keep_prob, noise):
        """One step of training.

        Args:
          images: float32 `(N, 784)` in 0.0-1.0.
          labels: one-hot `(N, 10)`.
          keep_prob: keep probability.
          noise: float32 `(N, 1024)` in [0, 1).

        Returns:
          The loss before the update, a float, and how many of the N were right, an int.
        """
        return self._timed(self._step, images, labels, keep_prob, noise)

    def logits(self, images, keep_prob=1.0, noise=None):
        """The net's output, computed in batches.

        Args:
          images: array `(n, 784)` in 0.0-1.0.
          keep_prob: keep probability; 1.0 is the dropout off.
          noise: called with the number and the size of a batch for its dropout noise; needed
            where the dropout is on.

        Returns:
          float32 array `(n, 10)`.
        """
        parts = []
        for batch, start in enumerate(range(0, len(images), EVALUATION_BATCH)):
            part = images[start : start + EVALUATION_BATCH]
            drawn = noise(batch, len(part)) if noise else None
            parts.append(self._timed(self._logits, part, keep_prob, drawn))
        return np.concatenate(parts)

    def save(self, prefix):
        """Writes the state to a checkpoint of that path prefix, in TensorFlow's own format.

        Raises:
          tf.errors.OpError: it cannot be written.
        """
        state = self.state()
        tf.raw_ops.SaveV2(
            prefix=prefix,
            tensor_names=list(state),
            shape_and_slices=[""] * len(state),
            tensors=list(state.values()),
        )

    def restore(self, prefix):
        """Reads the state from a checkpoint."""
        reader = tf.train.load_checkpoint(prefix)
        self.load({name: reader.get_tensor(name) for name in reader.get_variable_to_shape_map()})

    def _timed(self, function, *arguments):
        started = time.perf_counter()
        try:
            return function(*arguments)
        finally:
            self.seconds_computing += time.perf_counter() - started
