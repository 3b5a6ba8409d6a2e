"""Other gated cells of `tf.contrib.rnn`: NAS, UGRNN, intersection, SRU, phased."""

from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.compat.cells.core import Cell, LSTMStateTuple, bias_variable, depth, linear
from legacy_cnn.compat.cells.lstm import lstm_sizes


class NASCell(Cell):
    """A cell that an architecture search found (Zoph and Le, 2016)."""

    def __init__(
        self,
        num_units: int,
        num_proj: int | None = None,
        use_bias: bool = False,
        reuse: bool | None = None,
        **options: Any,
    ) -> None:
        super().__init__(reuse, **options)
        self._num_units, self._num_proj, self._use_bias = num_units, num_proj, use_bias
        self._sizes = lstm_sizes(num_units, num_proj)

    def call(self, inputs: tf.Tensor, state: Any) -> Any:
        c, m = state
        size, dtype = 8 * self._num_units, inputs.dtype
        recurrent = tf.matmul(m, tf.get_variable("recurrent_kernel", [depth(m), size], dtype))
        own = tf.matmul(inputs, tf.get_variable("kernel", [depth(inputs), size], dtype))
        if self._use_bias:
            recurrent = tf.nn.bias_add(recurrent, bias_variable(size, dtype))
        c, m = self._combined(c, tf.split(own, 8, 1), tf.split(recurrent, 8, 1))
        if self._num_proj is not None:
            shape = [self._num_units, self._num_proj]
            m = tf.matmul(m, tf.get_variable("projection_weights", shape, dtype))
        return m, LSTMStateTuple(c, m)

    @staticmethod
    def _combined(c: tf.Tensor, own: list[tf.Tensor], recurrent: list[tf.Tensor]) -> Any:
        """The tree that was found: eight leaves, four nodes above them, two above those."""
        sigmoid, tanh, relu = tf.sigmoid, tf.tanh, tf.nn.relu
        sums = [x + h for x, h in zip(own, recurrent, strict=True)]
        first = tanh(sigmoid(sums[0]) * relu(sums[1]))
        second = tanh(sigmoid(sums[2]) + relu(own[3] * recurrent[3]))
        third = tanh(tanh(sums[4]) * sigmoid(sums[5]))
        fourth = sigmoid(tanh(sums[6]) + sigmoid(sums[7]))
        new_c = tanh(first + c) * second
        return new_c, tanh(new_c * tanh(third + fourth))


class UGRNNCell(Cell):
    """The update gate RNN (Collins and others, 2017), between an RNN and a GRU."""

    def __init__(
        self,
        num_units: int,
        initializer: Any = None,
        forget_bias: float = 1.0,
        activation: Any = tf.tanh,
        reuse: bool | None = None,
    ) -> None:
        super().__init__(reuse)
        self._initializer, self._forget_bias, self._activation = (
            initializer,
            forget_bias,
            activation,
        )
        self._sizes = num_units, num_units

    def call(self, inputs: tf.Tensor, state: Any) -> Any:
        with tf.variable_scope(tf.get_variable_scope(), initializer=self._initializer):
            both = linear(tf.concat([inputs, state], 1), 2 * self._sizes[0], True)
        g, c = tf.split(both, 2, 1)
        g = tf.sigmoid(g + self._forget_bias)
        new = g * state + (1.0 - g) * self._activation(c)
        return new, new


class IntersectionRNNCell(Cell):
    """The intersection RNN (Collins and others, 2017), gated in depth and in time."""

    def __init__(
        self,
        num_units: int,
        num_in_proj: int | None = None,
        initializer: Any = None,
        forget_bias: float = 1.0,
        y_activation: Any = tf.nn.relu,
        reuse: bool | None = None,
    ) -> None:
        super().__init__(reuse)
        self._num_in_proj, self._initializer = num_in_proj, initializer
        self._forget_bias, self._y_activation = forget_bias, y_activation
        self._sizes = num_units, num_units

    def call(self, inputs: tf.Tensor, state: Any) -> Any:
        with tf.variable_scope(tf.get_variable_scope(), initializer=self._initializer):
            inputs = self._projected(inputs)
            joined = tf.concat([inputs, state], 1)
            gh, h, gy, y = tf.split(linear(joined, 4 * self._sizes[0], True), 4, 1)
        gh, gy = tf.sigmoid(gh + self._forget_bias), tf.sigmoid(gy + self._forget_bias)
        new_state = gh * state + (1.0 - gh) * tf.tanh(h)
        return gy * inputs + (1.0 - gy) * self._y_activation(y), new_state

    def _projected(self, inputs: tf.Tensor) -> tf.Tensor:
        if depth(inputs) == self._sizes[0]:
            return inputs
        if not self._num_in_proj:
            raise ValueError(
                "Must have input size == output size for Intersection RNN. To fix, num_in_proj "
                "should be set to num_units at cell init."
            )
        with tf.variable_scope("in_projection"):
            return linear(inputs, self._sizes[0], True)


