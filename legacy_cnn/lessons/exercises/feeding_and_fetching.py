"""The logits of the tutorial's net with one unit of its dense layer silenced."""

import numpy as np
import tensorflow.compat.v1 as tf

from legacy_cnn import tutorial
from legacy_cnn.lessons.checking import require
from legacy_cnn.training import randomness

ASKED_FOR = "without"


def check(without):
    with tf.Graph().as_default() as graph:
        ends = tutorial.build_graph()
        weights = graph.get_collection("trainable_variables")
    images = np.random.default_rng(0).random((3, 784), np.float32)
    # Scaled, so that the logits are of ordinary size.
    initial = randomness.initial_weights(0, scaled=True).values()
    with tf.Session(graph=graph) as session:
        draws = [each.initial_value for each in weights]
        session.run(ends.init, dict(zip(draws, initial, strict=True)))
        before, operations = session.run(weights), len(graph.get_operations())
        fc = session.run("Relu_2:0", {ends.x: images})
        for unit in map(int, np.argsort(fc.min(0))[-2:]):  # two that no image leaves at 0
            found = _called(without, session, ends, images, unit)
            _values(found, session, ends, images, unit)
        require(
            len(graph.get_operations()) == operations,
            "The graph has new operations: NumPy can set the unit to 0, and a feed puts it in.",
        )
        require(
            all(map(np.array_equal, before, session.run(weights))),
            "The weights have changed: the feed alone should silence the unit.",
        )
    return "Right: half of the net was run, then a value changed, then the other half."


def _called(without, *given):
    try:
        return without(*given)
    except tf.errors.InvalidArgumentError as error:
        missing = [line for line in error.message.splitlines() if "must feed" in line]
        require(
            not missing,
            f"Something that is needed was not fed. TensorFlow says: {''.join(missing[:1])}.",
        )
        raise


def _values(found, session, ends, images, unit):
    fc, logits = session.run(["Relu_2:0", ends.prediction], {ends.x: images, ends.keep_prob: 1.0})
    require(
        not isinstance(found, tf.Tensor),
        "What came back is a tensor, a name without a value: it must be fetched.",
    )
    require(
        isinstance(found, np.ndarray) and found.shape == logits.shape,
        f"What came back has the shape {np.shape(found)}; the logits of 3 images have "
        f"{logits.shape}.",
    )

    def after(changed, keep_prob=1.0):
        return session.run(ends.prediction, {"Relu_2:0": changed, ends.keep_prob: keep_prob})

    def same(other):
        return np.allclose(found, other, rtol=1e-4, atol=1e-4)

    right, row, only = fc.copy(), fc.copy(), np.zeros_like(fc)
    right[:, unit], row[unit % 3], only[:, unit] = 0, 0, fc[:, unit]
    require(
        not same(logits),
        "The logits are those of the whole net: the changed values were not fed, or of a tensor "
        "that the logits do not need.",
    )
    require(
        not same(after(only)),
        f"Every unit but {unit} is silenced; it should be the other way round.",
    )
    require(
        not same(after(row)),
        "A whole image is silenced: rows are images, and columns are units.",
    )
    require(
        same(after(right)),
        f"The logits without unit {unit} are others: the first is {found[0, 0]:.4f}, and should be "
        f"{after(right)[0, 0]:.4f}. The layer is `fc` of the vocabulary, after its relu, and the "
        "keep probability 1.0.",
    )
