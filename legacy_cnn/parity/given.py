"""What a user gives a comparison besides the programs: feeds, and the batches to train on."""

from collections.abc import Mapping
from pathlib import Path
from reprlib import repr as shortened
from typing import Any

import numpy as np

from legacy_cnn.errors import ParityError
from legacy_cnn.files import AnyPath
from legacy_cnn.outside import npz
from legacy_cnn.outside.jsonfiles import read_json
from legacy_cnn.parity.arrays import Array
from legacy_cnn.parity.named import call_named
from legacy_cnn.parity.names import role
from legacy_cnn.parity.packing import pack

#: Names of the two arrays of a data set.
NAMES = (("images", "labels"), ("x", "y"))


def read_feeds(path: AnyPath) -> dict[str, Any]:
    """Reads from a JSON file what placeholders are fed.

    Returns:
      Dict from the name of a placeholder to a pair: its value in training, and otherwise.

    Raises:
      ParityError: the file does not contain that.
      OSError: it cannot be read.
    """
    return checked_feeds(read_json(path, ParityError, "a file of feeds"), str(path))


def checked_feeds(feeds: Any, source: str) -> dict[str, Any]:
    """Checks that feeds are pairs by name.

    Raises:
      ParityError: they are not.
    """
    if not isinstance(feeds, Mapping):
        raise ParityError(
            f'{source} must map each placeholder to a pair of values, such as {{"is_training": '
            f"[true, false]}}: in training, and otherwise."
        )
    for name, pair in feeds.items():
        if not isinstance(name, str):
            raise ParityError(f"{source}: a placeholder's name must be a string, not {name!r}.")
        if role(pair) is None and (not isinstance(pair, list | tuple) or len(pair) != 2):
            raise ParityError(
                f"{source}: {name} must have a pair of values, in training and otherwise, or be "
                f'"input" or "labels", not {shortened(pair)}.'
            )
    return dict(feeds)


def read_data(name: str) -> tuple[Array, Array]:
    """Reads the images and labels to train and test on.

    Args:
      name: an `.npz` file with the arrays "images" and "labels", or "x" and "y"; or
        `module:function`, a function that returns them as a pair or as a dict.

    Raises:
      ParityError: there are no such arrays; UserCodeError if the function raises.
      OSError: the file cannot be read.
    """
    if Path(name).suffix == ".npz":
        return _pair(npz.read(name, ParityError), name)
    return _pair(call_named(name, "data", "an .npz file"), name)


def checked_data(data: Any, batch_size: int) -> tuple[Array, Array]:
    """Checks images and labels.

    Args:
      data: a pair of arrays, or a dict of them by one of `NAMES`; several inputs are a list of
        arrays, and so are several labels. A dict may leave the labels out: they are then arrays of
        no numbers.
      batch_size: as many examples are needed at least.

    Raises:
      ParityError: they are not two arrays of finite numbers of the same length, or too short.
    """
    images, labels = (_packed(arrays) for arrays in _pair(data, "data"))
    for name, array in (("images", images), ("labels", labels)):
        if array.dtype.kind not in "biuf" or array.ndim == 0:
            raise ParityError(
                f"The {name} in data must be an array of numbers, one or more for each example, "
                f"not {array.dtype} of shape {array.shape}.",
                "data",
            )
        if not np.isfinite(array).all():
            raise ParityError(
                f"The {name} in data must be finite; {_not_finite(array):,} of {len(array):,} "
                f"examples have NaN or infinity, with which everything that follows is equal.",
                "data",
            )
    if len(images) != len(labels):
        raise ParityError(f"data has {len(images):,} images, but {len(labels):,} labels.", "data")
    if len(images) < batch_size:
        raise ParityError(
            f"data has {len(images):,} examples, fewer than a batch of {batch_size:,}: give more, "
            f"or a smaller batch_size.",
            "data",
            "batch_size",
        )
    return images, labels


def _not_finite(array: Array) -> int:
    """The number of examples that have an element which is not finite."""
    return int((~np.isfinite(array.reshape(len(array), -1)).all(axis=1)).sum())


def _packed(arrays: Any) -> Array:
    """One array, of several if need be."""
    if isinstance(arrays, list | tuple) and all(isinstance(one, np.ndarray) for one in arrays):
        return pack(arrays)
    return np.asarray(arrays)


def _pair(data: Any, source: str) -> tuple[Array, Array]:
    if isinstance(data, Mapping):
        for names in NAMES:
            if set(names) <= set(data):
                return data[names[0]], data[names[1]]
            if set(data) == {names[0]}:
                return data[names[0]], np.zeros((len(_packed(data[names[0]])), 0), np.float32)
        found = ", ".join(map(str, data)) or "nothing"
        raise ParityError(
            f'{source} must have the arrays "images" and "labels", or "x" and "y"; it has {found}.'
        )
    if isinstance(data, list | tuple) and len(data) == 2:
        return data[0], data[1]
    raise ParityError(
        f"{source} must be a pair of arrays, images and labels, not {type(data).__name__}."
    )
