"""Gates inside of TensorFlow 1's loops, such as a GRU's, made to be nudged.

A GRU mixes by u and 1 - u, where u is a sigmoid. Near 1 the difference has few digits: a unit in
the last place of u is much of it, and nothing that moves what the sigmoid is given shows that.
Nothing inside of a loop can be fed. So each such gate is multiplied by ones outside of the loop,
which are nudged while noise is measured.
"""

from collections.abc import Iterable

import tensorflow.compat.v1 as tf

from legacy_cnn.parity import loop_edits
from legacy_cnn.parity.loops import Frames, are_in

#: Operations that take a gate out of several.
_PARTS = ("Split", "SplitV", "Slice", "StridedSlice", "Identity")


def reachable(graph: tf.Graph) -> tf.Graph:
    """The graph with such gates within reach; the graph itself if it has none."""
    if not are_in(graph):
        return graph
    definition = graph.as_graph_def()
    frames = Frames(definition).members.values()
    enters = {
        node.name: next(one for one in nodes if one.op == "Enter")
        for nodes in frames
        for node in nodes
        if node.op == "Sigmoid" and _is_gate(graph.get_operation_by_name(node.name))
    }
    if not enters:
        return graph

    def edit(definition: tf.GraphDef) -> None:
        for node in list(definition.node):
            if node.name in enters:
                units = graph.get_tensor_by_name(f"{node.name}:0").shape[-1:]
                definition.node.extend(_multiplied(node, units, enters[node.name]))

    return loop_edits.edited(graph, edit)


def ones(graph: tf.Graph) -> list[tf.Tensor]:
    """The constants that the gates of a graph's loops are multiplied by."""
    products = filter(is_product, graph.get_operations())
    return [graph.get_tensor_by_name(f"{op.name}/ones:0") for op in products]


def is_product(op: tf.Operation) -> bool:
    """Whether an operation is a gate multiplied by such ones."""
    return op.type == "Mul" and op.inputs[1].op.name == f"{op.name}/entered"


def _is_gate(op: tf.Operation) -> bool:
    """Whether a sigmoid is subtracted from something."""
    return op.outputs[0].dtype == tf.float32 and any(map(_is_subtracted, op.outputs))


def _is_subtracted(tensor: tf.Tensor) -> bool:
    return any(
        any(map(_is_subtracted, op.outputs))
        if op.type in _PARTS
        else op.type == "Sub" and op.inputs[1] is tensor
        for op in tensor.consumers()
    )


def _multiplied(node: tf.NodeDef, units: tf.TensorShape, enter: tf.NodeDef) -> Iterable[tf.NodeDef]:
    """Gives a gate another name, and returns what takes its place."""
    name, node.name = node.name, f"{node.name}/exact"
    with tf.Graph().as_default() as graph:
        exact = tf.placeholder(tf.float32, None, "exact")
        shape = units if units.is_fully_defined() else []
        ones = tf.constant(1.0, shape=shape, name="ones")
        entered = loop_edits.entered(ones, enter, "entered")  # gradients call theirs Enter
        tf.raw_ops.Mul(x=exact, y=entered, name="product")
        names = {"exact": node.name, "product": name}
        return loop_edits.named(graph.as_graph_def(), names, name)
