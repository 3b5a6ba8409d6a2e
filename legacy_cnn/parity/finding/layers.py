"""Finds a graph's output, and the layers on the way to it."""

import tensorflow.compat.v1 as tf

from legacy_cnn.parity.finding.paths import PASSING, Paths, source, spread, variable_of
from legacy_cnn.parity.sides import flow

_ACTIVATIONS = ("Relu", "Relu6", "Elu", "Selu", "LeakyRelu", "Softplus", "Softsign", "Sigmoid",
                "Tanh", "Softmax", "LogSoftmax", "Exp", "Erf")  # fmt: skip
_POOLS = ("MaxPool", "MaxPoolV2", "AvgPool", "MaxPool3D", "AvgPool3D", "LRN")
_PRODUCTS = ("MatMul", "BatchMatMul", "BatchMatMulV2", "BatchMatMulV3", "Conv2D", "Conv3D",
             "DepthwiseConv2dNative", "Conv2DBackpropInput", "Einsum", "GatherV2", "Gather",
             "ResourceGather")  # fmt: skip
_SUMS = ("Add", "AddV2", "BiasAdd", "BiasAddV1")
_NORMALISED = ("FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3")
_BLOCKS = ("While", "StatelessWhile", "If", "StatelessIf", "Merge", "Exit")
#: What a loss does to a prediction before it meets the labels.
_OF_LOSS = (*PASSING, "Log", "Neg", "Reshape", "ClipByValue", "Maximum", "Minimum", "Log1p",
            "Squeeze", "ExpandDims")  # fmt: skip
#: What fills a list for a loop of TensorFlow 1, and what goes round in one.
_LISTS = ("TensorArrayScatterV3", "TensorArrayWriteV3", "TensorArraySplitV3")
_ROUND = ("NextIteration", "RefNextIteration")
#: What gives a tensor another name alone.
_NAMING = ("Identity", "Snapshot", "IdentityN")
#: How many layers a report may have.
MOST = 40


def output_of(
    paths: Paths,
    loss: tf.Tensor | None,
    images: list[tf.Tensor],
    labels: list[tf.Tensor],
    parameters: list[str],
) -> tf.Tensor | None:
    """The prediction: what meets the labels in the loss, before what the loss does to it.

    Args:
      paths: of the graph.
      loss: a number; without one, the output is the last float that follows from the images.
      images, labels: what is fed. Without labels, the images are their own.
      parameters: variables.
    """
    if loss is None:
        return _last(paths, images)
    forward = paths.before([loss.op])
    fed = {tensor.op.name for tensor in (*images, *labels)}
    wanted = {tensor.op.name for tensor in labels or images}
    followed = spread(
        paths,
        forward,
        lambda op: frozenset([op.name] if op.name in fed or op.name in parameters else []),
    )
    known = set(parameters)
    meetings = []
    for op in paths.ordered(forward):
        of_inputs = [followed.get(tensor.op.name, frozenset()) for tensor in op.inputs]
        has_labels = any(one and one <= wanted for one in of_inputs)
        predictions = [
            tensor
            for one, tensor in zip(of_inputs, op.inputs, strict=True)
            if one & known and one & fed and tensor.dtype.is_floating and tensor.shape.rank != 0
            if not labels or not one & wanted
        ]
        if has_labels and predictions:
            meetings.append(_before_loss(paths, predictions[0], followed, known))
    meetings = [one for one in meetings if paths.graph.is_fetchable(one.op)]
    if meetings:
        return _earliest(paths, meetings)
    of_labels = {tensor.op.name for tensor in labels}
    return _last_float(paths, forward, followed, known, of_labels)


def _earliest(paths: Paths, meetings: list[tf.Tensor]) -> tf.Tensor:
    """The tensor that all others are computed of, in whatever order a loss adds its terms up."""
    names = {tensor.op.name for tensor in meetings}
    first = (tensor for tensor in meetings if names <= paths.after([tensor.op]))
    return next(first, meetings[0])


