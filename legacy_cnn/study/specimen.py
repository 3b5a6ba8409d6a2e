"""One trained run, looked at closely."""

import base64

import numpy as np

from legacy_cnn import mnist
from legacy_cnn.evaluation import confusion_matrix
from legacy_cnn.mnist.rows import scaled
from legacy_cnn.training import open_run, randomness

#: Mistakes that are kept.
MOST = 15


def look(path):
    """What a trained run has learnt, and what it is most wrong about, with the dropout off.

    Args:
      path: its run directory.

    Returns:
      Dict of plain numbers, lists and texts:
        seed: of the run.
        filters_before, filters_after: the first layer's, 32 lists of 25 floats, row by row.
        confusion: 10 rows of 10 counts; row the label, column the prediction.
        mistakes: the test images whose wrong logit is furthest above the right one, at most
          `MOST`; each with "index", "label", "prediction", "margin" (of the logits) and "pixels"
          (784 bytes, row by row, as base64).
    """
    with open_run(path) as (model, settings):
        files = mnist.load(settings.data_dir)
        logits = model.logits(scaled(files.test_images.reshape(len(files.test_images), -1)))
        after = model.weights()["W_conv1"]
    before = randomness.initial_weights(settings.seed, settings.initial == "scaled")["W_conv1"]
    labels = files.test_labels
    return {
        "seed": settings.seed,
        "filters_before": _filters(before),
        "filters_after": _filters(after),
        "confusion": confusion_matrix(labels, logits.argmax(1)).tolist(),
        "mistakes": _mistakes(files.test_images, labels, logits),
    }


def _filters(weights):
    """From (5, 5, 1, 32) to 32 lists, to four digits."""
    return [[float(f"{value:.4g}") for value in each] for each in weights.reshape(25, -1).T]


def _mistakes(images, labels, logits):
    predictions = logits.argmax(1)
    margins = logits.max(1) - logits[np.arange(len(labels)), labels]
    worst = np.argsort(-margins, kind="stable")[:MOST]
    return [
        {
            "index": int(at),
            "label": int(labels[at]),
            "prediction": int(predictions[at]),
            "margin": float(margins[at]),
            "pixels": base64.b64encode(images[at].tobytes()).decode(),
        }
        for at in worst
        if margins[at] > 0
    ]
