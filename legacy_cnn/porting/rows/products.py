"""Layers with a kernel: rows from an operation to a line, with its bias and its activation."""

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.parity.finding.paths import source
from legacy_cnn.porting import penalties, tensordots
from legacy_cnn.porting.calls import Code, call, one_or_all, unless
from legacy_cnn.porting.constants import value_of
from legacy_cnn.porting.found import Found
from legacy_cnn.porting.initializers import argument
from legacy_cnn.porting.pixels import inner
from legacy_cnn.porting.reading import Reading
from legacy_cnn.porting.rows.dilated import Dilated, dilated
from legacy_cnn.porting.transposed import output_padding
from legacy_cnn.weights.matching import Shape

#: Operation -> what Keras' layers call it as their `activation`.
ACTIVATIONS = {
    "Relu": "relu", "Relu6": "relu6", "Elu": "elu", "Selu": "selu", "Softplus": "softplus",
    "Softsign": "softsign", "Sigmoid": "sigmoid", "Tanh": "tanh", "Softmax": "softmax",
    "LogSoftmax": "log_softmax",
}  # fmt: skip
_SUMS = ("Add", "AddV2", "BiasAdd", "BiasAddV1")
#: What lies between a product and its bias where the data have other axes than the kernel wants.
_BETWEEN = ("Squeeze", "Reshape")


@dataclasses.dataclass
class Product:
    """A product with a variable, and what follows from it."""

    op: tf.Operation
    kernel: str  #: a variable
    shape: Shape  #: of the kernel
    bias: str | None = None
    activation: str | None = None
    last: tf.Operation | None = None  #: of its operations
    #: What it is called with; nothing where another axis than the last is multiplied.
    inputs: tuple[tf.Tensor, ...] = ()
    holes: Dilated | None = None

    @property
    def data_format(self) -> str | None:
        """As an argument; None for channels that come last."""
        return "channels_first" if _text(self.op, "data_format").startswith("NC") else None

    def spatial(self, attribute: str) -> int | tuple[int, ...] | None:
        """Strides or dilations, without those of batch and channels; None if all are 1."""
        listed = list(self.op.get_attr(attribute)) if attribute in self.op.node_def.attr else []
        sizes = inner(self.op, listed)[-(len(self.shape) - 2) :]
        return unless(one_or_all(sizes), 1) if sizes else None


def product(reading: Reading, op: tf.Operation) -> Any:
    """The layer of an operation that multiplies data by a variable."""
    found = next((v for v in reading.variables(op)), None)
    if found is None:
        return _of_transposed(reading, op)
    layer = Product(op, found, reading.shape(found), inputs=_data(reading, op))
    layer.holes = dilated(op)
    if layer.holes is not None:
        layer.inputs = (layer.holes.entering,)
    _follow(reading, layer)
    line = LINES[op.type](reading, layer)
    return _part(reading, layer, line)


def _of_transposed(reading: Reading, op: tf.Operation) -> Any:
    """A product with a variable that is transposed in the graph: tied weights, mostly."""
    for tensor in op.inputs:
        transposing = source(tensor)
        variable = (
            reading.variable(transposing.inputs[0]) if transposing.type == "Transpose" else None
        )
        if variable:
            note = f"no layer: keras.ops.matmul with keras.ops.transpose of {variable}"
            owner = reading.owners.get(variable)
            return Found(op.name, op.type, note=f"{note}, of the layer {owner}" if owner else note)
    return NotImplemented


def _data(reading: Reading, op: tf.Operation) -> tuple[tf.Tensor, ...]:
    """The data of a product: what `tf.tensordot` makes matrices of, not the matrices."""
    scope = tensordots.scope_of(op)
    data = tuple(reading.data(op))
    while scope and len(data) == 1 and data[0].op.name.startswith(f"{scope}/"):
        moving = data[0].op
        order = value_of(moving.inputs[1]) if moving.type == "Transpose" else None
        if moving.type == "Transpose" and (order is None or list(order) != sorted(order)):
            return ()
        data = tuple(reading.data(moving))
    is_conv1d = len(data) == 1 and data[0].op.type == "ExpandDims" and op.type == "Conv2D"
    return tuple(reading.data(data[0].op)) if is_conv1d and _is_of_conv1d(reading, op) else data


def _is_of_conv1d(reading: Reading, op: tf.Operation) -> bool:
    """Whether a convolution has a kernel and data of one axis, to which it adds another."""
    return any(len(reading.shape(variable)) == 3 for variable in reading.variables(op))