def _before_loss(
    paths: Paths, tensor: tf.Tensor, followed: dict[str, frozenset[str]], known: set[str]
) -> tf.Tensor:
    """Goes back over what only the loss needs: logarithms, clipping, another shape, a loop."""
    while tensor.op.type in _OF_LOSS or _is_shift(tensor, followed) or _is_in_loop(paths, tensor):
        inputs = [t for t in tensor.op.inputs if followed.get(t.op.name, frozenset()) & known]
        inputs = [t for t in inputs if t.op.type not in _ROUND and not variable_of(t)]
        inputs = [t for t in inputs if t.dtype.base_dtype != tf.bool]  # chooses a branch
        if not inputs:
            break
        tensor = inputs[0]
    return tensor


def _is_in_loop(paths: Paths, tensor: tf.Tensor) -> bool:
    """Whether it is inside of a loop of TensorFlow 1, or the list that is handed to one."""
    return not paths.graph.is_fetchable(tensor.op) or tensor.op.type in _LISTS


def _is_shift(tensor: tf.Tensor, followed: dict[str, frozenset[str]]) -> bool:
    """Whether a constant is added: the epsilon of a logarithm, or 1 - p."""
    return tensor.op.type in ("Add", "AddV2", "Sub") and any(
        not followed.get(other.op.name) and other.shape.rank == 0 for other in tensor.op.inputs
    )


def _last_float(
    paths: Paths,
    forward: set[str],
    followed: dict[str, frozenset[str]],
    known: set[str],
    of_labels: set[str],
) -> tf.Tensor | None:
    """The last tensor for a batch, without its labels, before the loss becomes one number."""
    floats = [
        op.outputs[0]
        for op in paths.ordered(forward)
        if followed[op.name] & known and not followed[op.name] & of_labels and op.outputs
        if op.outputs[0].dtype.is_floating and paths.graph.is_fetchable(op)
        if op.outputs[0].shape.rank and op.outputs[0].shape.as_list()[0] is None
    ]
    return source(floats[-1], _NAMING).outputs[0] if floats else None


def _last(paths: Paths, images: list[tf.Tensor]) -> tf.Tensor | None:
    following = paths.ordered(paths.after(tensor.op for tensor in images))
    ends = [
        op.outputs[0]
        for op in following
        if len(op.outputs) == 1 and op.outputs[0].dtype.base_dtype.is_floating
        if op.outputs[0].shape.rank != 0 and op.type != "RestoreV2"
    ]
    return ends[-1] if ends else None


def layers_to(
    paths: Paths, output: tf.Tensor, images: list[tf.Tensor], parameters: list[str]
) -> dict[str, str]:
    """Name -> tensor, in the order of computation: activations, pools, products with their biases.

    Args:
      paths: of the graph.
      output: the last layer.
      images: where the way begins.
      parameters: variables.
    """
    ways = flow.between(images, [output])
    depths = _depths(ways)
    fetchable = {op.name for op in ways if paths.graph.is_fetchable(op)}
    found = [
        op
        for op in ways
        if op.name in fetchable and op.outputs[0].dtype.is_floating and _is_layer(op)
        if not _is_bare(op) and not depths[op.name]
    ]
    names = [op.outputs[0].name for op in found if op is not output.op][-MOST:]
    tensors = [*names, output.name]
    return {name.removesuffix(":0"): name for name in tensors}


def _depths(ways: list[tf.Operation]) -> dict[str, int]:
    """In how many branches of TensorFlow 1 each operation is: one not taken has no value."""
    change = {"Switch": 1, "RefSwitch": 1, "Merge": -1, "RefMerge": -1, "Exit": -1, "RefExit": -1}
    depths: dict[str, int] = {}
    for op in ways:
        inside = max((depths.get(tensor.op.name, 0) for tensor in op.inputs), default=0)
        depths[op.name] = max(inside + change.get(op.type, 0), 0)
    return depths


def _is_layer(op: tf.Operation) -> bool:
    if op.type in _SUMS:
        return any(variable_of(tensor) for tensor in op.inputs)
    if op.type == "Exp" and all(one.type == "Log1p" for one in op.outputs[0].consumers()):
        return False  # a part of log(1 + exp(x)), in a loss
    return op.type in (*_ACTIVATIONS, *_POOLS, *_PRODUCTS, *_NORMALISED, *_BLOCKS)


def _is_bare(op: tf.Operation) -> bool:
    """Whether a bias is still to be added: another program may add it in one go."""
    return op.type in _PRODUCTS and any(
        next_op.type in _SUMS and any(variable_of(t) for t in next_op.inputs if source(t) is not op)
        for next_op in op.outputs[0].consumers()
    )
