"""Images and labels that are drawn in batches, in the order of the old loader's shuffles."""

import math
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from legacy_cnn.errors import DataError
from legacy_cnn.mnist.rows import Rows


class Shuffler(Protocol):
    """What draws the shuffles: a NumPy `RandomState` or `Generator`, or the module `numpy.random`.

    The module stands for NumPy's global generator.
    """

    def shuffle(self, x: Any, /) -> None:
        """Shuffles an array in place."""


class DataSet:
    """Images and labels that are drawn in batches.

    The images stay bytes in the order of their file: a shuffle moves an array of indices, and
    pixels become floats when a batch is drawn.
    """

    def __init__(
        self,
        images: NDArray[np.uint8],
        labels: NDArray[Any],
        generator: Shuffler,
        *,
        scale: bool = True,
        flatten: bool = True,
    ) -> None:
        """Takes the arrays; draws nothing yet.

        Args:
          images: uint8 array `(n, ...)`, 0-255.
          labels: array `(n, ...)`.
          generator: what draws the shuffles.
          scale: whether batches hold float32 pixels in 0.0-1.0 instead of bytes.
          flatten: whether an image becomes a row of pixels.

        Raises:
          DataError: the numbers of images and labels differ.
        """
        if len(images) != len(labels):
            raise DataError(
                f"images and labels must have the same length, not {len(images):,} and "
                f"{len(labels):,}."
            )
        if flatten:
            images = images.reshape(len(images), math.prod(images.shape[1:]))
        self._generator = generator
        self._num_examples = len(images)
        self._epochs_completed = 0
        self._index_in_epoch = 0
        self._images = Rows(images, scale)
        self._labels = Rows(labels, scale=False)

    @property
    def images(self) -> NDArray[Any]:
        """All images, scaled and flattened as asked for, in the order of the last shuffle.

        The first access after a shuffle makes the array.
        """
        return self._images.all()

    @property
    def labels(self) -> NDArray[Any]:
        """All labels, in the order of the images."""
        return self._labels.all()

    @property
    def num_examples(self) -> int:
        """The number of examples in an epoch."""
        return self._num_examples

    @property
    def epochs_completed(self) -> int:
        """How many epochs have ended."""
        return self._epochs_completed

    def next_batch(
        self, batch_size: int, *, shuffle: bool = True
    ) -> tuple[NDArray[Any], NDArray[Any]]:
        """Draws the next batch.

        The set is shuffled before the first batch. At the end of an epoch, the batch is what is
        left of it, followed by the beginning of the next epoch, for which the shuffled order is
        shuffled again.

        Args:
          batch_size: number of examples.
          shuffle: whether to shuffle where a shuffle is due.

        Returns:
          Images and labels of `batch_size` examples; of fewer only if a batch is larger than the
          set.
        """
        self._shuffle_if_new(shuffle)
        start, size = self._index_in_epoch, self._num_examples
        end = start + batch_size
        if end <= size:
            batch = self._take(start, end)
            self._index_in_epoch = end
            return batch
        rest = self._take(start, size)
        self._begin_epoch(end - size, shuffle)
        beginning = self._take(0, end - size)
        images, labels = (np.concatenate(pair) for pair in zip(rest, beginning, strict=True))
        return images, labels

    def skip(self, batches: int, batch_size: int) -> None:
        """Moves forward as that many calls of `next_batch(batch_size)` do, without the batches."""
        for _ in range(batches):
            self._shuffle_if_new(True)
            end = self._index_in_epoch + batch_size
            if end <= self._num_examples:
                self._index_in_epoch = end
            else:
                self._begin_epoch(end - self._num_examples, True)

    def _shuffle_if_new(self, shuffle: bool) -> None:
        if shuffle and self._index_in_epoch == 0 and self._epochs_completed == 0:
            self._shuffle()

    def _begin_epoch(self, index: int, shuffle: bool) -> None:
        """Ends the epoch, and begins the next one with its first `index` examples drawn."""
        self._epochs_completed += 1
        if shuffle:
            self._shuffle()
        self._index_in_epoch = index

    def _take(self, start: int, end: int) -> tuple[NDArray[Any], NDArray[Any]]:
        return self._images.take(start, end), self._labels.take(start, end)

    def _shuffle(self) -> None:
        permutation = np.arange(self._num_examples)
        self._generator.shuffle(permutation)
        self._images.shuffle(permutation)
        self._labels.shuffle(permutation)
