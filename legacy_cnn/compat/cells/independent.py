"""Cells of `tf.contrib.rnn` whose units do not see each other's past."""

from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.compat.cells.core import Cell, LSTMStateTuple, bias_variable, depth
from legacy_cnn.compat.cells.lstm import lstm_sizes


class _Independent(Cell):
    """A cell whose units do not see each other's past (Li and others, 2018)."""

    def __init__(
        self,
        num_units: int,
        activation: Any = None,
        reuse: bool | None = None,
        kernel_initializer: Any = None,
        bias_initializer: Any = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(reuse, name, dtype=dtype)
        self._num_units, self._activation = num_units, activation or tf.tanh
        self._initializers = kernel_initializer, bias_initializer
        self._sizes = num_units, num_units

    def _gates(
        self, inputs: tf.Tensor, state: tf.Tensor, count: int, names: str, bias: float = 0.0
    ) -> tf.Tensor:
        """`count` gates; `names` has those of the kernel, the recurrent one and the bias."""
        (kernel_name, recurrent_name, bias_name), size = names.split(), count * self._num_units
        kernel_initializer, bias_initializer = self._initializers
        kernel = tf.get_variable(
            kernel_name, [depth(inputs), size], inputs.dtype, initializer=kernel_initializer
        )
        recurrent = tf.get_variable(
            recurrent_name,
            [1, size],
            inputs.dtype,
            initializer=tf.random_uniform_initializer(-1, 1),
        )
        initializer = bias_initializer or tf.constant_initializer(bias)
        offset = bias_variable(size, inputs.dtype, initializer, bias_name)
        past = state if count == 1 else tf.tile(state, [1, count])
        return tf.nn.bias_add(tf.matmul(inputs, kernel) + past * recurrent, offset)


class IndRNNCell(_Independent):
    """A basic RNN with independent units."""

    def __init__(
        self,
        num_units: int,
        activation: Any = None,
        reuse: bool | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(num_units, activation, reuse, name=name, dtype=dtype)

    def call(self, inputs: tf.Tensor, state: tf.Tensor) -> Any:
        new = self._activation(self._gates(inputs, state, 1, "kernel_w kernel_u bias"))
        return new, new


class IndyGRUCell(_Independent):
    """A GRU with independent units."""

    def call(self, inputs: tf.Tensor, state: tf.Tensor) -> Any:
        names = "gates/kernel_w gates/kernel_u gates/bias"
        r, u = tf.split(tf.sigmoid(self._gates(inputs, state, 2, names, 1.0)), 2, 1)
        names = "candidate/kernel candidate/kernel_u candidate/bias"
        new = u * state + (1 - u) * self._activation(self._gates(inputs, r * state, 1, names))
        return new, new


class IndyLSTMCell(_Independent):
    """An LSTM with independent units."""

    def __init__(
        self,
        num_units: int,
        forget_bias: float = 1.0,
        activation: Any = None,
        reuse: bool | None = None,
        kernel_initializer: Any = None,
        bias_initializer: Any = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        initializers = kernel_initializer, bias_initializer
        super().__init__(num_units, activation, reuse, *initializers, name, dtype)
        self._forget_bias = forget_bias
        self._sizes = lstm_sizes(num_units)

    def call(self, inputs: tf.Tensor, state: Any) -> Any:
        c, h = state
        i, j, f, o = tf.split(self._gates(inputs, h, 4, "kernel_w kernel_u bias"), 4, 1)
        new_c = c * tf.sigmoid(f + self._forget_bias) + tf.sigmoid(i) * self._activation(j)
        new_h = self._activation(new_c) * tf.sigmoid(o)
        return new_h, LSTMStateTuple(new_c, new_h)
