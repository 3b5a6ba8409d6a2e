"""Sizes that a script leaves open in its placeholders, and what it feeds tells."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import tensorflow.compat.v1 as tf

from legacy_cnn.parity.arrays import Array, Arrays
from legacy_cnn.parity.updates import RULES

_PLACEHOLDERS = ("Placeholder", "PlaceholderV2")


def settle(definition: tf.GraphDef, steps: Sequence[Mapping[str, Array]]) -> set[str]:
    """Gives placeholders the sizes that all steps fed them, but for the batch's.

    Several inputs of a comparison lie in one array, so their sizes have to be known. A placeholder
    without any shape that is fed one number of an example after another takes a batch of them. One
    that a loop takes is a number if it is fed one: its use in the loop does not tell.

    Args:
      definition: of the graph; it is changed.
      steps: of each step, tensor -> what it was fed.

    Returns:
      The tensors that take a batch of numbers and were fed one at a time.
    """
    examples = set()
    data, entering = _data(definition), _entering(definition)
    for node in definition.node:
        fed = [step[f"{node.name}:0"] for step in steps if f"{node.name}:0" in step]
        if node.op not in _PLACEHOLDERS or not fed or not _is_alike(fed):
            continue
        declared = tf.TensorShape(node.attr["shape"].shape if "shape" in node.attr else None)
        if fed[0].ndim:
            shape = _settled(declared, fed)
        elif declared.rank is None and node.name in data and _varies(fed):
            examples.add(f"{node.name}:0")
            shape = tf.TensorShape([None])
        elif declared.rank is None and node.name in entering:
            shape = tf.TensorShape([])
        else:
            continue
        if shape is not None:
            node.attr["shape"].shape.CopyFrom(shape.as_proto())
    return examples


def batched(given: Arrays, examples: Iterable[str]) -> Arrays:
    """What a step is given, with numbers of single examples as batches of one."""
    return {**given, **{name: np.atleast_1d(given[name]) for name in examples if name in given}}


def _is_alike(fed: list[Array]) -> bool:
    return len({array.shape[1:] for array in fed}) == 1 == len({array.ndim for array in fed})


def _varies(fed: list[Array]) -> bool:
    return len({array.item() for array in fed}) > 1


def _settled(declared: tf.TensorShape, fed: list[Array]) -> tf.TensorShape | None:
    """The shape with the sizes that were fed; None if it is not of as many axes."""
    if declared.rank is None:
        return tf.TensorShape([None, *fed[0].shape[1:]])
    if declared.rank != fed[0].ndim or declared.rank < 2:
        return None
    return tf.TensorShape([declared[0], *fed[0].shape[1:]])


def _entering(definition: tf.GraphDef) -> set[str]:
    """The operations whose first output a loop of TensorFlow 1 takes."""
    return {node.input[0] for node in definition.node if node.op == "Enter"}


def _data(definition: tf.GraphDef) -> set[str]:
    """The operations that gradients are computed from: no rates, which only updates take."""
    inputs = {node.name: list(node.input) for node in definition.node}
    waiting = [
        node.input[rule.gradient]
        for node in definition.node
        if (rule := RULES.get(node.op.removeprefix("Resource"))) and len(node.input) > rule.gradient
    ]
    seen: set[str] = set()
    while waiting:
        name = waiting.pop().lstrip("^").partition(":")[0]
        if name not in seen:
            seen.add(name)
            waiting.extend(inputs.get(name, ()))
    return seen
