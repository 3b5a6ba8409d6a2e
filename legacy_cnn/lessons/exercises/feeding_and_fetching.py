"""Lesson 4: the logits of the tutorial's network with one unit of its dense layer set to 0."""

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow.compat.v1 as tf
from numpy.typing import NDArray

from legacy_cnn import randomness, tutorial
from legacy_cnn.lessons.checking import require

FUNCTION = "without"


def check(without: Callable[..., Any]) -> str:
    with tf.Graph().as_default() as graph:
        ends = tutorial.build_graph()
        weights = graph.get_collection("trainable_variables")
    images = np.random.default_rng(0).random((3, 784), np.float32)
    # Scaled weights give logits of ordinary size.
    initial = randomness.initial_weights(0, scaled=True).values()
    with tf.Session(graph=graph) as session:
        draws = [variable.initial_value for variable in weights]
        session.run(ends.init, dict(zip(draws, initial, strict=True)))
        before, operations = session.run(weights), len(graph.get_operations())
        fc = session.run("Relu_2:0", {ends.x: images})
        for unit in map(int, np.argsort(fc.min(0))[-2:]):  # two units that are 0 for no image
            answer = _called(without, session, ends, images, unit)
            _check_values(answer, session, ends, images, unit)
        require(
            len(graph.get_operations()) == operations,
            "The graph has new operations. Set the unit to 0 with NumPy, and feed the result.",
        )
        require(
            all(map(np.array_equal, before, session.run(weights))),
            "The weights have changed. Feed the changed layer instead.",
        )
    return "Correct: you ran half of the network, changed a value, and ran the other half."


def _called(without: Callable[..., Any], *arguments: Any) -> Any:
    try:
        return without(*arguments)
    except tf.errors.InvalidArgumentError as error:
        missing = [line for line in error.message.splitlines() if "must feed" in line]
        require(
            not missing,
            f"A tensor that the fetch needs was not fed. TensorFlow says: {''.join(missing[:1])}.",
        )
        raise


def _check_values(
    answer: Any,
    session: tf.Session,
    ends: tutorial.TutorialGraph,
    images: NDArray[np.float32],
    unit: int,
) -> None:
    fc, logits = session.run(["Relu_2:0", ends.prediction], {ends.x: images, ends.keep_prob: 1.0})
    require(
        not isinstance(answer, tf.Tensor),
        "`without` returned a tensor, which has no value. Fetch it with `session.run`.",
    )
    require(answer is not None, "`without` returned None.")
    require(
        isinstance(answer, np.ndarray) and answer.shape == logits.shape,
        f"`without` returned the shape {np.shape(answer)}. Expected {logits.shape}, the logits of "
        "3 images.",
    )

    def logits_of(changed: NDArray[np.float32]) -> NDArray[np.float32]:
        return session.run(ends.prediction, {"Relu_2:0": changed, ends.keep_prob: 1.0})

    def same(other: NDArray[np.float32]) -> bool:
        return np.allclose(answer, other, rtol=1e-4, atol=1e-4)

    right, row, only = fc.copy(), fc.copy(), np.zeros_like(fc)
    right[:, unit], row[unit % 3], only[:, unit] = 0, 0, fc[:, unit]
    require(
        not same(logits),
        "The logits are those of the whole network. Feed the changed values, and feed them to a "
        "tensor that the logits depend on.",
    )
    require(
        not same(logits_of(only)),
        f"Every unit except {unit} is set to 0. Set only unit {unit} to 0.",
    )
    require(
        not same(logits_of(row)),
        "A whole image is set to 0. Rows are images, and columns are units.",
    )
    require(
        same(logits_of(right)),
        f"The logits without unit {unit} are wrong: the first is {answer[0, 0]:.4f}. Expected "
        f"{logits_of(right)[0, 0]:.4f}. Use the layer `fc` of the vocabulary, after its relu, and "
        "a keep probability of 1.0.",
    )
