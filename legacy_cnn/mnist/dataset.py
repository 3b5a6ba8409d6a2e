"""Images and labels that are drawn in batches, in the order of the old loaders' shuffles."""

import copy
import math
from collections.abc import Iterator
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from legacy_cnn.errors import DataError
from legacy_cnn.mnist.rows import Rows
from legacy_cnn.releases import Loader


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
        loader: Loader = Loader.SEEDED,
    ) -> None:
        """Takes the arrays; draws nothing yet.

        Args:
          images: uint8 array `(n, ...)`, 0-255.
          labels: array `(n, ...)`.
          generator: what draws the shuffles.
          scale: whether batches hold float32 pixels in 0.0-1.0 instead of bytes.
          flatten: whether an image becomes a row of pixels.
          loader: `FILE_ORDER` draws batches as TensorFlow did up to 1.0; the others are alike.

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
        self._in_file_order = loader is Loader.FILE_ORDER
        self._num_examples = len(images)
        self._epochs_completed = 0
        self._index_in_epoch = 0
        self._image_rows = Rows(images, scale)
        self._label_rows = Rows(labels, scale=False)

    def __copy__(self) -> Self:
        """A set with the same arrays, which is drawn from, and shuffled, apart from this one."""
        copied = type(self).__new__(type(self))
        vars(copied).update(vars(self))
        copied._image_rows = copy.copy(self._image_rows)
        copied._label_rows = copy.copy(self._label_rows)
        return copied

    @property
    def images(self) -> NDArray[Any]:
        """All images, scaled and flattened as asked for, in the order of the last shuffle.

        The first access after a shuffle makes the array.
        """
        return self._image_rows.all()

    @property
    def labels(self) -> NDArray[Any]:
        """All labels, in the order of the images."""
        return self._label_rows.all()

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

        With `Loader.FILE_ORDER`, the first epoch has the order of the arrays, and what is left at
        an epoch's end is dropped.

        Args:
          batch_size: number of examples.
          shuffle: whether to shuffle where a shuffle is due.

        Returns:
          Images and labels of `batch_size` examples; of fewer only if a batch is larger than the
          set.

        Raises:
          AssertionError: with `Loader.FILE_ORDER`, a batch is larger than the set.
        """
        parts = [self._take(*part) for part in self._parts(batch_size, shuffle)]
        if len(parts) == 1:
            return parts[0]
        images, labels = (np.concatenate(pair) for pair in zip(*parts, strict=True))
        return images, labels

    def skip(self, batches: int, batch_size: int) -> None:
        """Moves forward as that many calls of `next_batch(batch_size)` do, without the batches."""
        for _ in range(batches):
            for _ in self._parts(batch_size, True):
                pass

    def _parts(self, batch_size: int, shuffle: bool) -> Iterator[tuple[int, int]]:
        """Yields start and end of each part of the next batch; a shuffle comes between them."""
        if self._in_file_order:
            yield from self._parts_in_file_order(batch_size, shuffle)
            return
        self._shuffle_if_new(shuffle)
        start, size = self._index_in_epoch, self._num_examples
        end = start + batch_size
        if end <= size:
            self._index_in_epoch = end
            yield start, end
            return
        yield start, size
        self._begin_epoch(end - size, shuffle)
        yield 0, end - size

    def _parts_in_file_order(self, batch_size: int, shuffle: bool) -> Iterator[tuple[int, int]]:
        """Yields start and end of the next batch, which has one part."""
        start = self._index_in_epoch
        self._index_in_epoch = end = start + batch_size
        if end > self._num_examples:
            self._begin_epoch(batch_size, shuffle)
            start, end = 0, batch_size
        if end > self._num_examples:  # the original's error, after the shuffle as there
            raise AssertionError(
                f"A batch of {batch_size:,} is larger than the set of {self._num_examples:,}."
            )
        yield start, end

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
        return self._image_rows.take(start, end), self._label_rows.take(start, end)

    def _shuffle(self) -> None:
        permutation = np.arange(self._num_examples)
        self._generator.shuffle(permutation)
        self._image_rows.shuffle(permutation)
        self._label_rows.shuffle(permutation)
