"""Layers without a kernel: rows from an operation to a line."""

import dataclasses
import math
from collections.abc import Callable

import numpy as np
import tensorflow.compat.v1 as tf

from legacy_cnn.porting.calls import call, number, one_or_all, unless
from legacy_cnn.porting.constants import number_among, value_of
from legacy_cnn.porting.found import Found
from legacy_cnn.porting.pixels import inner, is_channels_first
from legacy_cnn.porting.reading import Reading
from legacy_cnn.porting.rows.products import ACTIVATIONS

#: A row: the part of an operation, or None if there is nothing to write for it.
Row = Callable[[Reading, tf.Operation], Found | None]

#: Operation -> the function of `keras.ops` that computes the same, where no layer does.
FUNCTIONS = {
    "Abs": "abs", "AddN": "sum", "ArgMax": "argmax", "BatchMatMul": "matmul",
    "BatchMatMulV2": "matmul", "BatchMatMulV3": "matmul", "Cast": "cast", "ClipByValue": "clip",
    "Cos": "cos", "Cumsum": "cumsum", "Einsum": "einsum", "Erf": "erf", "Exp": "exp",
    "ExpandDims": "expand_dims", "Floor": "floor", "GatherNd": "take", "GatherV2": "take",
    "Log": "log", "Log1p": "log1p", "MatMul": "matmul", "Max": "max", "Mean": "mean",
    "Min": "min", "Neg": "negative", "OneHot": "one_hot", "Pack": "stack", "Pow": "power",
    "Prod": "prod", "Reciprocal": "reciprocal", "ReverseV2": "flip", "Round": "round",
    "Rsqrt": "rsqrt", "Select": "where", "SelectV2": "where", "Sign": "sign", "Sin": "sin",
    "Split": "split", "SplitV": "split", "Sqrt": "sqrt", "Square": "square",
    "SquaredDifference": "square", "Squeeze": "squeeze", "Sum": "sum", "Tile": "tile",
    "TopKV2": "top_k", "Equal": "equal", "NotEqual": "not_equal", "Less": "less",
    "LessEqual": "less_equal", "Greater": "greater", "GreaterEqual": "greater_equal",
    "LogicalAnd": "logical_and", "LogicalOr": "logical_or", "LogicalNot": "logical_not",
    "StridedSlice": "slice", "Slice": "slice", "Transpose": "transpose", "Unpack": "unstack",
}  # fmt: skip

#: What moves values and computes none.
PLUMBING = ("Identity", "IdentityN", "Placeholder", "PlaceholderWithDefault", "StopGradient",
            "Switch", "Merge", "Snapshot", "CheckNumerics", "PreventGradient", "NoOp", "Cast",
            "ExpandDims", "ZerosLike", "OnesLike", "Enter", "RefEnter", "Exit", "RefExit",
            "NextIteration", "LoopCond")  # fmt: skip


def operation(op: tf.Operation) -> Found | None:
    """What an operation is that no row explains."""
    is_shaping = op.type in ("Reshape", "Transpose")
    if (
        op.type in PLUMBING
        or op.type.startswith("TensorArray")
        or ("Tensordot/" in op.name and is_shaping)
    ):
        return None
    return _without_layer(op)


def _without_layer(op: tf.Operation) -> Found:
    if op.type in FUNCTIONS:
        note = f"no layer: keras.ops.{FUNCTIONS[op.type]} in the model's call"
    else:
        note = "no Keras line"
    return Found(op.name, op.type, note=note)


def _layer(reading: Reading, op: tf.Operation, keras: str) -> Found:
    """A layer that is called with the data among an operation's inputs."""
    inputs = tuple(reading.data(op))
    return Found(op.name, op.type, keras, inputs=inputs, output=op.outputs[0])


def _activation(reading: Reading, op: tf.Operation) -> Found:
    return _layer(reading, op, str(call("Activation", ACTIVATIONS[op.type])))


def _leaky(reading: Reading, op: tf.Operation) -> Found:
    return _layer(reading, op, str(call("LeakyReLU", negative_slope=op.get_attr("alpha"))))


def _pool(name: str) -> Row:
    def row(reading: Reading, op: tf.Operation) -> Found:
        sizes, strides = (one_or_all(inner(op, op.get_attr(name))) for name in ("ksize", "strides"))
        padding = op.get_attr("padding").decode().lower()
        line = call(
            f"{name}Pooling{3 if op.type.endswith('3D') else 2}D",
            sizes,
            strides=unless(strides, sizes),
            padding=padding if padding == "same" else None,
            data_format="channels_first" if is_channels_first(op) else None,
        )
        return _layer(reading, op, str(line))

    return row


