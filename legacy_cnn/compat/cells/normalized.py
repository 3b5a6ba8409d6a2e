"""LSTM cells of `tf.contrib.rnn` whose gates or weights are normalized."""

from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.compat.cells import by_scope
from legacy_cnn.compat.cells.core import (
    Cell,
    LSTMStateTuple,
    bias_variable,
    depth,
    layer_norm,
    layer_norms,
    linear,
)
from legacy_cnn.compat.cells.lstm import clipped, lstm_sizes, peepholes

#: The variable scopes of the gates' normalizations.
_SCOPES = "input transform forget output"


class LayerNormBasicLSTMCell(Cell):
    """An LSTM with layer normalization of its gates (Ba and others, 2016) and recurrent dropout.

    Dropout is on the candidate (Semeniuta and others, 2016). There is a bias only without
    normalization, and it starts as the variable scope says.
    """

    def __init__(
        self,
        num_units: int,
        forget_bias: float = 1.0,
        input_size: Any = None,
        activation: Any = tf.tanh,
        layer_norm: bool = True,
        norm_gain: float = 1.0,
        norm_shift: float = 0.0,
        dropout_keep_prob: Any = 1.0,
        dropout_prob_seed: int | None = None,
        reuse: bool | None = None,
    ) -> None:
        super().__init__(reuse)
        self._num_units, self._forget_bias, self._activation = num_units, forget_bias, activation
        self._layer_norm, self._gain, self._shift = layer_norm, norm_gain, norm_shift
        self._keep_prob, self._seed = dropout_keep_prob, dropout_prob_seed
        self._sizes = lstm_sizes(num_units)

    def call(self, inputs: tf.Tensor, state: Any) -> Any:
        c, h = state
        i, j, f, o = self._gates(tf.concat([inputs, h], 1))
        g = self._activation(j)
        if not isinstance(self._keep_prob, float) or self._keep_prob < 1:
            g = tf.nn.dropout(g, self._keep_prob, seed=self._seed)
        new_c = c * tf.sigmoid(f + self._forget_bias) + tf.sigmoid(i) * g
        if self._layer_norm:
            new_c = layer_norm(new_c, "state", self._gain, self._shift)
        new_h = self._activation(new_c) * tf.sigmoid(o)
        return new_h, LSTMStateTuple(new_c, new_h)

    def _gates(self, inputs: tf.Tensor) -> list[tf.Tensor]:
        size = 4 * self._num_units
        kernel, bias = ("weights", "b") if by_scope.is_0x() else by_scope.names()[1:]
        with tf.variable_scope("linear" if by_scope.is_0x() else tf.get_variable_scope()):
            shape = [depth(inputs), size]
            product = tf.matmul(inputs, tf.get_variable(kernel, shape, inputs.dtype))
            if not self._layer_norm:
                offset = tf.get_variable(bias, [size], inputs.dtype)
                return list(tf.split(tf.nn.bias_add(product, offset), 4, 1))
        parts = tf.split(product, 4, 1)
        return layer_norms(parts, _SCOPES, self._gain, self._shift)


class _Peepholed(Cell):
    """An LSTM with peepholes, clipping and projection; subclasses set these, and have `_linear`."""

    _inner_scope: str | None = None
    _use_peepholes: bool
    _num_units: int
    _num_proj: int | None
    _cell_clip: float | None
    _proj_clip: float | None
    _forget_bias: float
    _initializer: Any
    _activation: Any

    def call(self, inputs: tf.Tensor, state: Any) -> Any:
        scope = self._inner_scope or tf.get_variable_scope()
        with tf.variable_scope(scope, initializer=self._initializer):
            c, m = self._stepped(inputs, *state)
            if self._num_proj is not None:
                with tf.variable_scope("projection"):
                    m = clipped(self._linear([m], self._num_proj, False), self._proj_clip)
        return m, LSTMStateTuple(c, m)

    def _stepped(self, inputs: tf.Tensor, c: tf.Tensor, m: tf.Tensor) -> Any:
        i, j, f, o = self._gates([inputs, m])
        f = f + self._forget_bias
        if self._use_peepholes:
            names = "w_f_diag", "w_i_diag", "w_o_diag"
            w_f, w_i, w_o = peepholes(self._num_units, inputs.dtype, names)
            f, i = f + w_f * c, i + w_i * c
        c = tf.sigmoid(f) * c + tf.sigmoid(i) * self._activation(j)
        c = clipped(self._normalized(c), self._cell_clip)
        if self._use_peepholes:
            o = o + w_o * c
        return c, tf.sigmoid(o) * self._activation(c)

    def _gates(self, inputs: list[tf.Tensor]) -> list[tf.Tensor]:
        return list(tf.split(self._linear(inputs, 4 * self._num_units, True), 4, 1))

    def _linear(self, inputs: list[tf.Tensor], size: int, bias: bool) -> tf.Tensor:
        raise NotImplementedError

    def _normalized(self, c: tf.Tensor) -> tf.Tensor:
        return c


