"""Lesson 18: a SavedModel that takes images, and returns probabilities."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow
import tensorflow.compat.v1 as tf
from numpy.typing import NDArray

from legacy_cnn import randomness, tutorial
from legacy_cnn.lessons.checking import require

FUNCTION = "export"

SIGNATURE, OUTPUT = "serving_default", "probabilities"

Images = NDArray[np.float32]


def check(export: Callable[[str, str], Any]) -> str:
    images = np.random.default_rng(0).random((3, 784), np.float32)
    with tempfile.TemporaryDirectory() as folder:
        checkpoint, directory = (str(Path(folder, name)) for name in ("weights", "saved"))
        logits = _write_checkpoint(checkpoint, images)
        export(checkpoint, directory)
        require(
            Path(directory, "saved_model.pb").exists(),
            "There is no SavedModel in `directory`. `tf.saved_model.simple_save` writes one.",
        )
        signatures = _signatures(directory)
        require(
            SIGNATURE in signatures,
            f"The SavedModel has the signatures {list(signatures)}. Expected `{SIGNATURE}`.",
        )
        _check_signature(signatures[SIGNATURE])
        _check_values(signatures[SIGNATURE], images, logits)
    return "Correct: the server gets a program for images, and none for training."


def _write_checkpoint(path: str, images: Images) -> Images:
    """Writes a checkpoint of the tutorial's graph; returns the logits of the images."""
    with tf.Graph().as_default(), tf.Session() as session:
        ends = tutorial.build_graph()
        draws = [variable.initial_value for variable in tf.trainable_variables()]
        weights = randomness.initial_weights(0, scaled=True).values()
        session.run(ends.init, dict(zip(draws, weights, strict=True)))
        tf.train.Saver().save(session, path)
        return session.run(ends.prediction, {ends.x: images, ends.keep_prob: 1.0})


def _signatures(directory: str) -> Any:
    try:
        return tensorflow.saved_model.load(directory).signatures
    except Exception as error:
        require(
            "placeholder" not in str(error),
            "TensorFlow cannot load the SavedModel: its output depends on a placeholder that is "
            "no input. Give it a value: a keep probability of 1.0.",
        )
        raise


def _check_signature(signature: Any) -> None:
    _, inputs = signature.structured_input_signature
    require(
        set(inputs) == {"images"},
        f"The signature takes {', '.join(sorted(inputs))}. Expected `images` alone: a client knows "
        "of no dropout and has no labels.",
    )
    spec = inputs["images"]
    require(
        spec.shape.as_list() == [None, 784] and spec.dtype == tf.float32,
        f"`images` is {spec.dtype.name} {spec.shape}. Expected float32 (None, 784).",
    )
    outputs = signature.structured_outputs
    require(
        OUTPUT in outputs,
        f"The signature returns {', '.join(sorted(outputs))}. Expected `{OUTPUT}`.",
    )


def _check_values(signature: Any, images: Images, logits: Images) -> None:
    found, again = (signature(images=tf.constant(images))[OUTPUT].numpy() for _ in range(2))
    require(
        np.array_equal(found, again),
        "Two calls with the same images return different values: dropout is on. Use a keep "
        "probability of 1.0.",
    )
    require(
        not np.allclose(found, logits, rtol=1e-3, atol=1e-3),
        "These are the logits. Return their softmax.",
    )
    right = np.exp(logits - logits.max(1, keepdims=True))
    right /= right.sum(1, keepdims=True)
    require(
        found.shape == right.shape and np.allclose(found, right, atol=1e-3),
        f"The first probabilities are {_shown(found)}. Expected {_shown(right)}, those of the "
        "checkpoint's weights.",
    )


def _shown(values: Images) -> list[float]:
    return [round(float(value), 3) for value in np.ravel(values)[:3]]
