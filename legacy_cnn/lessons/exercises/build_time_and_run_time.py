"""Lesson 2: whether a network's mistake shows at build time, at run time, or never."""

from collections.abc import Callable
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn import mistakes, tutorial
from legacy_cnn.lessons.checking import require
from legacy_cnn.lessons.watching import sessions

FUNCTION = "when"

Network = Callable[[tf.Tensor, Any], tf.Tensor]


def check(when: Callable[[Network], Any]) -> str:
    with sessions() as calls:
        _check_case(when, tutorial.convolutional_neural_network, "never", "the tutorial's network")
        require(
            calls,
            "No session ran for the tutorial's network. Without a run you cannot know that it "
            "never fails.",
        )
        _check_case(when, mistakes.late_pooling, "run", "`late_pooling`", _late_pooling_hint)
        _check_case(
            when, narrow, "build", "a network with output weights of the wrong shape", _narrow_hint
        )
        _check_case(when, unknown_shape, "run", "a network that adds a tensor of unknown shape")
    return (
        "Correct: an error in the shapes shows at build time, an error that depends on the values "
        "shows at run time."
    )


def narrow(x: tf.Tensor, keep_prob: Any) -> tf.Tensor:
    """Multiplies 784 columns by weights for 3136. The graph knows both shapes."""
    return tf.matmul(x, tf.Variable(tf.zeros([3136, 10]))) * keep_prob


def unknown_shape(x: tf.Tensor, keep_prob: Any) -> tf.Tensor:
    """Adds two shapes that do not fit. The graph knows only one of them."""
    unknown = tf.placeholder_with_default(tf.zeros([7, 784]), None)
    return tf.matmul(x * keep_prob + unknown, tf.Variable(tf.zeros([784, 10])))


def _check_case(
    when: Callable[[Network], Any],
    network: Network,
    expected: str,
    title: str,
    hint: Callable[[str], str] = lambda answer: "",
) -> None:
    calls = []

    def counted(x: tf.Tensor, keep_prob: Any) -> tf.Tensor:
        calls.append(x)
        return network(x, keep_prob)

    answer = when(counted)
    require(calls, f"`when` never called {title}. Pass it to `tutorial.build_graph`.")
    require(
        answer in ("build", "run", "never"),
        f'For {title}, `when` returned {answer!r}. Expected "build", "run" or "never".',
    )
    require(
        answer == expected,
        f'For {title}, `when` returned "{answer}". Expected "{expected}".{hint(answer)}',
    )
    require(
        len(calls) == 1, f"`when` built {title} {len(calls)} times. Build each network only once."
    )


def _late_pooling_hint(answer: str) -> str:
    if answer == "build":
        return " Building it raises no error. Do not build and run in the same `try`."
    return (
        " Its logits can be computed, so run the cost. One image does not show the error, because "
        "one label matches any number of logits. With two images, eight rows of logits meet two "
        "labels."
    )


def _narrow_hint(answer: str) -> str:
    return " Building its graph raises an error, so no session is needed."
