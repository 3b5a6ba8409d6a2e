"""How good a trained run is: accuracy with the dropout off and on, and what it confuses."""

import functools

import numpy as np

from legacy_cnn import mnist, vocabulary
from legacy_cnn.mnist.rows import scaled
from legacy_cnn.training import open_run, randomness


def evaluate(path, data_dir=None, warn=lambda text: None):
    """Evaluates a run on the whole test set, each image counted once.

    Args:
      path: the run directory.
      data_dir: directory of the test set; None takes the one the run was trained on.
      warn: called with a sentence about a damaged checkpoint that was passed over.

    Returns:
      Dict of plain numbers and lists:
        images: how many there are.
        accuracy: with the dropout off, 0.0-1.0.
        accuracy_dropout_on: with the run's keep probability, as the tutorial measured it.
        confusion: 10 rows of 10 counts; row is the label, column the prediction (dropout off).
        classes: for each digit its count, and precision, recall and f1 (0.0-1.0, or None).

    Raises:
      RunError, DataError, OSError: as `open_run` and `mnist.load`.
    """
    with open_run(path, warn) as (model, settings):
        files = mnist.load(data_dir or settings.data_dir)
        images = scaled(files.test_images.reshape(len(files.test_images), -1))
        noise = functools.partial(randomness.evaluation_noise, settings.seed)
        off = model.logits(images).argmax(1)
        on = model.logits(images, settings.keep_prob, noise).argmax(1)
    labels = files.test_labels
    confusion = confusion_matrix(labels, off)
    return {
        "images": len(labels),
        "accuracy": float(np.mean(off == labels)),
        "accuracy_dropout_on": float(np.mean(on == labels)),
        "confusion": confusion.tolist(),
        "classes": [class_figures(confusion, digit) for digit in range(vocabulary.CLASSES)],
    }


def confusion_matrix(labels, predictions):
    """Counts, int64 `(10, 10)`: row the label, column the prediction; both int `(n,)` in 0-9."""
    matrix = np.zeros((vocabulary.CLASSES, vocabulary.CLASSES), np.int64)
    np.add.at(matrix, (labels, predictions), 1)
    return matrix


def class_figures(confusion, digit):
    right = confusion[digit, digit]
    predicted, count = confusion[:, digit].sum(), confusion[digit].sum()
    return {
        "digit": digit,
        "precision": _ratio(right, predicted),
        "recall": _ratio(right, count),
        "f1": _ratio(2 * right, predicted + count),
        "count": int(count),
    }


def _ratio(part, whole):
    return float(part / whole) if whole else None
