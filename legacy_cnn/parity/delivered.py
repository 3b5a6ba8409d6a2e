"""Traces of scripts that fetch their batches themselves, by datasets and queues.

What these deliver was recorded, so placeholders stand for it; what delivers it, and all that
follows from files or Python, is left out of the graph.
"""

from collections.abc import Iterable

import tensorflow.compat.v1 as tf

from legacy_cnn.parity.arrays import Arrays
from legacy_cnn.parity.leaving_out import leave_out
from legacy_cnn.parity.sources import DELIVERING
from legacy_cnn.programs import permitted

#: What is fed anyway, or has no value of its own.
_FED = (*DELIVERING, "Placeholder", "PlaceholderV2", "PlaceholderWithDefault", "VarHandleOp",
        "Variable", "VariableV2")  # fmt: skip
#: Attributes that say of which types the outputs are.
_TYPES = ("output_types", "component_types")


def replace(
    definition: tf.GraphDef, delivered: Iterable[str], targets: Iterable[str]
) -> dict[str, str]:
    """Puts placeholders where batches are delivered, and leaves out what cannot be loaded.

    Args:
      definition: of the graph; it is changed.
      delivered: the tensors that were recorded.
      targets: the operations that a step runs.

    Returns:
      Tensor -> the tensor that stands for it.
    """
    by_name = {node.name: node for node in definition.node}
    renamed: dict[str, str] = {}
    for tensor in delivered:
        name, _, place = tensor.partition(":")
        node = by_name.get(name)
        if node is not None and node.op in DELIVERING:
            renamed[tensor] = f"{name}_{place}:0"
            definition.node.append(_placeholder(node, int(place or 0)))
    if not renamed:
        _leave_out_beside(definition, targets)
        return {}
    for node in definition.node:
        for at, name in enumerate(node.input):
            stands = renamed.get(name if ":" in name else f"{name}:0")
            if stands is not None and not name.startswith("^"):
                node.input[at] = stands.removesuffix(":0")
                _pass_on(node)
    leave_out(definition)
    return renamed


def _pass_on(node: tf.NodeDef) -> None:
    """Makes a placeholder whose default was delivered one that hands it on: one is fed, not two."""
    if node.op == "PlaceholderWithDefault":
        node.op = "Identity"
        kind = node.attr["dtype"].type
        node.attr.clear()
        node.attr["T"].type = kind


def replace_fed(definition: tf.GraphDef, fed: Arrays) -> None:
    """Puts placeholders where a script fed what its graph computes itself.

    So it does that feeds `x = tf.placeholder(...) / 255`.

    Args:
      definition: of the graph; it is changed.
      fed: tensor -> what it was fed.
    """
    several = {
        name.partition(":")[0] for node in definition.node for name in node.input if ":" in name
    }
    for node in definition.node:
        value = fed.get(f"{node.name}:0")
        if value is None or node.op in _FED or node.name in several:
            continue
        node.op = "Placeholder"
        del node.input[:]
        node.attr.clear()
        node.attr["dtype"].type = tf.as_dtype(value.dtype).as_datatype_enum
        node.attr["shape"].shape.CopyFrom(tf.TensorShape(None if value.ndim else []).as_proto())


def in_new_names(given: Arrays, renamed: dict[str, str]) -> Arrays:
    """What a step is given, by the tensors that are there."""
    return {renamed.get(name, name): value for name, value in given.items()}


def _placeholder(node: tf.NodeDef, place: int) -> tf.NodeDef:
    types = next(node.attr[name].list.type for name in _TYPES if name in node.attr)
    new = tf.NodeDef(name=f"{node.name}_{place}", op="Placeholder")
    new.attr["dtype"].type = types[place]
    shapes = node.attr["output_shapes"].list.shape if "output_shapes" in node.attr else ()
    if len(shapes) > place:
        new.attr["shape"].shape.CopyFrom(shapes[place])
    else:
        new.attr["shape"].shape.unknown_rank = True
    return new


def _leave_out_beside(definition: tf.GraphDef, targets: Iterable[str]) -> None:
    """Leaves out what cannot be loaded, if no step needs it: a script may read its files so."""
    allowed = permitted.ALLOWED | {each.signature.name for each in definition.library.function}
    by_name = {node.name: node for node in definition.node}
    waiting, needed = [name for name in targets if name in by_name], set[str]()
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed.add(name)
            inputs = (one.removeprefix("^").partition(":")[0] for one in by_name[name].input)
            waiting.extend(one for one in inputs if one in by_name)
    if all(by_name[name].op in allowed for name in needed):
        leave_out(definition)