class LayerNormLSTMCell(_Peepholed):
    """An LSTM with peepholes, clipping, projection and, if asked for, layer normalization."""

    def __init__(
        self,
        num_units: int,
        use_peepholes: bool = False,
        cell_clip: float | None = None,
        initializer: Any = None,
        num_proj: int | None = None,
        proj_clip: float | None = None,
        forget_bias: float = 1.0,
        activation: Any = None,
        layer_norm: bool = False,
        norm_gain: float = 1.0,
        norm_shift: float = 0.0,
        reuse: bool | None = None,
    ) -> None:
        super().__init__(reuse)
        self._num_units, self._forget_bias = num_units, forget_bias
        self._use_peepholes, self._initializer = use_peepholes, initializer
        self._cell_clip, self._num_proj, self._proj_clip = cell_clip, num_proj, proj_clip
        self._activation = activation or tf.tanh
        self._layer_norm, self._gain, self._shift = layer_norm, norm_gain, norm_shift
        self._sizes = lstm_sizes(num_units, num_proj)

    def _linear(self, inputs: list[tf.Tensor], size: int, bias: bool) -> tf.Tensor:
        return linear(inputs, size, bias)

    def _normalized(self, c: tf.Tensor) -> tf.Tensor:
        return layer_norm(c, "state", self._gain, self._shift) if self._layer_norm else c

    def _gates(self, inputs: list[tf.Tensor]) -> list[tf.Tensor]:
        size = 4 * self._num_units
        if not self._layer_norm:
            return list(tf.split(self._linear(inputs, size, True), 4, 1))
        parts = tf.split(self._linear(inputs, size, False), 4, 1)
        bias_variable(size, inputs[0].dtype)  # was there, though nothing used it
        return layer_norms(parts, _SCOPES, self._gain, self._shift)


class WeightNormLSTMCell(_Peepholed):
    """An LSTM with weight normalization (Salimans and Kingma, 2016)."""

    _inner_scope = "wn_lstm_cell"

    def __init__(
        self,
        num_units: int,
        norm: bool = True,
        use_peepholes: bool = False,
        cell_clip: float | None = None,
        initializer: Any = None,
        num_proj: int | None = None,
        proj_clip: float | None = None,
        forget_bias: float = 1,
        activation: Any = None,
        reuse: bool | None = None,
    ) -> None:
        super().__init__(reuse, self._inner_scope)
        self._num_units, self._norm, self._use_peepholes = num_units, norm, use_peepholes
        self._cell_clip, self._initializer, self._num_proj = cell_clip, initializer, num_proj
        self._proj_clip, self._forget_bias = proj_clip, forget_bias
        self._activation = activation or tf.tanh
        self._sizes = lstm_sizes(num_units, num_proj)

    def _linear(self, inputs: list[tf.Tensor], size: int, bias: bool) -> tf.Tensor:
        widths, dtype = [depth(each) for each in inputs], inputs[0].dtype
        kernel = tf.get_variable("kernel", [sum(widths), size], dtype)
        if self._norm:
            parts = tf.split(kernel, widths, 0)
            kernel = tf.concat(
                [
                    tf.nn.l2_normalize(part, 0) * tf.get_variable(f"norm_{index}", [size], dtype)
                    for index, part in enumerate(parts)
                ],
                0,
            )
        product = tf.matmul(tf.concat(inputs, 1), kernel)
        return tf.nn.bias_add(product, bias_variable(size, dtype)) if bias else product