def _mean(reading: Reading, op: tf.Operation) -> Found:
    axes = value_of(op.inputs[1])
    rank = op.inputs[0].shape.rank
    listed = [] if axes is None else sorted(int(axis) % (rank or 1) for axis in axes.ravel())
    if rank in (3, 4, 5) and listed == list(range(1, rank - 1)):
        kind = "Average" if op.type == "Mean" else "Max"
        kept = True if op.get_attr("keep_dims") else None
        line = call(f"Global{kind}Pooling{rank - 2}D", keepdims=kept)
        return _layer(reading, op, str(line))
    return _without_layer(op)


def _reshape(reading: Reading, op: tf.Operation) -> Found | None:
    before, after = op.inputs[0].shape, op.outputs[0].shape
    wanted = value_of(op.inputs[1])
    sizes = tuple(int(size) for size in wanted.ravel()) if wanted is not None else None
    if sizes is None and after.rank and None not in after.as_list()[1:]:
        sizes = (-1, *after.as_list()[1:])
    if sizes is None or len(sizes) < 2:
        return Found(op.name, op.type, note="no layer: keras.ops.reshape in the model's call")
    inner = [] if before.rank is None else before.as_list()[1:]
    if inner == list(sizes[1:]):
        return None
    whole = (None not in inner and before.rank is not None and math.prod(inner)) or None
    if len(inner) > 1 and len(sizes) == 2 and (whole is None or whole == sizes[1]):
        return _layer(reading, op, "Flatten()")
    if whole is not None and -1 not in sizes[1:] and math.prod(sizes[1:]) != whole:
        note = "no layer, it moves the batch: keras.ops.reshape in the model's call"
        return Found(op.name, op.type, note=note)
    return _layer(reading, op, str(call("Reshape", sizes[1:])))


def _pad(reading: Reading, op: tf.Operation) -> Found:
    given = value_of(op.inputs[1])
    pads = None if given is None else [tuple(int(n) for n in row) for row in given]
    is_zero = op.type == "Pad" or number_among(op) == 0
    if pads and len(pads) == 4 and is_zero and pads[0] == pads[3] == (0, 0):
        return _layer(reading, op, str(call("ZeroPadding2D", tuple(pads[1:3]))))
    if pads and len(pads) == 3 and is_zero and pads[0] == pads[2] == (0, 0):
        return _layer(reading, op, str(call("ZeroPadding1D", pads[1])))
    return Found(op.name, op.type, note="no layer: keras.ops.pad in the model's call")


def _merged(layer: str, function: str) -> Row:
    """Of two tensors of data a layer; of data and a number a function."""

    def row(reading: Reading, op: tf.Operation) -> Found:
        if len(reading.data(op)) > 1 and len({str(t.shape) for t in reading.data(op)}) == 1:
            return _layer(reading, op, f"{layer}()")
        constant = number_among(op)
        rescaled = constant is not None and _rescaling(op, constant)
        if rescaled:
            return _layer(reading, op, rescaled)
        if reading.variables(op):
            names = ", ".join(reading.variables(op))
            note = f"no layer: keras.ops.{function} with {names} as a weight of a layer"
            return Found(op.name, op.type, note=note)
        return Found(op.name, op.type, note=f"no layer: keras.ops.{function} in the model's call")

    return row


def _rescaling(op: tf.Operation, constant: float) -> str:
    """Where the data are multiplied by a number or shifted by one; "" for integers."""
    if not op.outputs[0].dtype.is_floating:
        return ""
    from_right = value_of(op.inputs[1]) is not None
    scale = {"Mul": constant, "RealDiv": 1 / constant if constant else 0.0}.get(op.type)
    shift = {"Add": constant, "AddV2": constant, "Sub": -constant}.get(op.type)
    if not from_right and op.type in ("RealDiv", "Sub"):
        return ""
    if op.type == "RealDiv":
        return f"Rescaling(1 / {number(constant)})"
    if scale is not None:
        return str(call("Rescaling", scale))
    return "" if shift is None else str(call("Rescaling", 1.0, offset=shift))


