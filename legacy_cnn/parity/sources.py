"""Batches that a graph fetches itself, from iterators and queues: fed in their place.

What delivers them has several outputs, inputs and labels, and needs threads or an initialised
iterator. Each of its outputs becomes a placeholder.
"""

from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.parity import foreign_graphs

#: Operations whose outputs are batches, or examples.
DELIVERING = ("IteratorGetNext", "IteratorGetNextSync", "QueueDequeue", "QueueDequeueV2",
              "QueueDequeueMany", "QueueDequeueManyV2", "QueueDequeueUpTo",
              "QueueDequeueUpToV2")  # fmt: skip


def fed(graph: tf.Graph) -> tuple[tf.Graph, dict[str, str]]:
    """The graph with placeholders for what it fetches.

    Returns:
      Another graph, and the tensors that have new names; or the graph itself and nothing.
    """
    operations = [op for op in graph.get_operations() if op.type in DELIVERING]
    operations = [op for op in operations if _is_used(op)]
    if not operations:
        return graph, {}
    renamed = {
        tensor.name: f"{op.name}_{at}" for op in operations for at, tensor in enumerate(op.outputs)
    }

    def edit(definition: tf.GraphDef) -> None:
        for op in operations:
            for tensor in op.outputs:
                definition.node.append(_placeholder(renamed[tensor.name], tensor))
        for node in definition.node:
            for at, name in enumerate(node.input):
                tensor = name if ":" in name or name.startswith("^") else f"{name}:0"
                node.input[at] = renamed.get(tensor, name)

    return foreign_graphs.reimported(graph, edit), renamed


def _is_used(op: tf.Operation) -> bool:
    """Whether something computes with it; batches are often taken of what a queue delivered."""
    return any(
        not consumer.type.startswith("QueueEnqueue")
        for tensor in op.outputs
        for consumer in tensor.consumers()
    ) and not any(tensor.dtype in (tf.string, tf.resource, tf.variant) for tensor in op.outputs)


def _placeholder(name: str, tensor: tf.Tensor) -> Any:
    with tf.Graph().as_default():
        placeholder = tf.placeholder(tensor.dtype, tensor.shape, name=name)
        return placeholder.op.node_def


def in_new_names(value: Any, renamed: dict[str, str]) -> Any:
    """What a user has said of tensors, with their new names."""
    if isinstance(value, dict):
        return {in_new_names(k, renamed): in_new_names(v, renamed) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [in_new_names(one, renamed) for one in value]
    name = getattr(value, "name", value)
    if not isinstance(name, str):
        return value
    return renamed.get(name if ":" in name else f"{name}:0", value)
