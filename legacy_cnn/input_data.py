"""The MNIST loader that TensorFlow removed, under its old names and with its old behaviour.

In a TensorFlow 1 script, change the import line alone:

    from tensorflow.examples.tutorials.mnist import input_data      # gone since TensorFlow 2
    from legacy_cnn import input_data                               # the same names, here

For the same seeds, batches equal the original's in every bit. What differs is the cost: the
original copied the whole set at every shuffle; here the images stay bytes in the order of their
file, a shuffle moves an array of indices, and pixels become floats when a batch is drawn.

It is the loader of TensorFlow 1.4 to 1.15. Earlier ones had fewer arguments, and up to 1.1 other
batches: `with legacy_cnn.mnist.loader("0.12"):` makes this module that release's.

This module does not import TensorFlow; if a script does, the graph seed is honoured. New programs
may use `legacy_cnn.mnist`, on which this module is built.
"""

import collections
import contextlib
import os
import sys
from typing import Any, BinaryIO

import numpy
from numpy.typing import NDArray

from legacy_cnn import mnist
from legacy_cnn.errors import DataError
from legacy_cnn.files import AnyPath
from legacy_cnn.mnist import idx, loaders, sources
from legacy_cnn.mnist.rows import Rows
from legacy_cnn.mnist.sources import DEFAULT_SOURCE_URL
from legacy_cnn.releases import Loader

__all__ = [
    "DEFAULT_SOURCE_URL",
    "DataSet",
    "base",
    "dense_to_one_hot",
    "extract_images",
    "extract_labels",
    "load_mnist",
    "read_data_sets",
]

#: What `read_data_sets` returns: three `DataSet`s. Its old name is `base.Datasets`.
Datasets = collections.namedtuple("Datasets", ["train", "validation", "test"])


def extract_images(f: BinaryIO) -> NDArray[numpy.uint8]:
    """Extracts the images of an IDX file.

    Args:
      f: a binary file object, gzip or not.

    Returns:
      uint8 array `(n, rows, columns, 1)` in 0-255, read-only.

    Raises:
      ValueError: the magic number is not 2051, or the file is damaged.
    """
    print("Extracting", getattr(f, "name", "<stream>"))
    return idx.read_images(f)[..., numpy.newaxis]


def extract_labels(f: BinaryIO, one_hot: bool = False, num_classes: int = 10) -> NDArray[Any]:
    """Extracts the labels of an IDX file.

    Args:
      f: a binary file object, gzip or not.
      one_hot: whether to return one-hot rows.
      num_classes: the length of a one-hot row.

    Returns:
      uint8 array `(n,)`, or float64 `(n, num_classes)` of zeros and ones.

    Raises:
      ValueError: the magic number is not 2049, the file is damaged, or a label is out of range.
    """
    print("Extracting", getattr(f, "name", "<stream>"))
    labels = idx.read_labels(f)
    return dense_to_one_hot(labels, num_classes) if one_hot else labels


def dense_to_one_hot(labels_dense: NDArray[Any], num_classes: int) -> NDArray[numpy.float64]:
    """Turns class labels into one-hot rows.

    Args:
      labels_dense: integer array `(n,)` in 0 to `num_classes` - 1.
      num_classes: the length of a row.

    Returns:
      float64 array `(n, num_classes)`.

    Raises:
      ValueError: a label is out of range. The original set an element of another row instead.
    """
    return mnist.one_hot_rows(labels_dense, num_classes)


class _GlobalGenerator:
    """NumPy's global generator, as an object that can be copied."""

    def shuffle(self, x: Any, /) -> None:
        """Shuffles an array in place."""
        numpy.random.shuffle(x)


