"""The random operations of a graph before its loss, and where they drop units."""

from collections.abc import Iterable

import tensorflow.compat.v1 as tf

from legacy_cnn.parity import loop_noise
from legacy_cnn.parity.branches import between_switch_and_merge
from legacy_cnn.parity.sides import flow
from legacy_cnn.parity.sides.dropouts import Dropout, dropout_of
from legacy_cnn.parity.updates import closure


def drawn(
    graph: tf.Graph, outside: Iterable[tf.Tensor], ends: Iterable[tf.Tensor]
) -> list[tf.Tensor]:
    """What can be fed in the place of random numbers that some tensors depend on.

    Args:
      graph: of the tensors.
      outside: what is drawn outside of loops and branches.
      ends: what depends on it.
    """
    needed = {op.name for op in closure(tensor.op for tensor in ends)}
    inside = [tensor for tensor in between_switch_and_merge(graph) if graph.is_feedable(tensor)]
    looped = [graph.get_tensor_by_name(noise.fed) for noise in loop_noise.of(graph)]
    return [tensor for tensor in (*outside, *inside, *looped) if tensor.op.name in needed]


def dropouts(
    tensors: list[tf.Tensor], beginnings: list[tf.Tensor], ends: list[tf.Tensor]
) -> list[Dropout | None]:
    """For each of some random numbers where they drop units; None where they do something else.

    Args:
      tensors: what is drawn.
      beginnings: the inputs, and what the parameters are read from.
      ends: the losses, or the last layer.
    """
    flowing = {op.name for op in flow.between(beginnings, ends)}
    # What only noise leads to is not computed from the images where its shape is a constant.
    operations = flow.between([*beginnings, *tensors], ends)
    return [
        None if loop_noise.of_tensor(tensor) else dropout_of(tensor, operations, flowing)
        for tensor in tensors
    ]
