"""Whether a network's mistake shows when its graph is built, when it is run, or not at all."""

import tensorflow.compat.v1 as tf

from legacy_cnn import mistakes, tutorial
from legacy_cnn.lessons.checking import require
from legacy_cnn.lessons.exercises.watching import sessions

ASKED_FOR = "when"


def check(when):
    with sessions() as seen:
        _right(when, tutorial.convolutional_neural_network, "never", "the tutorial's network")
        require(
            seen,
            "No session ran for the tutorial's network: without a run nobody knows that it "
            "never fails.",
        )
        _right(when, mistakes.late_pooling, "run", "`late_pooling`", _late)
        _right(when, narrow, "build", "a network whose last weights have the wrong shape", _narrow)
        _right(when, stretched, "run", "a network that adds numbers of an unknown shape")
    return "Right: what the shapes tell shows at the build, what only values tell at the run."


def narrow(x, keep_prob):
    """784 columns, and weights for 3136: the graph knows both."""
    return tf.matmul(x, tf.Variable(tf.zeros([3136, 10]))) * keep_prob


def stretched(x, keep_prob):
    """A sum of shapes that do not fit; the graph knows only one of them."""
    unknown = tf.placeholder_with_default(tf.zeros([7, 784]), None)
    return tf.matmul(x * keep_prob + unknown, tf.Variable(tf.zeros([784, 10])))


def _right(when, network, expected, what, reason=lambda found: ""):
    calls = []

    def counted(x, keep_prob):
        calls.append(x)
        return network(x, keep_prob)

    found = when(counted)
    require(calls, f"`when` never called {what}: give it to `tutorial.build_graph`.")
    require(
        found in ("build", "run", "never"),
        f'For {what} it returned {found!r}, which is none of "build", "run" and "never".',
    )
    require(
        found == expected,
        f'For {what} it says "{found}", and should say "{expected}".{reason(found)}',
    )
    require(len(calls) == 1, f"{what} was built {len(calls)} times; once is enough.")


def _late(found):
    if found == "build":
        return " Nothing fails while it is built: the run must not be in the same `try`."
    return (
        " Its logits can be computed, so it is the cost that must be run; and one image does not "
        "show it, as one label fits any number of logits: of two, eight rows of logits meet two "
        "labels."
    )


def _narrow(found):
    return " Its graph cannot be built, and no session is needed to see that."
