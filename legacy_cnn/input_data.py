"""The MNIST loader that TensorFlow removed, under its old names and with its old behaviour.

In a TensorFlow 1 script, change the import line alone:

    from tensorflow.examples.tutorials.mnist import input_data      # gone since TensorFlow 2
    from legacy_cnn import input_data                               # the same names, here

Batches are those of the original, bit for bit, for the same seeds. What differs is cost: the
original copied the whole set at every shuffle; here the images stay bytes in the order of their
file, a shuffle moves an array of indices, and pixels become floats when a batch is drawn.
"""

from typing import Any

import numpy
import tensorflow as tf

from legacy_cnn import mnist
from legacy_cnn.errors import DataError
from legacy_cnn.mnist import base, idx
from legacy_cnn.mnist.rows import Rows
from legacy_cnn.mnist.sources import DEFAULT_SOURCE_URL

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


def extract_images(f):
    """Extracts the images of an IDX file.

    Args:
      f: a binary file object, gzip or not.

    Returns:
      uint8 array `(n, rows, columns, 1)` in 0-255, read-only.

    Raises:
      ValueError: the magic number is not 2051, or the file is damaged.
    """
    print("Extracting", f.name)
    return idx.read_images(f)[..., numpy.newaxis]


def extract_labels(f, one_hot=False, num_classes=10):
    """Extracts the labels of an IDX file.

    Args:
      f: a binary file object, gzip or not.
      one_hot: whether to return one-hot rows.
      num_classes: length of a one-hot row.

    Returns:
      uint8 array `(n,)`, or float64 `(n, num_classes)` of zeros and ones.

    Raises:
      ValueError: the magic number is not 2049, the file is damaged, or a label does not fit.
    """
    print("Extracting", f.name)
    labels = idx.read_labels(f)
    return dense_to_one_hot(labels, num_classes) if one_hot else labels


def dense_to_one_hot(labels_dense, num_classes):
    """Turns class labels into one-hot rows.

    Args:
      labels_dense: integer array `(n,)` in 0 to `num_classes` - 1.
      num_classes: length of a row.

    Returns:
      float64 array `(n, num_classes)`; float64 as in the original.

    Raises:
      ValueError: a label outside its range (the original set a wrong row's element instead).
    """
    labels = labels_dense.ravel()
    if labels.size and not 0 <= labels.min() <= labels.max() < num_classes:
        wrong = labels[(labels < 0) | (labels >= num_classes)][0]
        raise DataError(f"Label {wrong} is outside 0-{num_classes - 1}.")
    one_hot = numpy.zeros((len(labels), num_classes))
    one_hot[numpy.arange(len(labels)), labels] = 1
    return one_hot


class DataSet:
    """Images and labels that are handed out in batches, in an order that shuffles draw."""

    # Where seeds go and shuffles are drawn from: NumPy's global generator, as in the original,
    # so that a script's own draws from it change the batches as they always did.
    _random: Any = numpy.random

    def __init__(
        self,
        images,
        labels,
        fake_data=False,
        one_hot=False,
        dtype=tf.float32,
        reshape=True,
        seed=None,
    ):
        """Seeds NumPy's global generator and takes the arrays.

        Args:
          images: uint8 array `(n, rows, columns, 1)`, 0-255.
          labels: array whose first dimension is n.
          fake_data: whether to stand in for 10,000 images without having any.
          one_hot: whether the fake labels are one-hot; of no use otherwise.
          dtype: `uint8` keeps 0-255, `float32` scales to 0.0-1.0.
          reshape: whether to flatten an image to `rows * columns`.
          seed: op seed; with the graph seed it seeds the generator (`tf.compat.v1.get_seed`).

        Raises:
          TypeError: another `dtype`.
          AssertionError: numbers of images and labels that differ, or more than one channel.
        """
        graph_seed, op_seed = tf.compat.v1.get_seed(seed)
        self._random.seed(graph_seed if seed is None else op_seed)
        dtype = tf.as_dtype(dtype).base_dtype
        if dtype not in (tf.uint8, tf.float32):
            raise TypeError(f"Invalid image dtype {dtype!r}, expected uint8 or float32")
        self._epochs_completed = 0
        self._index_in_epoch = 0
        if fake_data:
            self._num_examples = 10000
            self.one_hot = one_hot
        else:
            assert images.shape[0] == labels.shape[0], (
                f"images.shape: {images.shape} labels.shape: {labels.shape}"
            )
            self._num_examples = images.shape[0]
            if reshape:
                assert images.shape[3] == 1
                images = images.reshape(images.shape[0], images.shape[1] * images.shape[2])
        self._images = Rows(images, scale=dtype == tf.float32 and not fake_data)
        self._labels = Rows(labels, scale=False)

    @property
    def images(self):
        """float32 array `(n, rows * columns)` in 0.0-1.0 (or as `dtype` and `reshape` say).

        In the order of the last shuffle. The first access after a shuffle makes the array.
        """
        return self._images.all()

    @property
    def labels(self):
        """uint8 array `(n,)`, or one-hot float64 `(n, classes)`; in the order of the last shuffle,
        as the images."""
        return self._labels.all()

    @property
    def num_examples(self):
        return self._num_examples

    @property
    def epochs_completed(self):
        return self._epochs_completed

    def next_batch(self, batch_size, fake_data=False, shuffle=True):
        """Returns the next examples: a pair `(images, labels)` of `batch_size` rows each.

        Shuffles before the very first batch. At an epoch's end the batch is what is left, then
        the head of the next epoch, for which the shuffled order is shuffled once more.
        """
        if fake_data:
            label = [1] + [0] * 9 if self.one_hot else 0
            return [[1] * 784 for _ in range(batch_size)], [label for _ in range(batch_size)]
        start, size = self._index_in_epoch, self._num_examples
        if shuffle and start == 0 and self._epochs_completed == 0:
            self._shuffle()
        self._index_in_epoch = end = start + batch_size
        if end <= size:
            return self._images.take(start, end), self._labels.take(start, end)
        self._epochs_completed += 1
        self._index_in_epoch = head = end - size
        rest = self._images.take(start, size), self._labels.take(start, size)
        if shuffle:
            self._shuffle()
        new = self._images.take(0, head), self._labels.take(0, head)
        return tuple(numpy.concatenate(pair, axis=0) for pair in zip(rest, new, strict=True))

    def _shuffle(self):
        permutation = numpy.arange(self._num_examples)
        self._random.shuffle(permutation)
        self._images.shuffle(permutation)
        self._labels.shuffle(permutation)