class DataSet(mnist.DataSet):
    """Images and labels that are drawn in batches, shuffled by NumPy's global generator.

    A script's own draws from that generator change the batches, as they always did. So does what
    it assigns to the attributes that the original kept its state in: `_images`, `_labels`,
    `_num_examples`, `_index_in_epoch`, `_epochs_completed`.
    """

    @loaders.arguments_of(lambda *_, **__: loaders.in_force())
    def __init__(
        self,
        images: Any,
        labels: Any,
        fake_data: bool = False,
        one_hot: bool = False,
        dtype: Any = "float32",
        reshape: bool = True,
        seed: int | None = None,
    ) -> None:
        """Seeds NumPy's global generator, from 1.2 on, and takes the arrays.

        Args:
          images: uint8 array `(n, rows, columns, 1)`, 0-255.
          labels: array whose first dimension is n.
          fake_data: whether to stand in for 10,000 images without having any.
          one_hot: whether the fake labels are one-hot; has no effect otherwise.
          dtype: `tf.uint8` keeps 0-255, `tf.float32` scales to 0.0-1.0; a name or a NumPy type
            will do as well.
          reshape: whether to flatten an image to `rows * columns`.
          seed: op seed; with the graph seed it seeds the generator (`tf.compat.v1.get_seed`).

        Raises:
          TypeError: another `dtype`.
          AssertionError: numbers of images and labels that differ, or more than one channel.
        """
        self._release = loaders.in_force()
        loader = self._release.loader
        if loader is Loader.SEEDED:
            numpy.random.seed(_generator_seed(seed))
        scale = _image_dtype(dtype) == "float32"
        self._is_fake = fake_data
        if fake_data:
            nothing: Any = []  # a list, as in the original
            super().__init__(
                nothing, nothing, _GlobalGenerator(), scale=False, flatten=False, loader=loader
            )
            self._num_examples = 10000
            self.one_hot = one_hot
            return
        assert images.shape[0] == labels.shape[0], (
            f"images.shape: {images.shape} labels.shape: {labels.shape}"
        )
        if reshape:
            assert images.shape[3] == 1
        generator = _GlobalGenerator()
        super().__init__(images, labels, generator, scale=scale, flatten=reshape, loader=loader)

    @property
    def _images(self) -> NDArray[Any]:
        """The array that batches are taken from, in the order of the last shuffle."""
        return self._image_rows.all()

    @_images.setter
    def _images(self, images: NDArray[Any]) -> None:
        self._image_rows = Rows(images, scale=False)

    @property
    def _labels(self) -> NDArray[Any]:
        return self._label_rows.all()

    @_labels.setter
    def _labels(self, labels: NDArray[Any]) -> None:
        self._label_rows = Rows(labels, scale=False)

    @loaders.arguments_of(lambda self, *_, **__: self._release)
    def next_batch(
        self, batch_size: int, fake_data: bool = False, shuffle: bool = True
    ) -> tuple[Any, Any]:
        """Returns the next examples: a pair `(images, labels)` of `batch_size` rows each.

        The set is shuffled before the very first batch. At an epoch's end the batch is what is
        left, then the head of the next epoch, for which the shuffled order is shuffled once more.

        Up to 1.0, there is no `shuffle`, and batches are those of `releases.Loader.FILE_ORDER`.
        """
        if fake_data:
            label = [1] + [0] * 9 if self.one_hot else 0
            return [[1] * 784 for _ in range(batch_size)], [label for _ in range(batch_size)]
        return super().next_batch(batch_size, shuffle=shuffle)

    def _shuffle(self) -> None:
        if self._is_fake:
            # The original drew an order, and then could not apply it to a list.
            numpy.random.shuffle(numpy.arange(self._num_examples))
            raise TypeError("A fake DataSet has no images: call next_batch with fake_data=True.")
        super()._shuffle()


