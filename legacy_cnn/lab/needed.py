"""What a `session.run` needs: computed from the graph, the fetches and the feeds.

TensorFlow prunes a graph in the same way before it runs it. RunMetadata names fewer operations, for
it is written after some of them were fused.
"""

from collections.abc import Collection, Iterable
from typing import NamedTuple

import tensorflow.compat.v1 as tf


class Needed(NamedTuple):
    """The operations of a run."""

    operations: list[str]  #: names, in the order of the graph
    missing: list[str]  #: placeholders among them, which are not fed


def needed(graph: tf.Graph, fetches: Iterable[tf.Operation], fed: Collection[str]) -> Needed:
    """Finds the operations that a run needs.

    Args:
      graph: of the fetches.
      fetches: operations that are run, or whose outputs are fetched.
      fed: names of tensors, such as `x:0`: what computes only these is not needed.
    """
    found: set[str] = set()
    waiting = list(fetches)
    while waiting:
        op = waiting.pop()
        if op.name in found or (op.outputs and all(one.name in fed for one in op.outputs)):
            continue
        found.add(op.name)
        waiting += [tensor.op for tensor in op.inputs if tensor.name not in fed]
        waiting += op.control_inputs
    ordered = [op for op in graph.get_operations() if op.name in found]
    missing = [op.name for op in ordered if op.type == "Placeholder"]
    return Needed([op.name for op in ordered], missing)
