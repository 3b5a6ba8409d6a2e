"""Lesson 8: whether a loss has logits and labels swapped."""

from collections.abc import Callable
from typing import Any, NamedTuple

import tensorflow.compat.v1 as tf

from legacy_cnn import mistakes, tutorial
from legacy_cnn.lessons.checking import require

FUNCTION = "is_swapped"

Loss = Callable[[Any, Any], tf.Tensor]


def _halved(prediction: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    return tutorial.cross_entropy(prediction, y) / 2


def _smoothed(prediction: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    return tutorial.cross_entropy(prediction, 0.9 * y + 0.01)


def _written_out(prediction: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    return -tf.reduce_sum(y * tf.nn.log_softmax(prediction), axis=1)


def _absolute(prediction: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    return tf.abs(mistakes.swapped_loss(prediction, y))


class Case(NamedTuple):
    """A loss that an answer must judge."""

    loss: Loss
    swapped: bool
    title: str
    hint: str = ""


CASES = (
    Case(tutorial.cross_entropy, False, "the tutorial's loss"),
    Case(mistakes.swapped_loss, True, "`mistakes.swapped_loss`"),
    Case(_written_out, False, "a correct loss that is written out with `log_softmax`"),
    Case(
        mistakes.upgraded_loss,
        True,
        "`mistakes.upgraded_loss`",
        " It has no gradient. Look at its values.",
    ),
    Case(
        mistakes.positional_loss,
        True,
        "`mistakes.positional_loss`",
        " It has no gradient. Look at its values.",
    ),
    Case(
        _halved,
        False,
        "half of the tutorial's loss",
        " It is not 2.303 for equal logits, but its arguments are not swapped.",
    ),
    Case(
        _smoothed,
        False,
        "the tutorial's loss with labels of 0.91 and 0.01",
        " It never comes close to 0, but its arguments are not swapped.",
    ),
    Case(
        _absolute,
        True,
        "the absolute value of a swapped loss",
        " It is never negative, but its arguments are swapped.",
    ),
)


def check(is_swapped: Callable[[Loss], Any]) -> str:
    for case in CASES:
        answer = is_swapped(_checked(case.loss))
        require(answer is not None, "`is_swapped` returned None. Expected True or False.")
        try:
            answer = bool(answer)
        except (TypeError, ValueError) as error:
            raise TypeError(f"the return value is neither True nor False: {answer!r}") from error
        require(
            answer == case.swapped,
            f"`is_swapped` returned {answer} for {case.title}. Expected {case.swapped}.{case.hint}",
        )
    return (
        "Correct: a number added to all logits does not change a softmax. A loss that changes does "
        "not use them as logits."
    )


def _checked(loss: Loss) -> Loss:
    """The loss for arguments of any type; it rejects arguments of the wrong shape."""

    def checked(prediction: Any, y: Any) -> tf.Tensor:
        prediction, y = (tf.cast(tensor, tf.float32) for tensor in (prediction, y))
        require(
            {prediction.shape.rank, y.shape.rank} <= {None, 2},
            f"The loss was called with the shapes {prediction.shape} and {y.shape}. Expected "
            "logits and one-hot labels, both (N, 10).",
        )
        return loss(prediction, y)

    return checked
