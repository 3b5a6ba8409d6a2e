"""Frozen graphs, whose variables became constants: their weights are variables again."""

from typing import Any

import tensorflow.compat.v1 as tf
from numpy.typing import NDArray

from legacy_cnn.programs.variables import TYPES

#: What the operations that read a variable are called; frozen, they are Identity.
_READS = ("/read", "ReadVariableOp")


def thaw(definition: tf.GraphDef) -> dict[str, NDArray[Any]]:
    """Puts variables in the place of constants that were variables.

    Args:
      definition: of a graph; it is changed if it has no variables.

    Returns:
      Dict from each new variable to its value.
    """
    if any(node.op in TYPES for node in definition.node):
        return {}
    read = {
        node.input[0].partition(":")[0]
        for node in definition.node
        if node.op == "Identity" and node.name.endswith(_READS)
    }
    values = {}
    for node in list(definition.node):
        if node.op != "Const" or node.name not in read:
            continue
        value = tf.make_ndarray(node.attr["value"].tensor)
        if value.dtype.kind == "f" and value.ndim:
            values[node.name] = value
            _make_variable(node, definition)
    return values


def _make_variable(node: tf.NodeDef, definition: tf.GraphDef) -> None:
    """Makes a constant a variable that begins with it, as the graph had before it was frozen."""
    dtype, shape = node.attr["dtype"], node.attr["value"].tensor.tensor_shape
    initial = definition.node.add(name=f"{node.name}/initial_value", op="Const")
    for name, value in node.attr.items():
        initial.attr[name].CopyFrom(value)
    inputs = [node.name, initial.name]
    assign = definition.node.add(name=f"{node.name}/Assign", op="Assign", input=inputs)
    assign.attr["T"].CopyFrom(dtype)
    node.op = "VariableV2"
    node.attr["shape"].shape.CopyFrom(shape)
    for name in ("value", "_output_shapes"):
        node.attr.pop(name, None)
