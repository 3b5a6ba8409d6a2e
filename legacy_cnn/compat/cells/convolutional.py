"""Convolutional LSTM cells of `tf.contrib.rnn` (Shi and others, 2015)."""

from collections.abc import Sequence
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.compat.cells.core import Cell, LSTMStateTuple, bias_variable, depth


class ConvLSTMCell(Cell):
    """An LSTM whose state is a picture, or a line, or a volume, with channels last.

    The hidden state is the output, which has the input's channels, too, with `skip_connection`.
    """

    def __init__(
        self,
        conv_ndims: int,
        input_shape: Sequence[int],
        output_channels: int,
        kernel_shape: Sequence[int],
        use_bias: bool = True,
        skip_connection: bool = False,
        forget_bias: float = 1.0,
        initializers: Any = None,
        name: str = "conv_lstm_cell",
    ) -> None:
        super().__init__(name=name)
        if conv_ndims != len(input_shape) - 1:
            raise ValueError(f"Invalid input_shape {input_shape} for conv_ndims={conv_ndims}.")
        self._ndims, self._channels, self._use_bias = conv_ndims, output_channels, use_bias
        self._kernel_shape, self._forget_bias = list(kernel_shape), forget_bias
        self._skip_connection = skip_connection
        space, skipped = list(input_shape[:-1]), input_shape[-1] if skip_connection else 0
        state = tf.TensorShape([*space, output_channels])
        output = tf.TensorShape([*space, output_channels + skipped])
        self._sizes = LSTMStateTuple(state, state), output

    def call(self, inputs: tf.Tensor, state: Any, scope: Any = None) -> Any:
        cell, hidden = state
        gates = self._convolved(tf.concat([inputs, hidden], self._ndims + 1))
        i, j, f, o = tf.split(gates, 4, self._ndims + 1)
        cell = tf.sigmoid(f + self._forget_bias) * cell + tf.sigmoid(i) * tf.tanh(j)
        output = tf.tanh(cell) * tf.sigmoid(o)
        if self._skip_connection:
            output = tf.concat([output, inputs], -1)
        return output, LSTMStateTuple(cell, output)

    def _convolved(self, inputs: tf.Tensor) -> tf.Tensor:
        size = 4 * self._channels
        shape = [*self._kernel_shape, depth(inputs), size]
        kernel = tf.get_variable("kernel", shape, inputs.dtype)
        convolved = tf.nn.convolution(inputs, kernel, "SAME")
        if not self._use_bias:
            return convolved
        return convolved + bias_variable(size, inputs.dtype, name="biases")


class Conv1DLSTMCell(ConvLSTMCell):
    """Along a line."""

    def __init__(self, name: str = "conv_1d_lstm_cell", **options: Any) -> None:
        super().__init__(conv_ndims=1, name=name, **options)


class Conv2DLSTMCell(ConvLSTMCell):
    """Over a picture."""

    def __init__(self, name: str = "conv_2d_lstm_cell", **options: Any) -> None:
        super().__init__(conv_ndims=2, name=name, **options)


class Conv3DLSTMCell(ConvLSTMCell):
    """In a volume."""

    def __init__(self, name: str = "conv_3d_lstm_cell", **options: Any) -> None:
        super().__init__(conv_ndims=3, name=name, **options)
