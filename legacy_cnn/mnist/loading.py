"""The four files of a set, checked and read into uint8 arrays.

`load` completes a directory as the old loader did. Within this package, what trains says so
(`load_and_tell`), and what only reads writes nothing (`load_present`).
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from legacy_cnn.errors import DataError
from legacy_cnn.escaping import without_passwords
from legacy_cnn.files import AnyPath
from legacy_cnn.mnist import sources


class Mnist(NamedTuple):
    """A set as its files hold it. Every array is read-only."""

    train_images: NDArray[np.uint8]  #: (n, rows, columns), 0-255; MNIST: (60000, 28, 28)
    train_labels: NDArray[np.uint8]  #: (n,); MNIST: 0-9
    test_images: NDArray[np.uint8]  #: (m, rows, columns); MNIST: (10000, 28, 28)
    test_labels: NDArray[np.uint8]  #: (m,)
    paths: dict[str, Path]  #: file name -> path it was read from
    digests: dict[str, str]  #: file name -> SHA-256 of the uncompressed file, hexadecimal
    name: str | None  #: "MNIST", "Fashion-MNIST", or None for an unknown set


def load(
    data_dir: AnyPath | None = None,
    source_url: str | None = None,
    announce: Callable[[Path], object] = lambda path: None,
) -> Mnist:
    """Reads and checks the four files of a set.

    Args:
      data_dir, source_url: see `sources.resolve`. The defaults read the bundled MNIST.
      announce: called with the path of each file before it is read.

    Returns:
      The arrays, where they were read from and which set they are.

    Raises:
      DataError: a damaged file, different numbers of images and labels, or a damaged bundle.
      DownloadError: the mirror failed.
      OSError: `data_dir` cannot be read or written.
    """
    return _read(sources.resolve(data_dir, source_url), data_dir is None, announce)


def load_present(data_dir: AnyPath | None = None) -> Mnist:
    """Reads and checks the four files of a set, and writes nothing.

    Args:
      data_dir: a directory that holds all four; None for the bundled MNIST.

    Raises:
      DataError: as `load`, or a file is missing.
      OSError: `data_dir` cannot be read.
    """
    return _read(sources.locate(data_dir), data_dir is None)


def load_data() -> tuple[tuple[NDArray[np.uint8], ...], ...]:
    """MNIST as `keras.datasets.mnist.load_data` returns it, without a download.

    Returns:
      `(train images, train labels), (test images, test labels)`: uint8 arrays of shapes
      (60000, 28, 28), (60000,), (10000, 28, 28) and (10000,), which are the caller's own.
    """
    files = load()
    train = files.train_images.copy(), files.train_labels.copy()
    return train, (files.test_images.copy(), files.test_labels.copy())


def load_and_tell(
    data_dir: AnyPath | None, source_url: str | None, warn: Callable[[str], object]
) -> Mnist:
    """Does what `load` does, and says so if it writes files.

    Args:
      data_dir, source_url: as for `load`.
      warn: called with a sentence about the files that were copied or downloaded.

    Raises:
      DataError: as `load`, or there is no directory to create `data_dir` in.
      UsageError, DownloadError, OSError: as `load`.
    """
    if source_url:
        sources.check_url(source_url, data_dir)
    shown = without_passwords(source_url or "")
    if data_dir is not None:
        sources.check_parent(data_dir)
    is_new = data_dir is not None and not Path(data_dir).exists()
    missing = data_dir is not None and sources.missing_from(data_dir)
    paths = sources.resolve(data_dir, source_url)
    if missing:
        warn(_written(data_dir, sources.mirrored(source_url), is_new))
    elif sources.mirrored(source_url):
        warn(f"All files are in {data_dir}; nothing was downloaded from {shown}.")
    if source_url and not sources.mirrored(source_url):
        warn(f"The files of {shown} come with this package; nothing was downloaded.")
    return _read(paths, data_dir is None)


def _written(data_dir: AnyPath | None, downloaded: bool, is_new: bool) -> str:
    """What was written into a directory, which a user may have mistyped."""
    what = "downloaded the missing files" if downloaded else "copied MNIST"
    if is_new:
        return f"There was no directory {data_dir}: created it, and {what} into it."
    return f"{what.capitalize().replace('mnist', 'MNIST')} into {data_dir}."


def _read(
    paths: dict[str, Path], bundled: bool, announce: Callable[[Path], object] = lambda path: None
) -> Mnist:
    arrays = {}
    for name, path in paths.items():
        announce(path)
        arrays[name] = sources.read(path, name)
    for images, labels in (sources.NAMES[:2], sources.NAMES[2:]):
        _check_counts(arrays[images], arrays[labels], paths[images], paths[labels])
    digests = {name: sources.digest(array) for name, array in arrays.items()}
    set_name = sources.identify(digests)
    if bundled and set_name != "MNIST":
        raise DataError("The bundled MNIST is damaged. Install legacy-cnn again.")
    return Mnist(
        arrays[sources.TRAIN_IMAGES],
        arrays[sources.TRAIN_LABELS],
        arrays[sources.TEST_IMAGES],
        arrays[sources.TEST_LABELS],
        paths,
        digests,
        set_name,
    )


def _check_counts(
    images: NDArray[Any], labels: NDArray[Any], images_path: Path, labels_path: Path
) -> None:
    if len(images) != len(labels):
        raise DataError(
            f"{images_path} holds {len(images):,} images but {labels_path} holds "
            f"{len(labels):,} labels. One of the two files belongs to another set; replace it."
        )
