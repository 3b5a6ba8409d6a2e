"""Which digit a picture shows, in the eyes of a trained run."""

import numpy as np

from legacy_cnn.picture import read_digit
from legacy_cnn.training import open_run


def predict(path, pictures, warn=lambda text: None):
    """Reads pictures and names their digits, with the dropout off.

    Args:
      path: the run directory.
      pictures: paths of PNG or JPEG files.
      warn: called with a sentence about a damaged checkpoint that was passed over.

    Returns:
      For each picture a dict: "image" (its path), "digit" (0-9) and "probabilities" (ten of them).

    Raises:
      ImageError: a picture that cannot be read; then none is predicted.
      RunError: as `open_run`.
    """
    images = np.stack([read_digit(picture) for picture in pictures])
    with open_run(path, warn) as (model, _):
        probabilities = softmax(model.logits(images))
    return [
        {"image": str(picture), "digit": int(row.argmax()), "probabilities": row.tolist()}
        for picture, row in zip(pictures, probabilities, strict=True)
    ]


def softmax(logits):
    """Rows of probabilities, float64 `(n, 10)`, from logits `(n, 10)`."""
    shifted = logits.astype(np.float64) - logits.max(axis=1, keepdims=True)
    exponentials = np.exp(shifted)
    return exponentials / exponentials.sum(axis=1, keepdims=True)
