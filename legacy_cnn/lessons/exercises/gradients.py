"""Lesson 9: the gradient of the loss with respect to the pixels."""

from collections.abc import Callable
from typing import Any
from unittest import mock

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from legacy_cnn import randomness
from legacy_cnn.lessons.checking import require
from legacy_cnn.ports import eager

FUNCTION = "saliency"


def check(saliency: Callable[..., Any]) -> str:
    program = eager.Tutorial()
    weights = randomness.initial_weights(0, scaled=True).values()
    for variable, value in zip(program.variables, weights, strict=True):
        variable.assign(value)
    images = np.random.default_rng(0).random((4, 784), np.float32)
    labels = np.eye(10, dtype=np.float32)[[3, 1, 4, 1]]
    before = [variable.numpy() for variable in program.variables]
    expected = _gradient(program, images, labels)
    with mock.patch.object(tf.GradientTape, "gradient", _not_none(tf.GradientTape.gradient)):
        answer = saliency(program, images, labels)
    require(answer is not None, "`saliency` returned None.")
    values = np.asarray(answer)
    require(
        values.shape == images.shape,
        f"`saliency` returned the shape {values.shape}. Expected {images.shape}: a gradient with "
        "respect to the images has their shape.",
    )
    _check_values(values, expected)
    after = [variable.numpy() for variable in program.variables]
    require(
        all(map(np.array_equal, before, after)),
        "The weights have changed. Compute the gradient only, without a training step.",
    )
    return "Correct: the tape watched the pixels, and nothing was trained."


def _not_none(gradient: Callable[..., Any]) -> Callable[..., Any]:
    """`GradientTape.gradient`, which rejects an answer that gets None from it."""

    def checked(self: Any, *arguments: Any, **options: Any) -> Any:
        value = gradient(self, *arguments, **options)
        require(
            value is not None,
            "The tape returned None: it recorded no path from the loss to the images. It watches "
            "variables by default. Make the images a tensor, pass it to `tape.watch`, and compute "
            "the loss inside the `with`.",
        )
        return value

    return checked


def _gradient(
    program: eager.Tutorial, images: NDArray[np.float32], labels: NDArray[np.float32]
) -> NDArray[np.float32]:
    x = tf.constant(images)
    with tf.GradientTape() as tape:
        tape.watch(x)
        cost = program.cost(program.predict(x, tf.constant(1.0)).logits, labels)
    return tape.gradient(cost, x).numpy()


def _check_values(values: NDArray[Any], gradient: NDArray[np.float32]) -> None:
    size = np.abs(gradient).max()
    require(
        not np.allclose(values, gradient, atol=1e-4 * size),
        "Some values are negative: this is the gradient. Return its absolute value.",
    )
    expected = np.abs(gradient)
    require(
        not np.allclose(values, 4 * expected, atol=1e-4 * size),
        "The values are 4 times too large, which is the number of images. The loss is the mean "
        "over the batch, not the sum.",
    )
    require(
        np.allclose(values, expected, atol=1e-4 * size),
        "The values differ from the gradient of `program.cost` with respect to the images, with a "
        "keep probability of 1.0.",
    )
