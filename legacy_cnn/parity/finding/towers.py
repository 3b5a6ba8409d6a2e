"""Towers: copies of a network, each with a part of the batch and a loss, that share their weights.

So TensorFlow 1 trained on several GPUs. The gradients of all towers are averaged, or added up.
"""

import tensorflow.compat.v1 as tf

from legacy_cnn.parity.finding import by_hand
from legacy_cnn.parity.finding.paths import Paths
from legacy_cnn.parity.sides import flow

#: Of a number that gradients are multiplied by.
ROUNDING = 1e-6

#: What adds up the gradients of towers.
_ADDING = ("AddN", "Add", "AddV2", "Sum")

#: What leaves numbers as they are.
_SHAPING = ("Identity", "ExpandDims", "Reshape", "Squeeze", "ConcatV2", "Pack")


def loss_of(paths: Paths, steps: list[tf.Operation], losses: list[tf.Tensor]) -> tf.Tensor:
    """The mean of several losses, or their sum, as the gradients of the first update are combined.

    Args:
      paths: of the graph.
      steps: the operations that update a variable.
      losses: of the towers; each update depends on all.
    """
    count = len(losses)
    with paths.graph.as_default(), tf.control_dependencies(None):
        total = tf.add_n([tf.reshape(loss, []) for loss in losses])
        is_mean = _is_mean(paths, steps[0], losses)
        return tf.multiply(total, 1 / count if is_mean else 1.0, name="compared_loss")


def _is_mean(paths: Paths, step: tf.Operation, losses: list[tf.Tensor]) -> bool:
    """Whether what the gradients of all losses lead to first is divided by their number."""
    before = paths.ordered(paths.before([step]))
    gradients = {loss.op.name: [op for op in before if _is_of(paths, op, loss)] for loss in losses}
    ways = [paths.after(own) for own in gradients.values()]
    for op in before:
        if not all(op.name in way for way in ways):
            continue
        if op.type == "Mean":
            return True
        if op.type in ("Mul", "RealDiv"):
            number = next((n for t in op.inputs if (n := _number(t))), 0.0)
            factor = number if op.type == "Mul" or not number else 1 / number
            return abs(factor * len(losses) - 1) < ROUNDING
        if op.type not in (*_ADDING, *_SHAPING):
            break
    return False


def _is_of(paths: Paths, op: tf.Operation, loss: tf.Tensor) -> bool:
    return by_hand.differentiated(paths, op.name) == loss.op.name


def _number(tensor: tf.Tensor) -> float | None:
    value = flow.constant(tensor)
    return float(value.item()) if value is not None and value.size == 1 else None
