"""What is fed inside of branches, such as dropout in `tf.cond(is_training, ...)`.

Random numbers must be, so that both programs draw the same, and so must the moments of a batch,
whose rounding is measured (`sides/moments.py`). TensorFlow 2 makes an operation `If` of a
branch, whose inside nobody reaches. TensorFlow 1 puts it between Switch and Merge; once such a
graph is imported without what Python knows of its branches, all of it can be fed.
"""

from collections.abc import Callable
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.parity import foreign_graphs, loop_noise, loops
from legacy_cnn.parity.sides.moments import FUSED
from legacy_cnn.parity.updates import closure
from legacy_cnn.programs import elements, permitted


def hidden(graph: tf.Graph) -> list[tf.Operation]:
    """The operations whose functions draw random numbers: branches, loops, calls."""
    return _calling(graph, _draws)


def _draws(node: tf.NodeDef) -> bool:
    return bool(elements.DRAWING.match(node.op))


def _normalises(node: tf.NodeDef) -> bool:
    return node.op in FUSED and node.attr["is_training"].b


def _is_fed(node: tf.NodeDef) -> bool:
    return _draws(node) or _normalises(node)


def _calling(graph: tf.Graph, is_meant: Callable[[tf.NodeDef], bool]) -> list[tf.Operation]:
    """The operations whose functions have nodes of a kind."""
    functions = {
        function.signature.name
        for function in graph.as_graph_def().library.function
        if any(map(is_meant, function.node_def))
    }
    if not functions:
        return []
    return [
        op for op in graph.get_operations() if functions.intersection(permitted.called(op.node_def))
    ]


def drawing_in_loops(graph: tf.Graph, loss: tf.Operation) -> list[tf.Operation]:
    """The random operations in TensorFlow 1's loops that a loss needs: none of them can be fed."""
    if not loops.are_in(graph):
        return []
    outside = {tensor.op.name for tensor in elements.random_tensors(graph.get_operations())}
    outside |= {noise.drawn for noise in loop_noise.of(graph)}
    drawing = [op for op in closure([loss]) if elements.DRAWING.match(op.type)]
    return [op for op in drawing if op.name not in outside]


def between_switch_and_merge(graph: tf.Graph) -> list[tf.Tensor]:
    """What random operations inside of TensorFlow 1's branches draw."""
    operations = graph.get_operations()
    outside = {tensor.name for tensor in elements.random_tensors(operations)}
    outside |= {f"{noise.drawn}:0" for noise in loop_noise.of(graph)}
    return [
        op.outputs[0]
        for op in operations
        if elements.DRAWING.match(op.type) and op.outputs[0].name not in outside
    ]


def opened(graph: tf.Graph, build: Callable[[], Any]) -> tuple[tf.Graph, Any]:
    """The graph with all random numbers and moments of its branches within reach.

    Args:
      graph: as it was built.
      build: builds it again in the current graph.

    Returns:
      Another graph, and what `build` has returned; or the graph itself and None, if it has none.
      Random numbers in loops are not within reach yet; see `loop_noise`.
    """
    result = None
    if _calling(graph, _is_fed):
        again = tf.Graph()
        with again.as_default(), loops.as_in_tensorflow_1():
            result = build()
        graph = again if not hidden(again) else graph
    if not loops.are_in(graph) and between_switch_and_merge(graph):
        return foreign_graphs.reimported(graph, keeps_branches=False), result
    return graph, result