@loaders.arguments_of(lambda *_, **__: loaders.in_force())
def read_data_sets(
    train_dir: AnyPath,
    fake_data: bool = False,
    one_hot: bool = False,
    dtype: Any = "float32",
    reshape: bool = True,
    validation_size: int = 5000,
    seed: int | None = None,
    source_url: str = DEFAULT_SOURCE_URL,
) -> Datasets:
    """Reads the training, validation and test sets.

    Args:
      train_dir: directory of the four files, gzip or not; missing files are put there.
      fake_data: whether to make each `DataSet` without data.
      one_hot: whether labels are one-hot rows (float64) instead of uint8.
      dtype: `tf.float32` scales images to 0.0-1.0, `tf.uint8` keeps 0-255.
      reshape: whether to flatten images to `(n, 784)`; else `(n, 28, 28, 1)`.
      validation_size: how many of the first training images make the validation set.
      seed: op seed of the shuffles.
      source_url: address to download missing files from. The default downloads nothing: the
        files that it held are bundled.

    Returns:
      `base.Datasets(train, validation, test)`; 55,000, 5,000 and 10,000 images of MNIST.

    Raises:
      ValueError: a damaged file (the message names it), or a `validation_size` that is not in 0
        to the number of training images.
      TypeError: a `dtype` other than uint8 and float32.
      OSError: `train_dir` cannot be read or written, or the mirror failed.
    """
    options = {"dtype": dtype, "reshape": reshape}
    if "seed" not in loaders.in_force().lacks:
        options["seed"] = seed
    if fake_data:
        fakes = [DataSet([], [], fake_data=True, one_hot=one_hot, **options) for _ in range(3)]
        return Datasets(*fakes)
    files = mnist.load(
        loaders.directory(train_dir), source_url, announce=lambda path: print("Extracting", path)
    )
    parts = mnist.split(files, validation_size, one_hot=one_hot)
    return Datasets(*(DataSet(*examples, **options) for examples in parts))


def load_mnist(train_dir: AnyPath = "MNIST-data") -> Datasets:
    """Returns `read_data_sets(train_dir)`."""
    return read_data_sets(train_dir)


def maybe_download(filename: str, work_directory: AnyPath, source_url: str) -> str:
    """Returns the path of `filename` in `work_directory`, and puts it there if it is missing.

    Its old name is `base.maybe_download`. The four files of MNIST come from the bundle unless
    `source_url` is another address than the old default. That is the one difference from the
    original: its default host is not asked.

    Args:
      filename: one of the four file names of MNIST, ending in `.gz`.
      work_directory: a directory, created if it does not exist.
      source_url: the full address of the file.

    Returns:
      The path.

    Raises:
      DataError: `filename` is not one of MNIST's, and is not in `work_directory` either.
      DownloadError: the mirror failed.
    """
    path = os.path.join(work_directory, filename)
    if os.path.exists(path):
        return path
    name = filename.removesuffix(".gz")
    if name not in sources.NAMES:
        raise DataError(f"{filename} is not in {work_directory} and is not a file of MNIST.")
    folder = source_url.removesuffix(filename)
    return str(sources.obtain(name, work_directory, folder if sources.mirrored(folder) else None))


class base:
    """The names of the old loader's helper module, `base`, that scripts use."""

    Datasets = Datasets
    maybe_download = staticmethod(maybe_download)


def _generator_seed(seed: int | None) -> int | None:
    """The seed of NumPy's global generator: the op seed, or the graph seed where there is none."""
    tensorflow = sys.modules.get("tensorflow")
    if tensorflow is None:  # so nobody has set a graph seed
        return None if seed is None else mnist.op_seed(seed)
    graph_seed, op_seed = tensorflow.compat.v1.get_seed(seed)
    return graph_seed if seed is None else op_seed


def _image_dtype(dtype: Any) -> str:
    """The name of a TensorFlow or NumPy type: "uint8" or "float32"."""
    named = getattr(dtype, "name", None) or getattr(dtype, "__name__", None)
    name = dtype if isinstance(dtype, str) else named
    if name in ("uint8", "float32"):
        return name
    # TensorFlow knows more names: `float`, "float", tf.float32_ref.
    with contextlib.suppress(ImportError):
        import tensorflow as tf

        dtype = tf.as_dtype(dtype).base_dtype
        if dtype in (tf.uint8, tf.float32):
            return dtype.name
    raise TypeError(f"Invalid image dtype {dtype!r}, expected uint8 or float32")
