"""What the graph is fed with, step by step."""

import itertools

from legacy_cnn.errors import UsageError
from legacy_cnn.input_data import split
from legacy_cnn.training import randomness


def training_set(files, settings):
    """The images and labels that are trained on.

    Args:
      files: an `mnist.Mnist`.
      settings: with `batch_size` and `validation_size`.

    Returns:
      Images, uint8 `(n, 28, 28, 1)`, and labels, one-hot float64 `(n, 10)`.

    Raises:
      DataError: `validation_size` or a label is out of range.
      UsageError: they are fewer than a batch.
    """
    (images, labels), *_ = split(files, True, settings.validation_size)
    if settings.batch_size > len(images):
        raise UsageError(
            f"--batch-size {settings.batch_size} is above the {len(images)} training images."
        )
    return images, labels


def fed(images, labels, settings, step=0):
    """Yields each step's batch and dropout noise of a run, without end, from any step on.

    Args:
      images: uint8 `(n, 28, 28, 1)`, the training set.
      labels: one-hot float64 `(n, 10)`.
      settings: the run's `Settings`.
      step: steps that are done.

    Yields:
      Images `(N, 784)`, labels `(N, 10)` and noise `(N, 1024)`, for N of `settings.batch_size`.
    """
    size = settings.batch_size
    batches = randomness.SeededDataSet(images, labels, settings.seed)
    batches.skip(step, size)
    for each in itertools.count(step):
        yield *batches.next_batch(size), randomness.training_noise(settings.seed, each, size)
