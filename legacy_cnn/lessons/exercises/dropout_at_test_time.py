"""Lesson 7: whether a predictor applies dropout."""

import functools
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from legacy_cnn import randomness
from legacy_cnn.lessons.checking import require
from legacy_cnn.ports import eager
from legacy_cnn.vocabulary import DROPOUT_UNITS

FUNCTION = "dropout_is_on"

Images = NDArray[np.float32]
Predictor = Callable[[Any], NDArray[np.float32]]

#: More than the rounding error of sums in another order, as a share of the largest logit.
ROUNDING = 1e-6


def check(dropout_is_on: Callable[[Predictor, Images], Any]) -> str:
    image = np.random.default_rng(0).random(784, np.float32)

    def ask(predictor: Predictor) -> Any:
        return dropout_is_on(predictor, image.copy())  # the answer may change its copy

    _check_type(ask(_predictor(1.0)))
    for case in CASES:
        answer = ask(case.predictor())
        require(
            bool(answer) == case.on, f"`dropout_is_on` returned {bool(answer)} for {case.reason}"
        )
    return (
        "Correct: you compared the logits of copies in one batch and of a second call, with a "
        "tolerance. This finds every dropout except one that uses a single mask forever."
    )


def _check_type(answer: Any) -> None:
    require(answer is not None, "`dropout_is_on` returned None. Expected True or False.")
    require(
        np.ndim(answer) == 0,
        f"`dropout_is_on` returned the shape {np.shape(answer)}. Expected one True or False.",
    )


@functools.cache
def _program() -> eager.Tutorial:
    program = eager.Tutorial()
    weights = randomness.initial_weights(0, scaled=True).values()
    for variable, value in zip(program.variables, weights, strict=True):
        variable.assign(value)
    return program


def _predictor(
    keep_prob: float,
    masks: Callable[[], np.random.Generator] = np.random.default_rng,
    shared: bool = False,
    rounding: float = 0.0,
) -> Predictor:
    """A function from images `(N, 784)` to logits `(N, 10)`, both float32.

    Args:
      keep_prob: keep probability of the dropout.
      masks: returns the generator of a call's masks.
      shared: whether all images of a call share one mask.
      rounding: rounding error to add to the logits, as a share of the largest.
    """

    def predict(images: Any) -> NDArray[np.float32]:
        images = np.asarray(images, np.float32)
        require(
            images.ndim == 2 and images.shape[1] == 784,
            f"`predict` was called with the shape {images.shape}. Expected (N, 784), also for a "
            "single image.",
        )
        noise = masks().random((1 if shared else len(images), DROPOUT_UNITS), np.float32)
        noise = np.broadcast_to(noise, (len(images), DROPOUT_UNITS))
        # Image by image, because on some CPUs a product rounds equal rows differently.
        rows = zip(images[:, None], noise[:, None], strict=True)
        logits = np.concatenate([_logits(*row, keep_prob) for row in rows])
        errors = np.random.default_rng(len(images)).uniform(-1, 1, logits.shape)
        return (logits + rounding * np.abs(logits).max() * errors).astype(np.float32)

    return predict


def _logits(image: Images, noise: NDArray[np.float32], keep_prob: float) -> NDArray[np.float32]:
    keep = tf.constant(keep_prob, tf.float32)
    return _program().predict(tf.constant(image), keep, tf.constant(noise)).logits.numpy()


def _seeded() -> np.random.Generator:
    """The same numbers in every call of a predictor."""
    return np.random.default_rng(7)


def _continuing() -> Callable[[], np.random.Generator]:
    """New numbers in every call of a predictor."""
    generator = np.random.default_rng(8)
    return lambda: generator


class Case(NamedTuple):
    """A predictor that an answer must judge."""

    predictor: Callable[[], Predictor]
    on: bool  # whether it applies dropout
    reason: str  # ends the message for a wrong answer


CASES = (
    Case(
        lambda: _predictor(0.5, _continuing()),
        True,
        "a network that drops half of its units, and draws a new mask in every call.",
    ),
    Case(
        lambda: _predictor(1.0),
        False,
        "a network that drops nothing: its logits for one image are always the same.",
    ),
    Case(
        lambda: _predictor(1.0, rounding=ROUNDING),
        False,
        "a network that drops nothing, and whose logits differ only in their last digits: sums in "
        "another order, in a batch of another size or on another CPU, are rounded differently. "
        "Compare with a tolerance that is a share of the largest logit. The default tolerance of "
        "`np.allclose` is nearly 0 for a logit near 0.",
    ),
    Case(
        lambda: _predictor(0.99, _continuing()),
        True,
        "a network that drops one unit in a hundred: the predicted digit nearly always stays the "
        "same, the logits do not.",
    ),
    Case(
        lambda: _predictor(0.8, _seeded),
        True,
        "a network that uses the same masks in every call, and another mask for each image of the "
        "batch: with a seed, two calls can be equal. Pass the image several times in one batch.",
    ),
    Case(
        lambda: _predictor(0.8, _continuing(), shared=True),
        True,
        "a network that uses one mask for all images of a call, and another one in the next call: "
        "call it twice.",
    ),
)
