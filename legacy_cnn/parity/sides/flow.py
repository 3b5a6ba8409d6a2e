"""Which tensors of a graph lie between what is fed and what is computed, in which order."""

from collections.abc import Collection, Iterable
from typing import Any

import tensorflow.compat.v1 as tf
from numpy.typing import NDArray

from legacy_cnn.programs.variables import is_variable

#: Operations that pass on what they are given.
PASSING = ("Identity", "StopGradient", "Snapshot", "CheckNumerics", "PreventGradient", "IdentityN")


def source(tensor: tf.Tensor, *also: str) -> tf.Tensor:
    """What a tensor passes on; operations of other types may pass on, too."""
    while tensor.op.type in (*PASSING, *also):
        tensor = tensor.op.inputs[0]
    return tensor


def between(beginnings: Iterable[tf.Tensor], ends: Iterable[tf.Tensor]) -> list[tf.Operation]:
    """The operations on the way from some tensors to others, each after its inputs.

    Args:
      beginnings: tensors where the way begins; what only depends on others is not on it.
      ends: tensors where it ends.
    """
    begun = {tensor.op.name for tensor in beginnings}
    on_the_way: dict[str, bool] = {}
    ordered: list[tf.Operation] = []
    waiting = [(tensor.op, False) for tensor in ends]
    while waiting:
        op, is_done = waiting.pop()
        if is_done:
            on_the_way[op.name] = op.name in begun or any(
                on_the_way.get(tensor.op.name) for tensor in op.inputs
            )
            if on_the_way[op.name]:
                ordered.append(op)
        elif op.name not in on_the_way:
            on_the_way[op.name] = False
            waiting.append((op, True))
            waiting.extend((tensor.op, False) for tensor in reversed(list(op.inputs)))
    return ordered


def computed(operations: Iterable[tf.Operation]) -> list[tf.Operation]:
    """Those operations that compute something new: not those that pass on or hold a value."""
    return [
        op
        for op in operations
        if op.type not in PASSING
        and not is_variable(op)
        and op.type not in ("ReadVariableOp", "Const", "Placeholder", "PlaceholderWithDefault")
    ]


def first(tensors: list[tf.Tensor]) -> tf.Tensor:
    """Of some tensors of one graph, the one that was made first."""
    order = {op.name: at for at, op in enumerate(tensors[0].graph.get_operations())}
    return min(tensors, key=lambda tensor: order[tensor.op.name])


def passed_on(tensor: tf.Tensor, among: Collection[str]) -> tf.Tensor:
    """The last tensor, among those with some names, that only passes on the value of another.

    The gradients of an operation wait for each other there: what is fed further up would still
    need the others.
    """
    for op in tensor.consumers():
        if op.type in PASSING:
            passed = op.outputs[[one.name for one in op.inputs].index(tensor.name)]
            if passed.name in among:
                return passed_on(passed, among)
    return tensor


def constant(tensor: tf.Tensor) -> NDArray[Any] | None:
    """The value of a constant; None for another tensor.

    `tf.get_static_value` would do more, but forbids feeding the tensor from then on.
    """
    if tensor.op.type != "Const":
        return None
    return tf.make_ndarray(tensor.op.get_attr("value"))


def scalars(graph: tf.Graph) -> list[float]:
    """The single floats among the constants of a graph and its functions, in order."""
    definition = graph.as_graph_def()
    functions = (function.node_def for function in definition.library.function)
    nodes = [node for each in (definition.node, *functions) for node in each if node.op == "Const"]
    tensors = [node.attr["value"].tensor for node in nodes]
    single = [t for t in tensors if not t.tensor_shape.dim and tf.as_dtype(t.dtype).is_floating]
    return [float(tf.make_ndarray(tensor)) for tensor in single]
