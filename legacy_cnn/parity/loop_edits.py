"""How operations are put into TensorFlow 1's loops, of which nothing can be fed: in a new graph."""

from collections.abc import Callable, Iterable, Mapping

import tensorflow.compat.v1 as tf

from legacy_cnn.parity import foreign_graphs
from legacy_cnn.parity.loops import close


def edited(graph: tf.Graph, edit: Callable[[tf.GraphDef], None]) -> tf.Graph:
    """A new graph with the operations as they were changed."""
    again = foreign_graphs.reimported(graph, edit)
    close(again, again.as_graph_def())
    return again


def entered(tensor: tf.Tensor, like: tf.NodeDef, name: str | None = None) -> tf.Tensor:
    """A tensor from outside, within the loop that another one, the same in each step, enters."""
    return tf.raw_ops.Enter(
        data=tensor,
        frame_name=like.attr["frame_name"].s,
        is_constant=True,
        parallel_iterations=like.attr["parallel_iterations"].i,
        name=name,
    )


def named(small: tf.GraphDef, names: Mapping[str, str], inside: str) -> Iterable[tf.NodeDef]:
    """The operations of a small graph, as another graph takes them.

    Args:
      small: its placeholders stand for operations that are there.
      names: of an operation here -> there.
      inside: the scope of all that have no such name.
    """
    for node in small.node:
        if node.op != "Placeholder":
            node.name = names.get(node.name, f"{inside}/{node.name}")
            node.input[:] = [names.get(one, f"{inside}/{one}") for one in node.input]
            yield node
