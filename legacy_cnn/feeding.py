"""The inputs of each training step, and the test set."""

import itertools
from collections.abc import Iterator
from typing import Any, NamedTuple, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from legacy_cnn import vocabulary
from legacy_cnn.errors import DataError, UsageError
from legacy_cnn.mnist import Mnist, scaled, split
from legacy_cnn.mnist.splitting import check_labels
from legacy_cnn.randomness import Draws, SeededDraws

#: Most images of each set: a fourth more than EMNIST Digits has, the largest published one. More
#: would take more memory than most machines have for it, as pixels become floats.
MOST_IMAGES = {"training": 300_000, "test": 50_000}


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
          DataError, UsageError: see `training_set` and `evaluation_set`.
        """
        images, labels = training_set(files, settings)
        steps = len(images) // settings.batch_size
        return cls(images, labels, *evaluation_set(files), steps)


def training_set(files: Mnist, settings: Feeding) -> tuple[NDArray[np.uint8], NDArray[Any]]:
    """Returns the images and labels to train on.

    Returns:
      Images, uint8 `(n, 28, 28, 1)`, and labels, one-hot float64 `(n, 10)`.

    Raises:
      DataError: as `check`, or `validation_size` is out of range.
      UsageError: fewer images than in a batch are left to train on.
    """
    check(files)
    images, labels = split(files, settings.validation_size, one_hot=True).train
    if settings.batch_size > len(images):
        raise _too_few(len(images), len(files.train_images), settings)
    return images, labels


def _too_few(left: int, count: int, settings: Feeding) -> UsageError:
    """Names the settings that leave fewer images to train on than a batch has."""
    size, validation = settings.batch_size, settings.validation_size
    if size > count:
        return UsageError(f"batch_size {size} is above the {count} training images.", "batch_size")
    return UsageError(
        f"batch_size {size} is above the {left} images that validation_size {validation} leaves of "
        f"the {count} training images.",
        "batch_size",
        "validation_size",
    )


def evaluation_set(files: Mnist) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """The images and labels to evaluate on.

    Returns:
      Images, float32 `(m, 784)` in 0.0-1.0, and labels, uint8 `(m,)` in 0-9.

    Raises:
      DataError: as `check`.
    """
    check(files)
    images, labels = files.test_images, files.test_labels
    return scaled(images.reshape(len(images), -1)), labels


def check(files: Mnist) -> None:
    """Checks that the network can be trained and evaluated on a set, as every command does.

    Raises:
      DataError: the training or the test set is empty, too large or of another size than
        28 x 28 pixels, or a label is not in 0-9.
    """
    sets = (files.train_images, files.train_labels), (files.test_images, files.test_labels)
    for (name, most), (images, labels) in zip(MOST_IMAGES.items(), sets, strict=True):
        if not len(images):
            raise DataError(f"The {name} set is empty.")
        if images.shape[1:] != vocabulary.IMAGE_SHAPE:
            size = " x ".join(map(str, images.shape[1:]))
            raise DataError(f"The graph takes images of 28 x 28 pixels, not {size}.")
        if len(images) > most:
            raise DataError(f"The {name} set has {len(images):,} images, more than {most:,}.")
        check_labels(labels)


def batches(
    images: NDArray[np.uint8],
    labels: NDArray[Any],
    settings: Feeding,
    step: int = 0,
    draws: Draws | None = None,
) -> Iterator[Batch]:
    """Yields the inputs of each step of a run, without end, starting at any step.

    Args:
      images: uint8 `(n, 28, 28, 1)`, the training set.
      labels: one-hot float64 `(n, 10)`.
      settings: the settings of the run.
      step: number of completed steps.
      draws: where the random numbers come from; None draws all of them from `settings.seed`.
    """
    size = settings.batch_size
    draws = SeededDraws.of(settings.seed) if draws is None else draws
    data = draws.data_set(images, labels)
    data.skip(step, size)
    for number in itertools.count(step):
        yield Batch(*data.next_batch(size), draws.training_noise(number, size))
