"""Where the four files come from: the user's directory, the bundle, or a mirror if one is named."""

import hashlib
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import resources
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from legacy_cnn import files
from legacy_cnn.errors import DataError, UsageError
from legacy_cnn.escaping import without_password
from legacy_cnn.files import AnyPath
from legacy_cnn.mnist import idx
from legacy_cnn.outside import opened

TRAIN_IMAGES = "train-images-idx3-ubyte"
TRAIN_LABELS = "train-labels-idx1-ubyte"
TEST_IMAGES = "t10k-images-idx3-ubyte"
TEST_LABELS = "t10k-labels-idx1-ubyte"
NAMES = (TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS)

#: What archives put between the two halves of a name, and behind it; tried in this order.
_JOINTS, _SUFFIXES = ("-", "."), (".gz", "")

#: SHA-256 of the uncompressed files of each known set.
#: MNIST: the original archive, see data/README.md. Fashion-MNIST: the set's own repository
#: (zalandoresearch/fashion-mnist), as Debian packages it.
KNOWN = {
    "MNIST": {
        TRAIN_IMAGES: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        TRAIN_LABELS: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        TEST_IMAGES: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        TEST_LABELS: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    },
    "Fashion-MNIST": {
        TRAIN_IMAGES: "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
        TRAIN_LABELS: "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
        TEST_IMAGES: "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
        TEST_LABELS: "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
    },
}

#: The old loader's default mirror, and torchvision's. Their content is known.
DEFAULT_SOURCE_URL = "https://storage.googleapis.com/cvdf-datasets/mnist/"
MNIST_MIRRORS = (DEFAULT_SOURCE_URL, "https://ossci-datasets.s3.amazonaws.com/mnist/")


def resolve(data_dir: AnyPath | None = None, source_url: str | None = None) -> dict[str, Path]:
    """Locates the four files, and adds to `data_dir` those that are missing.

    Args:
      data_dir: directory whose files are used first, `<name>.gz` before `<name>`, and names such as
        `train-images.idx3-ubyte`, which many archives have, after these. It is created if it does
        not exist, and missing files are copied or downloaded into it. None reads the bundled files
        where they are.
      source_url: address of a directory to download missing files from. None or
        `DEFAULT_SOURCE_URL` copies them from the bundle, which holds what that address held.

    Returns:
      Dict from each of `NAMES` to its path.

    Raises:
      UsageError: see `check_url`.
      DataError: `data_dir` holds a part of another set, which MNIST must not complete.
      DownloadError: the mirror failed.
      OSError: `data_dir` cannot be read or written.
    """
    if source_url:
        check_url(source_url, data_dir)
        source_url = _with_slash(source_url)
    if data_dir is None:
        return {name: bundled(name) for name in NAMES}
    data_dir = Path(data_dir)
    if not mirrored(source_url):
        _refuse_mixture(data_dir)
        source_url = None
    return {name: obtain(name, data_dir, source_url) for name in NAMES}


def locate(data_dir: AnyPath | None = None) -> dict[str, Path]:
    """Locates the four files, and writes nothing.

    Args:
      data_dir: directory of the files, as of `resolve`; None for the bundled files.

    Returns:
      Dict from each of `NAMES` to its path.

    Raises:
      DataError: a file is missing.
    """
    if data_dir is None:
        return {name: bundled(name) for name in NAMES}
    missing = missing_from(data_dir)
    if missing:
        state = f"does not hold {', '.join(missing)}" if os.path.exists(data_dir) else "is missing"
        raise DataError(
            f"{data_dir} {state}. Correct data_dir, or copy MNIST into it with `legacy-cnn data`.",
            "data_dir",
        )
    return resolve(data_dir)


def missing_from(data_dir: AnyPath) -> list[str]:
    """Returns those of `NAMES` that a directory, which need not exist, does not hold."""
    return [name for name in NAMES if not _present(data_dir, name)]


def check_parent(data_dir: AnyPath) -> None:
    """Checks that a directory exists or can be created beside others; creates nothing.

    Raises:
      DataError: the directory that would hold it does not exist: a path that was mistyped.
    """
    parent = Path(data_dir).absolute().parent
    if not parent.is_dir():
        state = "is not a directory" if parent.exists() else "does not exist"
        raise DataError(
            f"{data_dir} cannot be created, because {parent} {state}. Correct data_dir, or create "
            f"{parent} first.",
            "data_dir",
        )


def check_url(source_url: str, data_dir: AnyPath | None) -> None:
    """Checks that files can be downloaded from one place to the other; asks no server.

    Raises:
      UsageError: `source_url` is not the address of a directory, or there is no `data_dir` to
        download to.
    """
    if not re.match(r"(?i)https?://[^/\s]\S*\Z", source_url):
        raise UsageError(
            f"source_url must be the http or https address of a directory, such as "
            f"{DEFAULT_SOURCE_URL}, not {without_password(source_url)}.",
            "source_url",
        )
    if data_dir is None and mirrored(source_url):
        raise UsageError(
            "source_url needs data_dir, a directory to download to.", "source_url", "data_dir"
        )


