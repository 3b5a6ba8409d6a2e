"""Makes resources of TensorFlow 1's reference variables.

`tf.saved_model.load` gives no variable for a reference, so that what it loads seems to have none.
"""

from collections import defaultdict
from collections.abc import Collection

import tensorflow.compat.v1 as tf
from tensorflow.core.framework import variable_pb2

from legacy_cnn.parity.leaving_out import following

_REFERENCES = ("Variable", "VariableV2")
#: An operation of a reference -> that of a resource, its attribute of the type, and those that go.
_SAME = {
    "Identity": ("ReadVariableOp", "T", ()),
    "Assign": ("AssignVariableOp", "T", ("use_locking", "validate_shape")),
    "IsVariableInitialized": ("VarIsInitializedOp", "", ("dtype",)),
}
#: Operations whose name begins so take a reference, too.
_OTHERS = ("AssignAdd", "AssignSub", "Apply", "SparseApply", "Scatter", "CountUpTo", "Ref")
_COLLECTIONS = ("variables", "local_variables", "trainable_variables")


def make_resources(meta: tf.MetaGraphDef, ends: Collection[str]) -> None:
    """Changes the variables of a graph that only serves; what trains it is left out.

    Args:
      meta: the graph.
      ends: the operations that it serves.
    """
    if not any(node.op in _REFERENCES for node in meta.graph_def.node):
        return
    _leave_out_training(meta.graph_def, ends)
    users = defaultdict(list)
    for node in meta.graph_def.node:
        for name in node.input:
            users[name.partition(":")[0]].append(node)
    changed = [
        node
        for node in meta.graph_def.node
        if node.op in _REFERENCES and not any(_needs_one(user, users) for user in users[node.name])
    ]
    for node in changed:
        _change(meta.graph_def, node, users[node.name])
    names = {f"{node.name}:0" for node in changed}
    for key in _COLLECTIONS:
        values = meta.collection_def[key].bytes_list.value if key in meta.collection_def else []
        values[:] = [_described(value, names) for value in values]


def _leave_out_training(definition: tf.GraphDef, ends: Collection[str]) -> None:
    """Leaves out what updates variables, unless that is served."""
    updates = [
        node.name
        for node in definition.node
        if node.op not in _SAME and node.op.startswith(_OTHERS)
    ]
    dropped = set(following(definition, updates))
    if not dropped.intersection(ends):
        kept = [node for node in definition.node if node.name not in dropped]
        del definition.node[:]
        definition.node.extend(kept)


def _needs_one(user: tf.NodeDef, users: dict[str, list[tf.NodeDef]]) -> bool:
    """Whether an operation that uses a variable needs a reference."""
    if user.op == "Assign":  # may yield one
        return any(user.name in _values(other) for other in users[user.name])
    return user.op not in _SAME and user.op.startswith(_OTHERS)


def _values(node: tf.NodeDef) -> set[str]:
    """The operations whose values an operation takes."""
    return {name.partition(":")[0] for name in node.input}


def _change(definition: tf.GraphDef, variable: tf.NodeDef, users: list[tf.NodeDef]) -> None:
    dtype = variable.attr["dtype"].type
    variable.op = "VarHandleOp"
    variable.attr["shared_name"].s = variable.attr["shared_name"].s or variable.name.encode()
    variable.attr.pop("_output_shapes", None)
    value = f"{variable.name}/as_value"
    for user in users:
        if user.op in _SAME:
            user.op, kind, gone = _SAME[user.op]
            for name in (kind, *gone, "_output_shapes"):
                user.attr.pop(name, None)
            if kind:
                user.attr["dtype"].type = dtype
        elif user.op not in [op for op, _, _ in _SAME.values()]:  # one that read it directly
            named = [value if each.partition(":")[0] == variable.name else each
                     for each in user.input]  # fmt: skip
            user.input[:] = named
            if definition.node[-1].name != value:
                definition.node.add(name=value, op="ReadVariableOp", input=[variable.name])
                definition.node[-1].attr["dtype"].type = dtype


def _described(value: bytes, resources: set[str]) -> bytes:
    """A variable as a collection has it."""
    described = variable_pb2.VariableDef.FromString(value)
    described.is_resource |= described.variable_name in resources
    return described.SerializeToString()
