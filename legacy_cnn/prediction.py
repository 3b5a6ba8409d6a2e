"""Predicts the digits in pictures with a trained run."""

import os
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from legacy_cnn.errors import RunError, UsageError
from legacy_cnn.picture import read_digit
from legacy_cnn.results import Prediction, Predictions
from legacy_cnn.training import open_run


def predict(
    run: str | os.PathLike[str],
    pictures: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    *,
    warn: Callable[[str], object] | None = None,
) -> Predictions:
    """Reads pictures and predicts their digits, with the dropout off.

    Args:
      run: the run directory.
      pictures: path of a PNG or JPEG file, or a list of paths.
      warn: called with a sentence about a damaged checkpoint that was skipped; None makes Python's
        warning of it.

    Returns:
      For each picture its path, the digit and ten probabilities.

    Raises:
      UsageError: there is no picture.
      ImageError: a picture cannot be read; then none is predicted.
      RunError: as `open_run`, or the network computes NaN.
    """
    if isinstance(pictures, str | os.PathLike):
        pictures = [pictures]
    if not len(pictures):
        raise UsageError("pictures is empty; pass at least one picture.", "pictures")
    images = np.stack([read_digit(picture) for picture in pictures])
    with open_run(run, warn=warn) as (model, _):
        logits = model.logits(images)
    if not np.isfinite(logits).all():
        raise RunError(
            f"The network of {run} computes no probabilities, but NaN: its weights are not finite."
        )
    return Predictions(
        tuple(
            Prediction(str(picture), int(row.argmax()), tuple(row.tolist()))
            for picture, row in zip(pictures, softmax(logits), strict=True)
        )
    )


def softmax(logits: NDArray[np.float32]) -> NDArray[np.float64]:
    """Turns logits `(n, 10)` into probabilities `(n, 10)`."""
    shifted = logits.astype(np.float64) - logits.max(axis=1, keepdims=True)
    exponentials = np.exp(shifted)
    return exponentials / exponentials.sum(axis=1, keepdims=True)
