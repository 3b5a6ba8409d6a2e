"""Whether whoever predicts drops units while doing so."""

import functools

import numpy as np
import tensorflow as tf

from legacy_cnn.lessons.checking import require
from legacy_cnn.ports import eager
from legacy_cnn.training import randomness
from legacy_cnn.vocabulary import DROPOUT_UNITS

ASKED_FOR = "dropout_is_on"

#: How far the rounding of another order of sums goes, and then some.
ROUNDING = 1e-6


def check(dropout_is_on):
    image = np.random.default_rng(0).random(784, np.float32)

    def ask(predictor):
        # A copy: what an answer does to it is its own affair.
        return dropout_is_on(predictor(), image.copy())

    _kind(ask(lambda: _predictor(1.0)))
    for predictor, on, said in CASES:
        found = ask(predictor)
        require(bool(found) == on, f"It says {bool(found)} {said}")
    return (
        "Right: copies in one batch and another call, compared by their logits and not to the last "
        "bit. That finds any dropout but one that has a single mask forever."
    )


def _kind(found):
    require(found is not None, "Nothing came back; True or False is asked for.")
    require(
        np.ndim(found) == 0,
        f"What came back has the shape {np.shape(found)}; one True or False is asked for.",
    )


@functools.cache
def _program():
    program = eager.Program()
    for variable, value in zip(
        program.variables, randomness.initial_weights(0, scaled=True).values(), strict=True
    ):
        variable.assign(value)
    return program


def _predictor(keep_prob, masks=np.random.default_rng, shared=False, rounding=0.0):
    """A function from images `(N, 784)` to logits `(N, 10)`.

    Args:
      keep_prob: of its dropout.
      masks: makes the generator that the masks of a call come from.
      shared: whether all images of a call have one mask.
      rounding: how much logits differ from row to row by rounding, as a share of the largest.
    """

    def predict(images):
        images = np.asarray(images, np.float32)
        require(
            images.ndim == 2 and images.shape[1] == 784,
            f"`predict` was given {images.shape}; it takes images as (N, 784), also one alone.",
        )
        noise = masks().random((1 if shared else len(images), DROPOUT_UNITS), np.float32)
        noise = np.broadcast_to(noise, (len(images), DROPOUT_UNITS))
        # Image by image: on some processors a product rounds equal rows differently.
        rows = zip(images[:, None], noise[:, None], strict=True)
        logits = np.concatenate([_logits(*row, keep_prob) for row in rows])
        errors = np.random.default_rng(len(images)).uniform(-1, 1, logits.shape)
        return (logits + rounding * np.abs(logits).max() * errors).astype(np.float32)

    return predict


def _logits(image, noise, keep_prob):
    return (
        _program()
        .predict(tf.constant(image), tf.constant(keep_prob, tf.float32), tf.constant(noise))
        .logits.numpy()
    )


def _same():
    return np.random.default_rng(7)


def _going_on():
    generator = np.random.default_rng(8)
    return lambda: generator


#: A predictor, whether it drops, and what is said to whoever says otherwise.
CASES = (
    (
        lambda: _predictor(0.5, _going_on()),
        True,
        "of a net that drops half of its units, others in every call.",
    ),
    (
        lambda: _predictor(1.0),
        False,
        "of a net that drops nothing: its logits for one image are always the same.",
    ),
    (
        lambda: _predictor(1.0, rounding=ROUNDING),
        False,
        "where nothing is dropped and logits differ in their last digits alone: sums in another "
        "order, in a batch of another size or on another processor, are rounded otherwise. "
        "Compare with a tolerance that is a share of the largest logit: that of `np.allclose` is "
        "almost nothing for a logit near 0.",
    ),
    (
        lambda: _predictor(0.99, _going_on()),
        True,
        "of a net that drops one unit in a hundred: the digit stays the same nearly always, the "
        "logits do not.",
    ),
    (
        lambda: _predictor(0.8, _same),
        True,
        "of a net that drops the same units in every call, others for each image of the batch: "
        "with a seed two calls can be equal. Give it the image several times in one batch.",
    ),
    (
        lambda: _predictor(0.8, _going_on(), shared=True),
        True,
        "of a net that drops the same units of all images of a call, and others in the next: call "
        "it twice.",
    ),
)
