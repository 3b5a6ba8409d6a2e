"""Lesson 1: the mean of each image, computed by a session."""

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow.compat.v1 as tf
from numpy.typing import NDArray

from legacy_cnn.lessons.checking import require
from legacy_cnn.lessons.watching import sessions

FUNCTION = "means"


def check(means: Callable[[NDArray[np.float32]], Any]) -> str:
    with sessions() as calls:
        for count in (3, 1):
            images = np.random.default_rng(count).random((count, 784), np.float32)
            _check_values(means(images), images)
    require(calls, "No session ran. Compute the means with `Session.run`.")
    graph, feed = calls[-1]
    require(
        all(other is graph for other, _ in calls),
        "Each call builds its own graph. Build one graph, and run it for every array of images.",
    )
    _check_placeholder(graph)
    require(feed, "Nothing was fed. Feed the images to the placeholder in `Session.run`.")
    return "Correct: you fed one graph with three images, and then with one."


def _check_placeholder(graph: tf.Graph) -> None:
    placeholders = [op for op in graph.get_operations() if op.type == "Placeholder"]
    require(placeholders, "The graph has no placeholder: the images are a constant in the graph.")
    shape = placeholders[0].outputs[0].shape
    require(
        shape.rank == 2 and shape.as_list() == [None, 784],
        f"The placeholder's shape is {shape}. Expected (None, 784): None stands for any number of "
        "images.",
    )


def _check_values(values: Any, images: NDArray[np.float32]) -> None:
    require(
        not isinstance(values, tf.Tensor),
        "`means` returned a tensor, which has no value. Only `Session.run` returns values.",
    )
    require(values is not None, "`means` returned None.")
    values, count = np.asarray(values), len(images)
    require(
        values.shape != (),
        "`means` returned one number for all images. Call `reduce_mean` with `axis=1`; otherwise "
        "it takes the mean over the images as well.",
    )
    require(
        values.shape == (count,),
        f"For {count} images `means` returned the shape {values.shape}. Expected ({count},).",
    )
    require(
        np.allclose(values, images.mean(1), rtol=1e-4),
        f"The first mean is {values[0]:.4f}. Expected {images[0].mean():.4f}.",
    )
