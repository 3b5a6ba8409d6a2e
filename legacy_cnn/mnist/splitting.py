"""A set cut into training, validation and test examples, as the old loader cut it."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from legacy_cnn.errors import DataError
from legacy_cnn.mnist.loading import Mnist

#: The digits. Labels are not limited to them unless they are made one-hot.
CLASSES = 10


class Examples(NamedTuple):
    """Images and their labels."""

    images: NDArray[np.uint8]  #: (n, rows, columns, 1), 0-255
    labels: NDArray[Any]  #: uint8 (n,), or one-hot float64 (n, 10)


class Split(NamedTuple):
    """The three parts of a set. MNIST has 55,000, 5,000 and 10,000 examples."""

    train: Examples
    validation: Examples
    test: Examples


def split(files: Mnist, validation_size: int = 5000, *, one_hot: bool = False) -> Split:
    """Cuts a set into training, validation and test examples.

    Args:
      files: the set, as `load` returns it.
      validation_size: how many of the first training images to set aside for validation.
      one_hot: whether to turn labels into one-hot rows.

    Returns:
      The three parts; images are views of the set's arrays.

    Raises:
      DataError: `validation_size` is not in 0 to the number of training images, or `one_hot` is
        set and a label is not in 0-9.
    """
    count = len(files.train_images)
    if not 0 <= validation_size <= count:
        # The old loader's own wording.
        raise DataError(
            f"Validation size should be between 0 and {count}. Received: {validation_size}."
        )
    train, test = (
        Examples(images[..., np.newaxis], one_hot_rows(labels, CLASSES) if one_hot else labels)
        for images, labels in (
            (files.train_images, files.train_labels),
            (files.test_images, files.test_labels),
        )
    )
    return Split(
        train=Examples(*(array[validation_size:] for array in train)),
        validation=Examples(*(array[:validation_size] for array in train)),
        test=test,
    )


def one_hot_rows(labels: NDArray[Any], classes: int = CLASSES) -> NDArray[np.float64]:
    """Turns class labels into one-hot rows.

    Args:
      labels: integer array of n elements in 0 to `classes` - 1.
      classes: the length of a row.

    Returns:
      float64 array `(n, classes)`; float64 as in the old loader.

    Raises:
      DataError: a label is out of range.
    """
    labels = labels.ravel()
    check_labels(labels, classes)
    rows = np.zeros((len(labels), classes))
    rows[np.arange(len(labels)), labels] = 1
    return rows


def check_labels(labels: NDArray[Any], classes: int = CLASSES) -> None:
    """Checks that labels are in 0 to `classes` - 1.

    Raises:
      DataError: a label is out of range.
    """
    outside = labels[(labels < 0) | (labels >= classes)]
    if outside.size:
        raise DataError(f"Label {outside[0]} is outside 0-{classes - 1}.")