def read_data_sets(
    train_dir,
    fake_data=False,
    one_hot=False,
    dtype=tf.float32,
    reshape=True,
    validation_size=5000,
    seed=None,
    source_url=DEFAULT_SOURCE_URL,
):
    """Reads the training, validation and test sets.

    Args:
      train_dir: directory of the four files, gzip or not; what it lacks is put there.
      fake_data: whether to make each `DataSet` without data.
      one_hot: whether labels are one-hot rows (float64) instead of uint8.
      dtype: `tf.float32` scales images to 0.0-1.0, `tf.uint8` keeps 0-255.
      reshape: whether to flatten images to `(n, 784)`; else `(n, 28, 28, 1)`.
      validation_size: how many of the first training images make the validation set.
      seed: op seed of the shuffles.
      source_url: address to download missing files from. The default downloads nothing: what it
        held is bundled.

    Returns:
      `base.Datasets(train, validation, test)`; 55,000, 5,000 and 10,000 images of MNIST.

    Raises:
      ValueError: a damaged file (it is named), or a `validation_size` outside 0 to the number of
        training images.
      TypeError: a `dtype` other than uint8 and float32.
      OSError: `train_dir` cannot be read or written, or the mirror failed.
    """
    options = {"dtype": dtype, "reshape": reshape, "seed": seed}
    if fake_data:
        fakes = [DataSet([], [], fake_data=True, one_hot=one_hot, **options) for _ in range(3)]
        return base.Datasets(*fakes)
    files = mnist.load(train_dir, source_url, announce=lambda path: print("Extracting", path))
    return base.Datasets(
        *(DataSet(*pair, **options) for pair in split(files, one_hot, validation_size))
    )


def split(files, one_hot, validation_size):
    """Cuts the files of a set into pairs of images and labels.

    Args:
      files: an `mnist.Mnist`.
      one_hot, validation_size: as in `read_data_sets`.

    Returns:
      Three pairs, for training, validation and test: uint8 images `(n, rows, columns, 1)` and
      labels, uint8 `(n,)` or one-hot float64 `(n, 10)`.

    Raises:
      DataError: `validation_size` or a label is out of range.
    """
    count = len(files.train_images)
    if not 0 <= validation_size <= count:
        raise DataError(
            f"Validation size should be between 0 and {count}. Received: {validation_size}."
        )
    labels = [files.train_labels, files.test_labels]
    if one_hot:
        labels = [dense_to_one_hot(each, 10) for each in labels]
    images = files.train_images[..., numpy.newaxis]
    return (
        (images[validation_size:], labels[0][validation_size:]),
        (images[:validation_size], labels[0][:validation_size]),
        (files.test_images[..., numpy.newaxis], labels[1]),
    )


def load_mnist(train_dir="MNIST-data"):
    """Returns `read_data_sets(train_dir)`."""
    return read_data_sets(train_dir)