def _follow(reading: Reading, layer: Product) -> None:
    """Takes the bias and the activation that follow."""
    taken = [layer.op]
    if layer.holes is not None:
        reading.take([layer.holes.before])
        taken.append(layer.holes.after)
    op = reading.next_of(taken[-1])
    between: list[tf.Operation] = []
    while op is not None and op.type in _BETWEEN and _is_of_product(layer, op):
        between.append(op)
        op = reading.next_of(op)
    if tensordots.scope_of(layer.op):
        taken += between
    biases = reading.variables(op) if op is not None and op.type in _SUMS else []
    if op is not None and biases and _is_bias(layer, reading.shape(biases[0])):
        layer.bias = biases[0]
        taken += [*between, op]
        op = reading.next_of(op)
    if op is not None and op.type in _BETWEEN and _is_of_product(layer, op):
        taken.append(op)
        op = reading.next_of(op)
    if op is not None and op.type in ACTIVATIONS:
        layer.activation = ACTIVATIONS[op.type]
        taken.append(op)
    if scope := tensordots.scope_of(layer.op):
        between += [one for one in reading.way if one.name.startswith(f"{scope}/")]
    layer.last = taken[-1]
    reading.take([*taken, *between])


def _is_bias(layer: Product, shape: Shape) -> bool:
    """Whether a variable has a number for each unit: one number for all is no layer's bias."""
    made = layer.op.outputs[0].shape
    is_first = layer.op.node_def.attr["data_format"].s.startswith(b"NC")
    units = made.as_list()[1 if is_first else -1] if made.rank else None
    sizes = [size for size in shape if size != 1]
    return units is None or sizes == [units] or (units == 1 and not sizes)


def _is_of_product(layer: Product, op: tf.Operation) -> bool:
    """Whether another shape is a part of the product: of Conv1D, or of `tf.tensordot`."""
    if op.type == "Squeeze":
        return len(layer.shape) == 3 and layer.op.type == "Conv2D"
    scope = tensordots.scope_of(layer.op)
    return bool(scope) and (op.name == scope or op.name.startswith(f"{scope}/"))


def _part(reading: Reading, layer: Product, line: tuple[str, Code, str]) -> Found:
    found, keras, note = line
    assert layer.last is not None
    name = layer.last.name
    notes = [note] if note else []
    owner = reading.owners.get(layer.kernel)
    is_layer = bool(keras) and bool(layer.inputs)
    flow: dict[str, Any] = {
        "inputs": layer.inputs,
        "output": layer.last.outputs[0] if is_layer else None,
    }
    if owner:
        note = f"{layer.kernel} is that of {owner}: call its layer again"
        if not _is_like(reading, layer, reading.products.get(layer.kernel)):
            flow = {}  # with another bias or activation: port writes its operations
        return Found(name, found, note=note, shared=layer.kernel, **flow)
    reading.owners[layer.kernel] = name
    reading.products[layer.kernel] = layer
    weights = {_weight(layer): layer.kernel, **({"bias": layer.bias} if layer.bias else {})}
    note = "; ".join([*notes, *_without_line(reading, layer)])
    return Found(name, found, str(keras), note, variables=weights, **flow)


def _is_like(reading: Reading, layer: Product, first: Product | None) -> bool:
    """Whether a product is a call of the layer that was the first with its kernel."""
    return (
        first is not None
        and (layer.bias, layer.activation) == (first.bias, first.activation)
        and LINES[layer.op.type] is LINES[first.op.type]
        and _is_transposed(reading, layer) == _is_transposed(reading, first)
    )


def _weight(layer: Product) -> str:
    """What Keras calls the kernel."""
    if layer.op.type == "DepthwiseConv2dNative":
        return "depthwise_kernel"
    return "embeddings" if "Gather" in layer.op.type else "kernel"


def _without_line(reading: Reading, layer: Product) -> Iterator[str]:
    """Initial values that no argument gives, and what is not trained."""
    variables = [layer.kernel, *([layer.bias] if layer.bias else [])]
    for variable in variables:
        initializer = reading.initializer(variable)
        if not initializer.keras:
            yield f"no Keras line for the first values of {variable}: {initializer.found}"
    updates = reading.side.updates
    if updates and not any(variable in updates for variable in variables):
        yield "no step updates it: layer.trainable = False"


def _shared(reading: Reading, layer: Product, kernel: str = "kernel") -> dict[str, Any]:
    """The arguments that all layers with a kernel have."""
    bias = layer.bias and argument(reading.initializer(layer.bias), "zeros")
    return {
        "activation": layer.activation,
        "use_bias": None if layer.bias else False,
        f"{kernel}_initializer": argument(reading.initializer(layer.kernel), "glorot_uniform"),
        "bias_initializer": bias or None,
        f"{kernel}_regularizer": penalties.regularizer(reading, layer.kernel),
        "bias_regularizer": penalties.regularizer(reading, layer.bias),
    }


