"""Sizes that a script leaves open in its placeholders, but always feeds the same."""

from collections.abc import Mapping, Sequence

import tensorflow.compat.v1 as tf

from legacy_cnn.parity.arrays import Array

_PLACEHOLDERS = ("Placeholder", "PlaceholderV2")


def settle(definition: tf.GraphDef, steps: Sequence[Mapping[str, Array]]) -> None:
    """Gives placeholders the sizes that all steps fed them, but for the batch's.

    Several inputs of a comparison lie in one array, so their sizes have to be known.

    Args:
      definition: of the graph; it is changed.
      steps: of each step, tensor -> what it was fed.
    """
    for node in definition.node:
        if node.op in _PLACEHOLDERS and "shape" in node.attr:
            fed = [step[f"{node.name}:0"] for step in steps if f"{node.name}:0" in step]
            shape = tf.TensorShape(node.attr["shape"].shape)
            sizes = {array.shape[1:] for array in fed}
            if len(sizes) == 1 and fed[0].ndim > 1 and shape.rank == fed[0].ndim:
                settled = [shape[0], *sizes.pop()]
                node.attr["shape"].shape.CopyFrom(tf.TensorShape(settled).as_proto())
