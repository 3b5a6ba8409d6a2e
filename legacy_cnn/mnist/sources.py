"""Where the four files come from: the user's directory, the bundle, or a mirror if one is named."""

import hashlib
import os
import shutil
from importlib import resources
from pathlib import Path

from legacy_cnn import files
from legacy_cnn.errors import DataError, UsageError
from legacy_cnn.mnist import idx, mirror

TRAIN_IMAGES = "train-images-idx3-ubyte"
TRAIN_LABELS = "train-labels-idx1-ubyte"
TEST_IMAGES = "t10k-images-idx3-ubyte"
TEST_LABELS = "t10k-labels-idx1-ubyte"
NAMES = (TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS)

#: SHA-256 of the uncompressed files of the sets that are known by name.
#: MNIST's are those of the original archive, see data/README.md; Fashion-MNIST's those of the
#: set's own repository (zalandoresearch/fashion-mnist) as Debian packages it.
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

#: The old loader's default mirror, and torchvision's. What they hold is known.
DEFAULT_SOURCE_URL = "https://storage.googleapis.com/cvdf-datasets/mnist/"
MNIST_MIRRORS = (DEFAULT_SOURCE_URL, "https://ossci-datasets.s3.amazonaws.com/mnist/")


def resolve(train_dir=None, source_url=None):
    """Finds the four files, putting into `train_dir` what it lacks.

    Args:
      train_dir: directory whose files come first, `<name>.gz` before `<name>`; it is created, and
        missing files are copied or downloaded into it. None reads the bundle where it is.
      source_url: None or `DEFAULT_SOURCE_URL` takes missing files from the bundle, which holds
        what that address held. Any other address is downloaded from.

    Returns:
      Dict from each of `NAMES` to a `Path`.

    Raises:
      UsageError: a mirror, and no `train_dir` to download to.
      DataError: `train_dir` holds a part of another set, which MNIST must not complete.
      DownloadError: the mirror failed.
      OSError: `train_dir` cannot be read or written.
    """
    if train_dir is None:
        if mirrored(source_url):
            raise UsageError("A source URL needs a directory to download to: add --data-dir.")
        return {name: bundled(name) for name in NAMES}
    train_dir = Path(train_dir)
    if not mirrored(source_url):
        _refuse_mixture(train_dir)
    return {name: obtain(name, train_dir, mirrored(source_url) and source_url) for name in NAMES}


def obtain(name, train_dir, source_url=None):
    """Returns the path of one file in `train_dir`, copied from the bundle or downloaded if absent.

    Args:
      name: one of `NAMES`, without `.gz`.
      train_dir: a directory, created if it does not exist.
      source_url: address of the directory to download from; None copies the bundled file.
    """
    found = _present(train_dir, name)
    if found:
        return found
    os.makedirs(train_dir, exist_ok=True)
    target = Path(train_dir) / f"{name}.gz"
    if not source_url:
        _copy(bundled(name), target)
    else:
        expected = KNOWN["MNIST"][name] if source_url in MNIST_MIRRORS else None
        mirror.download(f"{source_url}{name}.gz", target, lambda file: _check(file, name, expected))
    return target


def mirrored(source_url):
    """Whether `source_url` asks for a download: only an address other than the default does."""
    return bool(source_url) and source_url != DEFAULT_SOURCE_URL


def bundled(name):
    """The path of one of the four files that come with this package."""
    return Path(str(resources.files(__package__) / "data" / f"{name}.gz"))


def read(path, name):
    """Reads the file `path` as the one called `name` is to be read: images or labels."""
    with open(path, "rb") as file:
        return _reader(name)(file)


def digest(array):
    """SHA-256, in hexadecimal, of the uncompressed IDX file that holds `array`."""
    sha256 = hashlib.sha256(idx.header(array))
    sha256.update(array)
    return sha256.hexdigest()


def identify(digests):
    """Names the set that a dict of file name to SHA-256 comes from, or None if it is unknown."""
    for known, table in KNOWN.items():
        if all(table[name] == value for name, value in digests.items()):
            return known
    return None


def _reader(name):
    return idx.read_images if "images" in name else idx.read_labels


def _present(train_dir, name):
    for candidate in (f"{name}.gz", name):
        path = Path(train_dir) / candidate
        if path.exists():
            return path
    return None


def _copy(source, target):
    with open(source, "rb") as original, files.replacing(target) as copy:
        shutil.copyfileobj(original, copy)


def _check(file, name, expected):
    """Raises DataError unless the open `file` is sound, and the expected one if that is known."""
    if expected not in (None, digest(_reader(name)(file))):
        raise DataError(f"What the mirror sent as {name} is not the file of MNIST (SHA-256).")


def _refuse_mixture(train_dir):
    """A directory with some files of another set must not be filled up with MNIST's."""
    present = {name: path for name in NAMES if (path := _present(train_dir, name))}
    if not 0 < len(present) < len(NAMES):
        return
    if identify({name: digest(read(path, name)) for name, path in present.items()}) != "MNIST":
        missing = ", ".join(f"{name}.gz" for name in NAMES if name not in present)
        raise DataError(
            f"{train_dir} holds files of another set than MNIST but lacks {missing}; "
            f"add what is missing, or use an empty directory to get MNIST."
        )
