"""The gradient of the loss by the pixels."""

from unittest import mock

import numpy as np
import tensorflow as tf

from legacy_cnn.lessons.checking import require
from legacy_cnn.ports import eager
from legacy_cnn.training import randomness

ASKED_FOR = "saliency"


def check(saliency):
    program = eager.Program()
    for variable, value in zip(
        program.variables, randomness.initial_weights(0, scaled=True).values(), strict=True
    ):
        variable.assign(value)
    images = np.random.default_rng(0).random((4, 784), np.float32)
    labels = np.eye(10, dtype=np.float32)[[3, 1, 4, 1]]
    before = [variable.numpy() for variable in program.variables]
    expected = _gradient(program, images, labels)
    with mock.patch.object(tf.GradientTape, "gradient", _not_none(tf.GradientTape.gradient)):
        found = saliency(program, images, labels)
    require(found is not None, "Nothing came back.")
    found = np.asarray(found)
    require(
        found.shape == images.shape,
        f"An array of {found.shape} came back, and the images have {images.shape}: the gradient is "
        "by the images, and has their shape.",
    )
    _values(found, expected)
    after = [variable.numpy() for variable in program.variables]
    require(
        all(map(np.array_equal, before, after)),
        "The weights have changed: a gradient is asked for here, no step of training.",
    )
    return "Right: the tape was told to watch the pixels, and nothing was trained."


def _not_none(gradient):
    def asked(self, *arguments, **options):
        found = gradient(self, *arguments, **options)
        require(
            found is not None,
            "None came from the tape: it saw no way from the loss to the images. It watches "
            "variables by itself; the images must be a tensor that `tape.watch` was told of.",
        )
        return found

    return asked


def _gradient(program, images, labels):
    x = tf.constant(images)
    with tf.GradientTape() as tape:
        tape.watch(x)
        cost = program.cost(program.predict(x, tf.constant(1.0)).logits, labels)
    return tape.gradient(cost, x).numpy()


def _values(found, expected):
    size = np.abs(expected).max()
    require(
        not np.allclose(found, expected, atol=1e-4 * size),
        "Some are negative: it is the gradient itself, without its absolute value.",
    )
    right = np.abs(expected)
    require(
        not np.allclose(found, 4 * right, atol=1e-4 * size),
        "It is 4 times too large, once for each image: the loss is the batch's mean, not its sum.",
    )
    require(
        np.allclose(found, right, atol=1e-4 * size),
        "The values differ from the gradient of `program.cost` by the images, with the keep "
        "probability 1.0.",
    )