class SRUCell(Cell):
    """The simple recurrent unit (Lei and others, 2017)."""

    def __init__(
        self,
        num_units: int,
        activation: Any = None,
        reuse: bool | None = None,
        name: str | None = None,
        **options: Any,
    ) -> None:
        super().__init__(reuse, name, **options)
        self._activation = activation or tf.tanh
        self._sizes = num_units, num_units

    def call(self, inputs: tf.Tensor, state: tf.Tensor) -> Any:
        size = self._sizes[0]
        shown, f, r, passed = tf.split(linear(inputs, 4 * size, False), 4, 1)
        bias = bias_variable(2 * size, inputs.dtype)
        f, r = tf.split(tf.sigmoid(tf.nn.bias_add(tf.concat([f, r], 1), bias)), 2, 1)
        c = f * state + (1.0 - f) * shown
        return r * self._activation(c) + (1.0 - r) * passed, c


class PhasedLSTMCell(Cell):
    """An LSTM with a time gate (Neil and others, 2016); its input is `(time, features)`."""

    def __init__(
        self,
        num_units: int,
        use_peepholes: bool = False,
        leak: float = 0.001,
        ratio_on: float = 0.1,
        trainable_ratio_on: bool = True,
        period_init_min: float = 1.0,
        period_init_max: float = 1000.0,
        reuse: bool | None = None,
    ) -> None:
        super().__init__(reuse, autocast=False)
        self._num_units, self._use_peepholes, self._leak = num_units, use_peepholes, leak
        self._ratio_on, self._is_ratio_trained = ratio_on, trainable_ratio_on
        self._periods = period_init_min, period_init_max
        self._sizes = lstm_sizes(num_units)

    def call(self, inputs: Any, state: Any) -> Any:
        c, h = state
        time, x = inputs
        with tf.variable_scope("mask_gates"):
            seen = [x, h, c] if self._use_peepholes else [x, h]
            i, f = tf.split(tf.sigmoid(linear(seen, 2 * self._num_units, True)), 2, 1)
        with tf.variable_scope("new_input"):
            j = tf.tanh(linear([x, h], self._num_units, True))
        new_c = c * f + i * j
        with tf.variable_scope("output_gate"):
            seen = [x, h, new_c] if self._use_peepholes else [x, h]
            new_h = tf.tanh(new_c) * tf.sigmoid(linear(seen, self._num_units, True))
        k = self._openness(time)
        new_c, new_h = k * new_c + (1 - k) * c, k * new_h + (1 - k) * h
        return new_h, LSTMStateTuple(new_c, new_h)

    def _openness(self, time: tf.Tensor) -> tf.Tensor:
        """How far the time gate is open: rises, falls, and is shut but for a leak."""
        period, phase, ratio_on = self._rhythm()
        shifted, length = time - tf.cast(phase, time.dtype), tf.cast(period, time.dtype)
        # The remainder has the gradient of the time itself.
        remainder = tf.stop_gradient(tf.mod(shifted, length) - shifted) + shifted
        cycle = tf.cast(remainder / length, tf.float32)
        rising = 2 * cycle / ratio_on
        opened = tf.where(cycle < ratio_on, 2 - rising, self._leak * cycle)
        return tf.where(cycle < 0.5 * ratio_on, rising, opened)

    def _rhythm(self) -> Any:
        shape, (shortest, longest) = [self._num_units], self._periods

        def log_uniform(shape: Any, dtype: Any = tf.float32, **_: Any) -> tf.Tensor:
            logs = tf.log(float(shortest)), tf.log(float(longest))
            return tf.exp(tf.random_uniform(shape, *logs, dtype))

        period = tf.get_variable("period", shape, initializer=log_uniform)
        phase = tf.get_variable(
            "phase",
            shape,
            initializer=tf.random_uniform_initializer(0.0, period.initial_value),
        )
        ratio_on = tf.get_variable(
            "ratio_on",
            shape,
            initializer=tf.constant_initializer(self._ratio_on),
            trainable=self._is_ratio_trained,
        )
        return period, phase, ratio_on
