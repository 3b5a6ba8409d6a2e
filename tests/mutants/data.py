"""Mistakes in what a port trains on and is tested on."""

import functools

import numpy as np

from legacy_cnn import mnist
from legacy_cnn.mnist.rows import scaled
from legacy_cnn.parity import Port
from legacy_cnn.randomness import SeededDraws
from mutants.parts import BATCH, Mutant, keras_port

EPOCH = 40


@functools.cache
def small_set():
    """Images `(n, 28, 28)` and labels of `compared_set`, for training and for the test."""
    files = mnist.load()
    return (
        (files.train_images[:640].copy(), files.train_labels[:640].copy()),
        (files.test_images[:100].copy(), files.test_labels[:100].copy()),
    )


def one_hot(labels):
    return mnist.one_hot_rows(labels)


def trained_on(images=None, labels=None, batches=EPOCH, size=BATCH, seed=0, shuffle=True):
    """What draws an epoch's batches as the loader does.

    Args:
      images, labels: what is done to those of a batch; None is nothing.
      batches: how many.
      size: of a batch.
      seed, shuffle: of the loader.
    """

    def drawn():
        (pixels, classes), _ = small_set()
        data = SeededDraws.of(seed).data_set(pixels[..., np.newaxis], one_hot(classes))
        for _ in range(batches):
            x, y = data.next_batch(size, shuffle=shuffle)
            yield (images(x) if images else x), (labels(y) if labels else y)

    return drawn


def tested_on(images=scaled, labels=one_hot, size=64, remainder=True):
    """What goes through the test set once.

    Args:
      images, labels: make floats of the bytes `(n, 28, 28)`, and one-hot rows of the labels.
      size: of a batch.
      remainder: whether the last, partial batch is one, too.
    """

    def drawn():
        _, (pixels, classes) = small_set()
        x, y = images(pixels).reshape(-1, 784), labels(classes)
        for start in range(0, len(x) if remainder else len(x) // size * size, size):
            yield x[start : start + size], y[start : start + size]

    return drawn


def port(**sides):
    return Port(keras_port(), **sides)


def transposed(images):
    return images.reshape(-1, 28, 28).transpose(0, 2, 1).reshape(-1, 784)


def shifted(images):
    return np.roll(images.reshape(-1, 28, 28), 1, axis=2).reshape(-1, 784)


def shuffled_apart(labels):
    return np.random.default_rng(1).permutation(labels)


MUTANTS = (
    Mutant(
        "data-another-order",
        "The batches are shuffled with another seed.",
        lambda: port(train=trained_on(seed=1)),
        "batch",
        "images",
    ),
    Mutant(
        "data-not-shuffled",
        "The batches are not shuffled.",
        lambda: port(train=trained_on(shuffle=False)),
        "batch",
        "images",
    ),
    Mutant(
        "data-labels-shuffled-apart",
        "The labels of a batch are shuffled, but its images are not.",
        lambda: port(train=trained_on(labels=shuffled_apart)),
        "batch",
        "labels",
    ),
    Mutant(
        "data-bytes",
        "Pixels range from 0 to 255.",
        lambda: port(train=trained_on(images=lambda x: x * np.float32(255))),
        "batch",
        "images",
        "the images are multiplied by 255",
    ),
    Mutant(
        "data-scaled-twice",
        "Pixels are divided by 255 twice.",
        lambda: port(train=trained_on(images=lambda x: x / np.float32(255))),
        "batch",
        "images",
        "the images are multiplied by 0.00392157",
    ),
    Mutant(
        "data-centred",
        "The mean of MNIST, 0.1307, is subtracted.",
        lambda: port(train=trained_on(images=lambda x: x - np.float32(0.1307))),
        "batch",
        "images",
        "the images are multiplied by 1 and shifted by -0.1307",
    ),
    Mutant(
        "data-inverted",
        "Digits are black on white.",
        lambda: port(train=trained_on(images=lambda x: 1 - x)),
        "batch",
        "images",
        "the images are multiplied by -1 and shifted by 1",
    ),
    Mutant(
        "data-transposed",
        "Images are read column by column.",
        lambda: port(train=trained_on(images=transposed)),
        "batch",
        "images",
        "the images are read column by column",
    ),
    Mutant(
        "data-shifted",
        "Images are shifted to the right by one pixel.",
        lambda: port(train=trained_on(images=shifted)),
        "batch",
        "images",
    ),
    Mutant(
        "data-half-precision",
        "Images are stored as float16.",
        lambda: port(train=trained_on(images=lambda x: x.astype(np.float16))),
        "batch",
        "images",
    ),
    Mutant(
        "data-batch-size",
        "Batches are twice as large.",
        lambda: port(train=trained_on(batches=EPOCH // 2, size=2 * BATCH)),
        "batch",
        "images",
    ),
    Mutant(
        "data-labels-off-by-one",
        "Labels start at 1, as in MATLAB.",
        lambda: port(train=trained_on(labels=lambda y: np.roll(y, 1, axis=1))),
        "batch",
        "labels",
    ),
    Mutant(
        "data-labels-smoothed",
        "Labels are 0.91 and 0.01.",
        lambda: port(train=trained_on(labels=lambda y: 0.9 * y + 0.01)),
        "batch",
        "labels",
    ),
    Mutant(
        "data-last-batch-dropped",
        "An epoch ends one batch early.",
        lambda: port(train=trained_on(batches=EPOCH - 1)),
        "batch",
        "batches per epoch",
    ),
    Mutant(
        "data-batch-too-many",
        "An epoch has one batch too many.",
        lambda: port(train=trained_on(batches=EPOCH + 1)),
        "batch",
        "batches per epoch",
    ),
    Mutant(
        "data-test-remainder-dropped",
        "The test set's last, partial batch is dropped.",
        lambda: port(train=trained_on(), test=tested_on(remainder=False)),
        "batch",
        "test images",
    ),
    Mutant(
        "data-test-not-scaled",
        "Training images are scaled, but test images are not.",
        lambda: port(train=trained_on(), test=tested_on(images=lambda x: x.astype(np.float32))),
        "batch",
        "test images",
        "the images are multiplied by 255",
    ),
    Mutant(
        "data-test-labels-off-by-one",
        "The labels of the test set start at 1.",
        lambda: port(test=tested_on(labels=lambda y: one_hot((y + 1) % 10))),
        "batch",
        "test labels",
    ),
)
