"""LSTM cells of `tf.contrib.rnn`, and what all LSTMs share."""

from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.compat.cells.core import (
    Cell,
    LSTMStateTuple,
    bias_variable,
    depth,
    layer_norm,
    layer_norms,
    linear,
)


def lstm_sizes(num_units: int, num_proj: int | None = None) -> tuple[Any, int]:
    """The sizes of an LSTM's state and of its output."""
    return LSTMStateTuple(num_units, num_proj or num_units), num_proj or num_units


def clipped(tensor: tf.Tensor, limit: float | None) -> tf.Tensor:
    """A tensor between `-limit` and `limit`."""
    return tensor if limit is None else tf.clip_by_value(tensor, -limit, limit)


def peepholes(num_units: int, dtype: Any, names: tuple[str, ...]) -> list[Any]:
    """Variables, one weight for each unit, through which the gates see the cell."""
    return [tf.get_variable(name, [num_units], dtype) for name in names]


class CoupledInputForgetGateLSTMCell(Cell):
    """An LSTM whose input gate is one minus its forget gate (Greff and others, 2015)."""

    def __init__(
        self,
        num_units: int,
        use_peepholes: bool = False,
        initializer: Any = None,
        num_proj: int | None = None,
        proj_clip: float | None = None,
        num_unit_shards: int = 1,
        num_proj_shards: int = 1,
        forget_bias: float = 1.0,
        state_is_tuple: bool = True,
        activation: Any = tf.tanh,
        reuse: bool | None = None,
        layer_norm: bool = False,
        norm_gain: float = 1.0,
        norm_shift: float = 0.0,
    ) -> None:
        super().__init__(reuse)
        self._num_units, self._use_peepholes, self._num_proj = num_units, use_peepholes, num_proj
        self._proj_clip, self._forget_bias, self._activation = proj_clip, forget_bias, activation
        self._shards = num_unit_shards, num_proj_shards
        self._layer_norm, self._gain, self._shift = layer_norm, norm_gain, norm_shift
        self._state_is_tuple = state_is_tuple
        sizes = lstm_sizes(num_units, num_proj)
        self._sizes = sizes if state_is_tuple else (sum(sizes[0]), sizes[1])

    def call(self, inputs: tf.Tensor, state: Any) -> Any:
        sizes = [self._num_units, self._num_proj or self._num_units]
        c, m = state if self._state_is_tuple else tf.split(state, sizes, 1)
        j, f, o = self._gates(tf.concat([inputs, m], 1))
        f = f + self._forget_bias
        if self._use_peepholes:
            w_f, w_o = peepholes(self._num_units, inputs.dtype, ("W_F_diag", "W_O_diag"))
            f = f + w_f * c
        kept = tf.sigmoid(f)
        c = kept * c + (1 - kept) * self._activation(j)
        if self._layer_norm:
            c = layer_norm(c, "state", self._gain, self._shift)
        m = tf.sigmoid(o + w_o * c if self._use_peepholes else o) * self._activation(c)
        if self._num_proj is not None:
            kernel = sharded("W_P", [self._num_units, self._num_proj], m.dtype, self._shards[1])
            m = clipped(tf.matmul(m, kernel), self._proj_clip)
        return m, LSTMStateTuple(c, m) if self._state_is_tuple else tf.concat([c, m], 1)

    def _gates(self, inputs: tf.Tensor) -> list[tf.Tensor]:
        size = 3 * self._num_units
        kernel = sharded("W", [depth(inputs), size], inputs.dtype, self._shards[0])
        bias = tf.get_variable("B", [size], inputs.dtype, initializer=tf.zeros_initializer())
        product = tf.matmul(inputs, kernel)
        if not self._layer_norm:
            return list(tf.split(tf.nn.bias_add(product, bias), 3, 1))
        parts = tf.split(product, 3, 1)
        return layer_norms(parts, "transform forget output", self._gain, self._shift)


def sharded(name: str, shape: list[int], dtype: Any, count: int) -> tf.Tensor:
    """A matrix that is stored as `count` variables, `name_0`, `name_1`, ..., rows in each."""
    rows, longer = divmod(shape[0], count)
    if not rows:
        raise ValueError(f"Too many shards: shape={shape}, num_shards={count}")
    parts = [
        tf.get_variable(f"{name}_{index}", [rows + (index < longer), *shape[1:]], dtype)
        for index in range(count)
    ]
    return parts[0] if count == 1 else tf.concat(parts, 0)


class GLSTMCell(Cell):
    """An LSTM in groups that do not see each other (Kuchaiev and Ginsburg, 2017)."""

    def __init__(
        self,
        num_units: int,
        initializer: Any = None,
        num_proj: int | None = None,
        number_of_groups: int = 1,
        forget_bias: float = 1.0,
        activation: Any = tf.tanh,
        reuse: bool | None = None,
    ) -> None:
        super().__init__(reuse)
        if num_units % number_of_groups:
            raise ValueError("num_units must be divisible by number_of_groups")
        if num_proj and num_proj % number_of_groups:
            raise ValueError("num_proj must be divisible by number_of_groups")
        self._num_units, self._initializer, self._num_proj = num_units, initializer, num_proj
        self._groups, self._forget_bias, self._activation = (
            number_of_groups,
            forget_bias,
            activation,
        )
        self._sizes = lstm_sizes(num_units, num_proj)

    def call(self, inputs: tf.Tensor, state: Any) -> Any:
        c, m = state
        with tf.variable_scope(tf.get_variable_scope(), initializer=self._initializer):
            i, j, f, o = self._gates(inputs, m)
            c = tf.sigmoid(f + self._forget_bias) * c + tf.sigmoid(i) * tf.tanh(j)
            m = tf.sigmoid(o) * self._activation(c)
            if self._num_proj is not None:
                with tf.variable_scope("projection"):
                    m = linear(m, self._num_proj, False)
        return m, LSTMStateTuple(c, m)

    def _gates(self, inputs: tf.Tensor, m: tf.Tensor) -> list[tf.Tensor]:
        groups, size = self._groups, 4 * self._num_units // self._groups
        if depth(inputs) % groups:
            raise ValueError(
                f"input size ({depth(inputs)}) must be divisible by number_of_groups ({groups})"
            )
        parts = []
        pairs = zip(tf.split(inputs, groups, 1), tf.split(m, groups, 1), strict=True)
        for index, pair in enumerate(pairs):
            with tf.variable_scope(f"group{index}"):
                parts.append(tf.split(linear(list(pair), size, False), 4, 1))
        return [
            tf.nn.bias_add(
                tf.concat(gate, 1),
                bias_variable(self._num_units, inputs.dtype, name=f"bias_{letter}"),
            )
            for letter, gate in zip("ijfo", zip(*parts, strict=True), strict=True)
        ]