def _concatenated(reading: Reading, op: tf.Operation) -> Found:
    axis = number_among(op)
    rank = op.outputs[0].shape.rank
    chosen = None if axis is None else int(axis)
    usual = None if chosen in (-1, (rank or 0) - 1) else chosen
    if len(reading.data(op)) < len(op.inputs) - 1:
        return Found(op.name, op.type, note="no layer: keras.ops.concatenate in the model's call")
    return _layer(reading, op, str(call("Concatenate", axis=usual)))


def _transposed(reading: Reading, op: tf.Operation) -> Found | None:
    order = value_of(op.inputs[1])
    if order is not None and order.tolist() == list(range(order.size)):
        return None
    if order is not None and order.size and order.ravel()[0] == 0:
        return _layer(reading, op, str(call("Permute", tuple(int(n) for n in order[1:]))))
    return _without_layer(op)


def _resized(interpolation: str) -> Row:
    def row(reading: Reading, op: tf.Operation) -> Found:
        before, after = op.inputs[0].shape, value_of(op.inputs[1])
        is_centred = op.node_def.attr["half_pixel_centers"].b
        sizes = before.as_list()[1:3] if before.rank == 4 else [None]
        if after is not None and None not in sizes and is_centred:
            factors = np.asarray(after) / np.asarray(sizes)
            if (factors == factors.round()).all():
                whole = one_or_all([int(factor) for factor in factors])
                line = call("UpSampling2D", whole, interpolation=unless(interpolation, "nearest"))
                return _layer(reading, op, str(line))
        return Found(op.name, op.type, note=f"no layer: tf.raw_ops.{op.type} in the model's call")

    return row


def _local_response(reading: Reading, op: tf.Operation) -> Found:
    radius, bias, alpha, beta = map(op.get_attr, ("depth_radius", "bias", "alpha", "beta"))
    line = call(
        "LocalResponseNormalization",
        unless(radius, 5),
        bias=unless(bias, 1.0),
        alpha=unless(alpha, 1.0),
        beta=unless(beta, 0.5),
    )
    note = "no layer of Keras: one of your own, around tf.nn.local_response_normalization"
    return dataclasses.replace(_layer(reading, op, str(line)), note=note)


def _blocks(reading: Reading, op: tf.Operation) -> Found:
    """Blocks of pixels that become channels, or the other way."""
    function = "depth_to_space" if op.type == "DepthToSpace" else "space_to_depth"
    note = f"no layer of Keras: one of your own, around tf.nn.{function}"
    if op.get_attr("data_format") != b"NHWC":
        return Found(op.name, op.type, note=note)
    line = call(op.type, op.get_attr("block_size"))
    return dataclasses.replace(_layer(reading, op, str(line)), note=note)


def _whole(note: str) -> Row:
    return lambda reading, op: Found(op.name, op.type, note=note)


#: Operation -> its row.
ROWS: dict[str, Row] = {
    **dict.fromkeys(ACTIVATIONS, _activation),
    "LeakyRelu": _leaky,
    "MaxPool": _pool("Max"), "MaxPoolV2": _pool("Max"), "AvgPool": _pool("Average"),
    "MaxPool3D": _pool("Max"), "AvgPool3D": _pool("Average"),
    "Mean": _mean, "Max": _mean,
    "Reshape": _reshape, "Pad": _pad, "PadV2": _pad, "MirrorPad": _pad,
    "Add": _merged("Add", "add"), "AddV2": _merged("Add", "add"),
    "BiasAdd": _merged("Add", "add"),
    "Sub": _merged("Subtract", "subtract"), "Mul": _merged("Multiply", "multiply"),
    "RealDiv": _merged("", "divide"),
    "Maximum": _merged("Maximum", "maximum"), "Minimum": _merged("Minimum", "minimum"),
    "ConcatV2": _concatenated, "Concat": _concatenated, "Transpose": _transposed,
    "ResizeBilinear": _resized("bilinear"), "ResizeNearestNeighbor": _resized("nearest"),
    "LRN": _local_response, "DepthToSpace": _blocks, "SpaceToDepth": _blocks,
    "SpaceToBatchND": _whole("with the convolution after it: dilation_rate of its layer"),
    "BatchToSpaceND": lambda reading, op: None,
    "While": _whole("a loop: LSTM, GRU, SimpleRNN, or RNN with a cell of your own"),
    "StatelessWhile": _whole("a loop: LSTM, GRU, SimpleRNN, or RNN with a cell of your own"),
    "If": _whole("no layer: if training, or keras.ops.cond, in the model's call"),
    "StatelessIf": _whole("no layer: if training, or keras.ops.cond, in the model's call"),
}  # fmt: skip
