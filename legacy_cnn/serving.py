"""Exports a trained run as a SavedModel for serving, and its weights as plain arrays."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import tensorflow.compat.v1 as tf
from numpy.typing import NDArray

from legacy_cnn import files, tutorial, vocabulary
from legacy_cnn.errors import operation_failure
from legacy_cnn.programs.session import GraphSession
from legacy_cnn.rundir import RunDirectory
from legacy_cnn.tensorflow_start import without_warnings
from legacy_cnn.training import open_run
from legacy_cnn.weights import files as weight_files


def export(
    run: str | os.PathLike[str],
    output: str | os.PathLike[str] | None = None,
    *,
    warn: Callable[[str], object] | None = None,
) -> Path:
    """Writes `saved_model/1/` and `weights.npz` to a new directory, completely or not at all.

    `saved_model` is a base path of TensorFlow Serving, and 1 the version of the model in it. The
    SavedModel is the tutorial's network without its dropout and its optimizer. Its signature
    `serving_default` takes `images`, float32 `(N, 784)` in 0.0-1.0, and returns `logits` and
    `probabilities`, float32 `(N, 10)`, and `digit`, int64 `(N,)`. The arrays in `weights.npz` are
    float32 and have the names of the vocabulary.

    Args:
      run: the run directory.
      output: the directory to create; None is `export` in the run directory.
      warn: called with a sentence about a damaged checkpoint that was skipped; None makes Python's
        warning of it.

    Returns:
      The directory.

    Raises:
      RunError: `output` already exists or is not UTF-8, or the run cannot be opened.
      OSError: the directory cannot be written.
    """
    target = Path(output or RunDirectory(run).export)
    files.check_new(target, "output")
    files.in_utf8(target)
    with open_run(run, warn=warn) as (model, _):
        weights = model.weights()
    try:
        with without_warnings(), files.new_directory(target) as directory:
            weight_files.write(directory / "weights.npz", weights)
            _write_saved_model(directory / "saved_model" / "1", weights)
    except tf.errors.OpError as error:
        raise OSError(None, operation_failure(error), str(target)) from error
    return target


def _write_saved_model(directory: Path, weights: Mapping[str, NDArray[np.float32]]) -> None:
    with tf.Graph().as_default() as graph:
        images = tf.placeholder(tf.float32, [None, 784], name="images")
        # If the keep probability is the number 1.0, TensorFlow adds no dropout operations.
        logits = tutorial.convolutional_neural_network(images, keep_prob=1.0)
        outputs = {
            "logits": logits,
            "probabilities": tf.nn.softmax(logits),
            "digit": tf.argmax(logits, 1),
        }
    values = {vocabulary.PARAMETERS[name].variable: value for name, value in weights.items()}
    with GraphSession(graph) as opened, graph.as_default():
        opened.initialise(values)
        inputs = {"images": images}
        tf.saved_model.simple_save(opened.session, files.in_utf8(directory), inputs, outputs)
