"""Whether a loss takes logits for labels."""

import tensorflow.compat.v1 as tf

from legacy_cnn import mistakes, tutorial
from legacy_cnn.lessons.checking import require

ASKED_FOR = "is_swapped"


def _halved(prediction, y):
    return tutorial.cross_entropy(prediction, y) / 2


def _smoothed(prediction, y):
    return tutorial.cross_entropy(prediction, 0.9 * y + 0.01)


def _by_hand(prediction, y):
    return -tf.reduce_sum(y * tf.nn.log_softmax(prediction), axis=1)


def _folded(prediction, y):
    return tf.abs(mistakes.swapped_loss(prediction, y))


#: A loss, whether its arguments are swapped, what it is called, and what a wrong answer overlooks.
CASES = (
    (tutorial.cross_entropy, False, "the tutorial's loss", ""),
    (mistakes.swapped_loss, True, "`mistakes.swapped_loss`", ""),
    (_by_hand, False, "a right loss that is written out, with `log_softmax`", ""),
    (
        mistakes.upgraded_loss,
        True,
        "`mistakes.upgraded_loss`",
        " It has no gradient; its values tell.",
    ),
    (
        mistakes.positional_loss,
        True,
        "`mistakes.positional_loss`",
        " It has no gradient; its values tell.",
    ),
    (
        _halved,
        False,
        "half of the tutorial's loss",
        " With equal logits it is not 2.303, and it is not swapped.",
    ),
    (
        _smoothed,
        False,
        "the tutorial's loss with labels of 0.91 and 0.01",
        " It cannot come near zero, and it is not swapped.",
    ),
    (
        _folded,
        True,
        "the absolute value of a swapped loss",
        " It is never below zero, and is swapped all the same.",
    ),
)


def check(is_swapped):
    for loss, swapped, what, overlooked in CASES:
        found = is_swapped(_given(loss))
        require(found is not None, "Nothing came back; True or False is asked for.")
        try:
            found = bool(found)
        except (TypeError, ValueError) as error:
            raise TypeError(f"what came back is neither True nor False: {found!r}") from error
        require(
            found == swapped,
            f"It says {found} of {what}, and should say {swapped}.{overlooked}",
        )
    return (
        "Right: a softmax does not see a number that is added to all logits. Whatever does see it "
        "takes them for something else."
    )


def _given(loss):
    """The loss, for arguments in any form, and with a word on shapes that are none of its own."""

    def given(prediction, y):
        prediction, y = (tf.cast(each, tf.float32) for each in (prediction, y))
        require(
            {prediction.shape.rank, y.shape.rank} <= {None, 2},
            f"The loss was given {prediction.shape} and {y.shape}: it takes logits and one-hot "
            "labels, both (N, 10).",
        )
        return loss(prediction, y)

    return given