def _text(op: tf.Operation, attribute: str) -> str:
    attributes = op.node_def.attr
    return attributes[attribute].s.decode() if attribute in attributes else ""


# Rows -------------------------------------------------------------------------------------------


def _dense(reading: Reading, layer: Product) -> tuple[str, Code, str]:
    transposed = _is_transposed(reading, layer)
    sizes = layer.shape[::-1] if transposed else layer.shape
    note = f"{layer.kernel} lies transposed" if transposed else ""
    found = f"{layer.op.type}, {_sizes(layer.shape)}"
    if len(layer.shape) != 2:
        return found, Code(""), "no Keras line: keras.ops.matmul with a weight of the layer"
    return found, call("Dense", sizes[-1], **_shared(reading, layer)), note


def _is_transposed(reading: Reading, layer: Product) -> bool:
    at = 0 if reading.variable(layer.op.inputs[0]) == layer.kernel else 1
    key = ("transpose_a", "adj_x") if at == 0 else ("transpose_b", "adj_y")
    is_set = any(layer.op.node_def.attr[one].b for one in key if one in layer.op.node_def.attr)
    return is_set if at else not is_set


def _convolution(name: str) -> Callable[[Reading, Product], tuple[str, Code, str]]:
    def row(reading: Reading, layer: Product) -> tuple[str, Code, str]:
        rank = len(layer.shape) - 2
        line, note = _convolved(reading, layer, f"{name}{rank}D", layer.shape[-1])
        return f"{layer.op.type}, {_sizes(layer.shape)}", line, note

    return row


def _convolved(
    reading: Reading, layer: Product, name: str, filters: int | None, **more: Any
) -> tuple[Code, str]:
    kernel = "depthwise" if name.startswith("Depthwise") else "kernel"
    padding = layer.holes.padding if layer.holes else _text(layer.op, "padding").lower()
    arguments = {
        "strides": layer.spatial("strides"),
        "padding": padding if padding == "same" else None,
        "data_format": layer.data_format,
        "dilation_rate": layer.holes.rate if layer.holes else layer.spatial("dilations"),
        "groups": _groups(layer) if kernel == "kernel" and name != "Conv2DTranspose" else None,
        **more,
    }
    note = (
        "the padding is given in numbers: ZeroPadding2D before it" if padding == "explicit" else ""
    )
    size = one_or_all(layer.shape[:-2])
    return call(name, filters, size, **arguments, **_shared(reading, layer, kernel)), note


def _groups(layer: Product) -> int | None:
    """The number of groups, by the channels of the images and of the kernel."""
    shape = layer.op.inputs[0].shape
    channels = shape.as_list()[1 if layer.data_format else -1] if shape.rank else None
    return unless(channels // layer.shape[-2], 1) if channels and layer.shape[-2] else None


def _depthwise(reading: Reading, layer: Product) -> tuple[str, Code, str]:
    multiplier = unless(layer.shape[-1], 1)
    line, note = _convolved(reading, layer, "DepthwiseConv2D", None, depth_multiplier=multiplier)
    return f"{layer.op.type}, {_sizes(layer.shape)}", line, note


def _transposed(reading: Reading, layer: Product) -> tuple[str, Code, str]:
    more = {"output_padding": output_padding(layer.op)}
    line, note = _convolved(reading, layer, "Conv2DTranspose", layer.shape[-2], **more)
    return f"conv2d_transpose, {_sizes(layer.shape)}", line, note


def _embedding(reading: Reading, layer: Product) -> tuple[str, Code, str]:
    found = f"embedding_lookup, {_sizes(layer.shape)}"
    if len(layer.shape) != 2:
        return found, Code(""), "no Keras line: keras.ops.take from a weight of the layer"
    given = argument(reading.initializer(layer.kernel), "uniform")
    regularizer = penalties.regularizer(reading, layer.kernel)
    line = call(
        "Embedding", *layer.shape, embeddings_initializer=given, embeddings_regularizer=regularizer
    )
    return found, line, ""


def _sizes(shape: Shape) -> str:
    return " x ".join(map(str, shape))


#: Operation -> its layer.
LINES: dict[str, Callable[[Reading, Product], tuple[str, Code, str]]] = {
    "MatMul": _dense, "BatchMatMul": _dense, "BatchMatMulV2": _dense, "BatchMatMulV3": _dense,
    "Conv2D": _convolution("Conv"), "Conv3D": _convolution("Conv"),
    "DepthwiseConv2dNative": _depthwise, "Conv2DBackpropInput": _transposed,
    "Gather": _embedding, "GatherV2": _embedding, "ResourceGather": _embedding,
}  # fmt: skip

#: Operation -> its row.
ROWS = dict.fromkeys(LINES, product)
