"""The inputs of each training step, and the test set."""

import itertools
from collections.abc import Iterator
from typing import Any, NamedTuple, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from legacy_cnn import vocabulary
from legacy_cnn.errors import DataError, UsageError
from legacy_cnn.mnist import Mnist, scaled, split
from legacy_cnn.training import randomness


class Feeding(Protocol):
    """The settings that the inputs depend on."""

    @property
    def batch_size(self) -> int: ...
    @property
    def seed(self) -> int: ...
    @property
    def validation_size(self) -> int: ...


class Batch(NamedTuple):
    """The inputs of one step of N images."""

    images: NDArray[np.float32]  #: (N, 784), 0.0-1.0
    labels: NDArray[np.float64]  #: (N, 10), one-hot
    noise: NDArray[np.float32]  #: (N, 1024), uniform in [0, 1): decides what dropout keeps


class Sets(NamedTuple):
    """The training and the test set of a run."""

    images: NDArray[np.uint8]  #: (n, 28, 28, 1), to train on
    labels: NDArray[np.float64]  #: (n, 10), one-hot
    test_images: NDArray[np.float32]  #: (m, 784), 0.0-1.0
    test_labels: NDArray[np.uint8]  #: (m,), 0-9
    steps: int  #: of an epoch; the tutorial drops the images after the last whole batch

    @classmethod
    def of(cls, files: Mnist, settings: Feeding) -> Self:
        """Prepares the files of a set for a run.

        Raises:
          DataError: the images have another size, or there is no test image.
          UsageError: see `training_set`.
        """
        shape = files.train_images.shape[1:], files.test_images.shape[1:]
        if shape != (vocabulary.IMAGE_SHAPE,) * 2:
            raise DataError(f"The graph takes images of 28 x 28 pixels, not {shape}.")
        images, labels = training_set(files, settings)
        if not len(files.test_images):
            raise DataError("The test set is empty.")
        test_images = scaled(files.test_images.reshape(len(files.test_images), -1))
        steps = len(images) // settings.batch_size
        return cls(images, labels, test_images, files.test_labels, steps)


def training_set(files: Mnist, settings: Feeding) -> tuple[NDArray[np.uint8], NDArray[Any]]:
    """Returns the images and labels to train on.

    Returns:
      Images, uint8 `(n, 28, 28, 1)`, and labels, one-hot float64 `(n, 10)`.

    Raises:
      DataError: `validation_size` or a label is out of range.
      UsageError: there are fewer images than in a batch.
    """
    images, labels = split(files, settings.validation_size, one_hot=True).train
    if settings.batch_size > len(images):
        raise UsageError(
            f"batch_size {settings.batch_size} is above the {len(images)} training images.",
            "batch_size",
        )
    return images, labels


def batches(
    images: NDArray[np.uint8], labels: NDArray[Any], settings: Feeding, step: int = 0
) -> Iterator[Batch]:
    """Yields the inputs of each step of a run, without end, starting at any step.

    Args:
      images: uint8 `(n, 28, 28, 1)`, the training set.
      labels: one-hot float64 `(n, 10)`.
      settings: the settings of the run.
      step: number of completed steps.
    """
    size = settings.batch_size
    data = randomness.SeededDataSet(images, labels, settings.seed)
    data.skip(step, size)
    for number in itertools.count(step):
        noise = randomness.training_noise(settings.seed, number, size)
        yield Batch(*data.next_batch(size), noise)
