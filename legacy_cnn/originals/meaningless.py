"""Tensors whose values mean nothing: whatever was in memory. There is nothing to compare.

The `flow` of a TensorArray only orders reads and writes, but gradients of it are added up all the
same. The gradient of a fused batch norm has outputs that are never filled.
"""

import tensorflow.compat.v1 as tf

#: Outputs that an operation does not fill.
_UNFILLED = {
    "FusedBatchNormGrad": (3, 4),
    "FusedBatchNormGradV2": (3, 4),
    "FusedBatchNormGradV3": (3, 4),
    "FusedBatchNormV3": (5,),
}

#: Outputs that are a flow.
_FLOWS = {"TensorArrayV3": 1, "TensorArrayGradV3": 1, "TensorArrayGradWithShape": 1} | {
    f"TensorArray{kind}{version}": 0
    for kind in ("Write", "Scatter", "Split", "Unpack")
    for version in ("", "V2", "V3")
}

#: Operations that pass a flow on, or add up two.
_PASSING = frozenset(
    ("Identity", "Enter", "Exit", "Merge", "Switch", "NextIteration", "Add", "AddV2", "AddN")
)


def meaningless(definition: tf.GraphDef) -> set[str]:
    """The names of those tensors of a graph."""
    unfilled = {
        f"{node.name}:{place}" for node in definition.node for place in _UNFILLED.get(node.op, ())
    }
    return unfilled | _flows(definition)


def _flows(definition: tf.GraphDef) -> set[str]:
    users: dict[str, list[str]] = {}
    for node in definition.node:
        for each in node.input if node.op in _PASSING else ():
            users.setdefault(each if ":" in each else f"{each}:0", []).append(node.name)
    waiting = [f"{node.name}:{_FLOWS[node.op]}" for node in definition.node if node.op in _FLOWS]
    flows = set(waiting)
    while waiting:
        for user in users.get(waiting.pop(), ()):
            passed_on = {f"{user}:0", f"{user}:1"} - flows  # a Switch has two
            flows |= passed_on
            waiting += passed_on
    return flows
