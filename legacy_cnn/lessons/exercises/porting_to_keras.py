"""Lesson 13: a port that is the same program with another input and output."""

import tempfile
from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from legacy_cnn import mnist, parity
from legacy_cnn.errors import ParityError
from legacy_cnn.lessons.checking import WrongAnswer, require
from legacy_cnn.mnist import sources
from legacy_cnn.parity import Report

FUNCTION = "build"

#: Few images keep the check fast.
TRAINING, TEST = 64, 100


def check(build: Callable[[], Any]) -> str:
    model = build()
    require(
        isinstance(model, keras.Model),
        f"`build` returned a {type(model).__name__}. Expected a keras.Model.",
    )
    require(
        model.input_shape == (None, 28, 28, 1),
        f"The model's input shape is {model.input_shape}. Expected (None, 28, 28, 1).",
    )
    require(
        np.allclose(model.predict_on_batch(np.zeros((1, 28, 28, 1))).sum(), 1, atol=1e-5),
        "The model's outputs do not add up to 1. Make the last layer a softmax.",
    )
    require(model.compiled, "The model is not compiled.")
    report = _report(model)
    for rung in report.rungs:
        if rung.first:
            reason = rung.first.cause or rung.first.note or "the values differ"
            raise WrongAnswer(
                f"The programs differ on the rung {rung.name}, in {rung.first.tensor}: {reason}."
            )
    require(report.same, f"Not compared: {', '.join(report.uncompared)}.")
    return "Correct: every rung passes, although the model has another input and another output."


def _report(model: keras.Model) -> Report:
    files = mnist.load()
    arrays = (
        files.train_images[:TRAINING],
        files.train_labels[:TRAINING],
        files.test_images[:TEST],
        files.test_labels[:TEST],
    )
    with tempfile.TemporaryDirectory() as directory:
        sources.write(directory, arrays)
        try:
            return parity.compare(
                model, steps=2, batch_size=16, validation_size=0, data_dir=directory
            )
        except ParityError as error:
            raise WrongAnswer(f"The model cannot be compared: {error}") from error
