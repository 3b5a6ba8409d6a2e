"""The tensors on the forward path of the tutorial's graph, read from the graph itself."""

import tensorflow.compat.v1 as tf

from legacy_cnn import tutorial
from legacy_cnn.results.study import GraphTensor
from legacy_cnn.vocabulary import LAYERS, PARAMETERS

#: Operations that pass on their first input, or but for its shape or a sign.
_PASSING = ("Identity", "ReadVariableOp", "Reshape", "Sub", "StopGradient")


def graph_tensors() -> tuple[GraphTensor, ...]:
    """Returns the tensors from the input to the loss, each with the operations that compute it."""
    with tf.Graph().as_default() as graph:
        ends = tutorial.build_graph()
        images = graph.get_operation_by_name("Conv2D").inputs[0]
        path = {"x": ends.x, "images": images}
        path |= {name: graph.get_tensor_by_name(f"{op}:0") for name, op in LAYERS.items()}
        placeholders = {ends.y.op: "y", ends.keep_prob.op: "keep_prob"}
        steps = zip(list(path.items())[1:], path.values(), strict=False)
        return (
            GraphTensor("x", _shape(ends.x), (), {}, {}),
            *(_tensor(name, tensor, before, placeholders) for (name, tensor), before in steps),
        )


def _tensor(
    name: str, tensor: tf.Tensor, before: tf.Tensor, placeholders: dict[tf.Operation, str]
) -> GraphTensor:
    operations = _operations(tensor, before) or []
    inputs = [(tensor, _source(tensor)) for op in operations for tensor in op.inputs]
    variables = {parameter.variable: name for name, parameter in PARAMETERS.items()}
    return GraphTensor(
        name,
        _shape(tensor),
        tuple(op.type for op in operations),
        weights={
            variables[source.name]: tuple(tensor.shape)
            for tensor, source in inputs
            if source.name in variables
        },
        fed={
            placeholders[source]: _shape_if_known(source.outputs[0])
            for _, source in inputs
            if source in placeholders
        },
    )


def _shape(tensor: tf.Tensor) -> tuple[int, ...]:
    """The shape for one image."""
    return tuple(tensor.shape[1:])


def _shape_if_known(tensor: tf.Tensor) -> tuple[int, ...] | None:
    return None if tensor.shape.rank is None else tuple(tensor.shape)


def _operations(tensor: tf.Tensor, before: tf.Tensor) -> list[tf.Operation] | None:
    """The fewest operations that lead from one tensor to another; None if none do."""
    if tensor is before:
        return []
    paths = [_operations(source, before) for source in tensor.op.inputs]
    leading = [path for path in paths if path is not None]
    return [*min(leading, key=len), tensor.op] if leading else None


def _source(tensor: tf.Tensor) -> tf.Operation:
    """The operation that a tensor comes from, behind those that only pass it on."""
    operation = tensor.op
    while operation.type in _PASSING:
        operation = operation.inputs[operation.type == "Sub"].op
    return operation