def obtain(name: str, data_dir: AnyPath, source_url: str | None = None) -> Path:
    """Returns the path of one file in `data_dir`, copied from the bundle or downloaded if missing.

    Args:
      name: one of `NAMES`, without `.gz`.
      data_dir: a directory, created if it does not exist.
      source_url: address of the directory to download from; None copies the bundled file.
    """
    present = _present(data_dir, name)
    if present:
        return present
    os.makedirs(data_dir, exist_ok=True)
    target = Path(data_dir) / f"{name}.gz"
    if source_url:
        _download(name, source_url, target)
    else:
        _copy(bundled(name), target)
    return target


def mirrored(source_url: str | None) -> bool:
    """Whether `source_url` asks for a download: only an address other than the default does."""
    return bool(source_url) and _with_slash(source_url or "") != DEFAULT_SOURCE_URL


def _with_slash(source_url: str) -> str:
    """The address of a directory, to which a file's name can be added; that may end a query."""
    return source_url if source_url.endswith("/") or "?" in source_url else f"{source_url}/"


def bundled(name: str) -> Path:
    """Returns the path of one of the four files that come with this package."""
    return Path(str(resources.files(__package__) / "data" / f"{name}.gz"))


def read(path: AnyPath, name: str) -> NDArray[np.uint8]:
    """Reads the file `path` as images or labels, depending on `name`, one of `NAMES`."""
    with opened(path, idx.MAX_FILE_BYTES, DataError, "a file of MNIST") as file:
        return _reader(name)(file)


def write(directory: AnyPath, arrays: Iterable[NDArray[np.uint8]]) -> None:
    """Writes the four files of a set, uncompressed, to a directory; the arrays as in `NAMES`.

    Raises:
      DataError, OSError: as `idx.write`.
    """
    for name, array in zip(NAMES, arrays, strict=True):
        idx.write(Path(directory) / name, array)


def digest(array: NDArray[np.uint8]) -> str:
    """Returns the SHA-256, in hexadecimal, of the uncompressed IDX file that holds `array`."""
    sha256 = hashlib.sha256(idx.header(array))
    sha256.update(array.data)
    return sha256.hexdigest()


def identify(digests: Mapping[str, str]) -> str | None:
    """Returns the name of the set with these SHA-256 by file name, or None if it is unknown."""
    for set_name, table in KNOWN.items():
        if all(table[name] == value for name, value in digests.items()):
            return set_name
    return None


def _reader(name: str) -> Callable[[BinaryIO], NDArray[np.uint8]]:
    return idx.read_images if "images" in name else idx.read_labels


def _present(data_dir: AnyPath, name: str) -> Path | None:
    """The path of a file, whatever is there: a link that leads nowhere is not replaced by MNIST."""
    files.check_path(data_dir)
    for file_name in file_names(name):
        path = Path(data_dir) / file_name
        try:
            path.lstat()
        except (FileNotFoundError, NotADirectoryError):
            continue
        return path
    return None


def file_names(name: str) -> Iterator[str]:
    """Yields the names that the file of one of `NAMES` may have."""
    first, second = name.split("-idx")
    for joint in _JOINTS:
        for suffix in _SUFFIXES:
            yield f"{first}{joint}idx{second}{suffix}"


def _copy(source: Path, target: Path) -> None:
    with open(source, "rb") as original, files.replacing(target) as copy:
        shutil.copyfileobj(original, copy)


def _download(name: str, source_url: str, target: Path) -> None:
    from legacy_cnn.mnist import mirror  # the one module here that needs more than NumPy

    expected = KNOWN["MNIST"][name] if source_url in MNIST_MIRRORS else None
    mirror.download(f"{source_url}{name}.gz", target, lambda file: _check(file, name, expected))


def _check(file: BinaryIO, name: str, expected: str | None) -> None:
    """Raises DataError unless a downloaded file is sound, and has the SHA-256 `expected` if any."""
    array = _reader(name)(file)
    if expected not in (None, digest(array)):
        raise DataError(f"its SHA-256 is not that of MNIST's {name}.")


def _refuse_mixture(data_dir: Path) -> None:
    """Raises DataError if `data_dir` holds some files of another set than MNIST, but not all."""
    present = {name: path for name in NAMES if (path := _present(data_dir, name))}
    if not 0 < len(present) < len(NAMES):
        return
    if identify({name: digest(read(path, name)) for name, path in present.items()}) != "MNIST":
        missing = ", ".join(f"{name}.gz" for name in NAMES if name not in present)
        raise DataError(
            f"{data_dir} holds files of another set than MNIST, and {missing} is missing. "
            f"Add the missing files, or use an empty directory to get MNIST."
        )
