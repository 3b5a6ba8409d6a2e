"""Convolutions with the kernel of another layer, as tied autoencoders have."""

import tensorflow.compat.v1 as tf

from legacy_cnn.porting.calls import one_or_all, unless
from legacy_cnn.porting.functions import Row
from legacy_cnn.porting.pixels import inner, is_channels_first
from legacy_cnn.porting.transposed import output_padding
from legacy_cnn.porting.writing import expressions
from legacy_cnn.porting.writing.expressions import Expr
from legacy_cnn.porting.writing.scope import Scope


def _function(name: str) -> Row:
    def row(scope: Scope, op: tf.Operation) -> Expr:
        is_transposed = op.type == "Conv2DBackpropInput"
        data = op.inputs[2] if is_transposed else op.inputs[0]
        padding = op.get_attr("padding").decode().lower()
        if padding == "explicit":
            raise scope.refusal(op, "whose padding is given in numbers")
        return expressions.call(
            f"ops.{name}",
            scope.value(data),
            scope.value(op.inputs[1]),
            strides=_spatial(op, "strides"),
            padding=unless(padding, "valid"),
            output_padding=output_padding(op) if is_transposed else None,
            data_format="channels_first" if is_channels_first(op) else None,
            dilation_rate=_spatial(op, "dilations"),
        )

    return row


def _spatial(op: tf.Operation, attribute: str) -> int | tuple[int, ...] | None:
    """Strides or dilations of the pixels; None for those of 1."""
    return unless(one_or_all(inner(op, op.get_attr(attribute))), 1)


#: Operation -> its row.
ROWS: dict[str, Row] = {
    "Conv2D": _function("conv"), "Conv2DBackpropInput": _function("conv_transpose"),
    "DepthwiseConv2dNative": _function("depthwise_conv"),
}  # fmt: skip
