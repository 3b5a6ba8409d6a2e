"""The bytes of MNIST, or of any set in the same four files: checked, as uint8 arrays."""

from typing import NamedTuple

import numpy as np

from legacy_cnn.errors import DataError
from legacy_cnn.mnist import sources


class Mnist(NamedTuple):
    """A set as it lies in its files. Every array is read-only."""

    train_images: np.ndarray  #: uint8 (n, rows, columns), 0-255; MNIST: (60000, 28, 28)
    train_labels: np.ndarray  #: uint8 (n,); MNIST: 0-9
    test_images: np.ndarray  #: uint8 (m, rows, columns); MNIST: (10000, 28, 28)
    test_labels: np.ndarray  #: uint8 (m,)
    paths: dict  #: file name -> Path it was read from
    digests: dict  #: file name -> SHA-256 of the uncompressed file, hexadecimal
    name: str | None  #: "MNIST", "Fashion-MNIST", or None for a set that is not known


def load(train_dir=None, source_url=None, announce=lambda path: None):
    """Reads and checks the four files.

    Args:
      train_dir, source_url: see `sources.resolve`. None, None reads the bundled MNIST.
      announce: called with each path before it is read.

    Returns:
      A `Mnist`.

    Raises:
      DataError: a damaged file, numbers of images and labels that differ, or a damaged bundle.
      DownloadError: the mirror failed.
      OSError: `train_dir` cannot be read or written.
    """
    paths = sources.resolve(train_dir, source_url)
    arrays = {}
    for name, path in paths.items():
        announce(path)
        arrays[name] = sources.read(path, name)
    for images, labels in (sources.NAMES[:2], sources.NAMES[2:]):
        _same_count(arrays[images], arrays[labels], paths[images])
    digests = {name: sources.digest(array) for name, array in arrays.items()}
    name = sources.identify(digests)
    if train_dir is None and name != "MNIST":
        raise DataError("The bundled MNIST is damaged: install legacy-cnn again.")
    return Mnist(
        arrays[sources.TRAIN_IMAGES],
        arrays[sources.TRAIN_LABELS],
        arrays[sources.TEST_IMAGES],
        arrays[sources.TEST_LABELS],
        paths,
        digests,
        name,
    )


def _same_count(images, labels, path):
    if len(images) != len(labels):
        raise DataError(
            f"{path} holds {len(images):,} images but the label file beside it "
            f"{len(labels):,} labels; one of the two belongs to another set."
        )
