"""How well a trained run classifies: accuracy with the dropout off and on, and its confusions."""

import functools
import os
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from legacy_cnn import feeding, mnist, vocabulary
from legacy_cnn.results import ClassScores, Evaluation
from legacy_cnn.training.draws import draws_of
from legacy_cnn.training.runs import open_at_step


def evaluate(
    run: str | os.PathLike[str],
    *,
    data_dir: str | os.PathLike[str] | None = None,
    warn: Callable[[str], object] | None = None,
) -> Evaluation:
    """Evaluates a run on the whole test set, each image counted once.

    Args:
      run: the run directory.
      data_dir: directory of the test set; None takes the one the run was trained on.
      warn: called with a sentence about a damaged checkpoint that was skipped; None makes Python's
        warning of it.

    Returns:
      Accuracies, confusion matrix, and scores of each digit.

    Raises:
      RunError, DataError, OSError: as `open_run`, `mnist.load` and `feeding.evaluation_set`.
    """
    with open_at_step(run, warn) as (model, settings, step):
        files = mnist.load_present(data_dir or settings.data_dir)
        images, labels = feeding.evaluation_set(files)
        noise = functools.partial(draws_of(settings).evaluation_noise, step)
        off = model.logits(images).argmax(1)
        on = model.logits(images, settings.keep_prob, noise).argmax(1)
    confusion = confusion_matrix(labels, off)
    return Evaluation(
        images=len(labels),
        accuracy=float(np.mean(off == labels)),
        accuracy_dropout_on=float(np.mean(on == labels)),
        confusion=tuple(map(tuple, confusion.tolist())),
        classes=tuple(class_scores(confusion, digit) for digit in range(vocabulary.CLASSES)),
    )


def confusion_matrix(
    labels: NDArray[np.integer], predictions: NDArray[np.integer]
) -> NDArray[np.int64]:
    """Counts how often each label was classified as each digit.

    Args:
      labels, predictions: `(n,)`, 0-9.

    Returns:
      Counts `(10, 10)`: row is the label, column the prediction.
    """
    matrix = np.zeros((vocabulary.CLASSES, vocabulary.CLASSES), np.int64)
    np.add.at(matrix, (labels, predictions), 1)
    return matrix


def class_scores(confusion: NDArray[np.int64], digit: int) -> ClassScores:
    """Computes precision, recall and F1 of one digit from a `confusion_matrix`."""
    correct = confusion[digit, digit]
    predicted, count = confusion[:, digit].sum(), confusion[digit].sum()
    return ClassScores(
        digit=digit,
        precision=_ratio(correct, predicted),
        recall=_ratio(correct, count),
        f1=_ratio(2 * correct, predicted + count),
        count=int(count),
    )


def _ratio(part: np.int64, whole: np.int64) -> float | None:
    return float(part / whole) if whole else None
