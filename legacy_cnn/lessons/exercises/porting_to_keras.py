"""A port that is the same program in another dress."""

import tempfile
from pathlib import Path

import keras
import numpy as np

from legacy_cnn import mnist, parity
from legacy_cnn.errors import ParityError
from legacy_cnn.lessons.checking import require
from legacy_cnn.mnist import idx, sources

ASKED_FOR = "build"

#: Few images, so that an answer comes soon.
TRAINING, TEST = 64, 100


def check(build):
    model = build()
    require(
        isinstance(model, keras.Model),
        f"What came back is a {type(model).__name__}, and should be a keras.Model.",
    )
    require(
        model.input_shape == (None, 28, 28, 1),
        f"It takes {model.input_shape}, and should take (None, 28, 28, 1).",
    )
    require(
        np.allclose(model.predict_on_batch(np.zeros((1, 28, 28, 1))).sum(), 1, atol=1e-5),
        "What it gives does not add up to 1: the last layer is no softmax.",
    )
    require(model.compiled, "It is not compiled.")
    report = _compared(model)
    for rung in report.rungs:
        if rung.first:
            why = rung.first.cause or rung.first.note or "the values differ"
            require(False, f"It differs on the rung {rung.name}, in {rung.first.tensor}: {why}.")
    return "Right: every rung is passed, though the input and the end are others."


def _compared(model):
    files = mnist.load()
    arrays = (
        files.train_images[:TRAINING],
        files.train_labels[:TRAINING],
        files.test_images[:TEST],
        files.test_labels[:TEST],
    )
    with tempfile.TemporaryDirectory() as directory:
        for name, array in zip(sources.NAMES, arrays, strict=True):
            idx.write(Path(directory) / name, array)
        try:
            return parity.compare(
                model, steps=2, batch_size=16, validation_size=0, data_dir=directory
            )
        except ParityError as error:
            require(False, f"It cannot be compared: {error}")
