"""What the graph is fed with, step by step."""

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from legacy_cnn import mnist
from legacy_cnn.errors import UsageError
from legacy_cnn.settings import CompareSettings, ParitySettings, Settings
from legacy_cnn.training import randomness

#: What has a seed, a batch size and a validation size.
AnySettings = Settings | CompareSettings | ParitySettings


def training_set(files: mnist.Mnist, settings: AnySettings) -> mnist.Examples:
    """Returns the images and labels that are trained on.

    Args:
      files: the set.
      settings: with `batch_size` and `validation_size`.

    Returns:
      Images, uint8 `(n, 28, 28, 1)`, and labels, one-hot float64 `(n, 10)`.

    Raises:
      DataError: `validation_size` or a label is out of range.
      UsageError: they are fewer than a batch.
    """
    train = mnist.split(files, settings.validation_size, one_hot=True).train
    count = len(train.images)
    if settings.batch_size > count:
        raise UsageError(
            f"batch_size {settings.batch_size} is above the {count} training images.",
            "batch_size",
        )
    return train


def fed(
    images: NDArray[np.uint8], labels: NDArray[Any], settings: AnySettings, step: int = 0
) -> Iterator[tuple[NDArray[np.float32], NDArray[Any], NDArray[np.float32]]]:
    """Yields the batch and the dropout noise of each step of a run, without end.

    Args:
      images: uint8 `(n, 28, 28, 1)`, the training set.
      labels: one-hot float64 `(n, 10)`.
      settings: the run's `Settings`.
      step: number of steps to skip: those that a resumed run has done.

    Yields:
      Images `(N, 784)`, labels `(N, 10)` and noise `(N, 1024)`, for N of `settings.batch_size`.
    """
    size = settings.batch_size
    batches = randomness.SeededDataSet(images, labels, settings.seed)
    batches.skip(step, size)
    for number in itertools.count(step):
        yield *batches.next_batch(size), randomness.training_noise(settings.seed, number, size)
