"""Cells of `tf.contrib.rnn` that are one operation: LSTMBlockCell, GRUBlockCell and fused ones."""

from collections.abc import Sequence
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.compat import options
from legacy_cnn.compat.cells.block_gradients import differentiable
from legacy_cnn.compat.cells.by_scope import names, spelled
from legacy_cnn.compat.cells.core import Cell, LSTMStateTuple, bias_variable, depth
from legacy_cnn.compat.cells.lstm import lstm_sizes, peepholes


def _lstm_options(forget_bias: float, cell_clip: float | None, use_peephole: bool) -> Any:
    """The attributes of the LSTM kernels."""
    cell_clip = -1 if cell_clip is None else cell_clip
    return {"forget_bias": forget_bias, "cell_clip": cell_clip, "use_peephole": use_peephole}


def _lstm_weights(width: int, units: int, dtype: Any, use_peephole: Any) -> dict[str, Any]:
    """The arguments of the LSTM kernels that are variables."""
    kernel, bias = spelled("W", names().kernel), spelled("b", names().bias)
    weights = {
        "w": tf.get_variable(kernel, [width + units, 4 * units], dtype),
        "b": bias_variable(4 * units, dtype, name=bias),
    }
    if use_peephole:
        holes = peepholes(
            units,
            dtype,
            (
                spelled("wci", "w_i_diag"),
                spelled("wcf", "w_f_diag"),
                spelled("wco", "w_o_diag"),
            ),
        )
    else:
        holes = [tf.zeros([units], dtype)] * 3
    return {**weights, **dict(zip(("wci", "wcf", "wco"), holes, strict=True))}


class LSTMBlockCell(Cell):
    """An LSTM, by one kernel for each step; with BasicLSTMCell's weights it computes the same."""

    SCOPE = "lstm_cell"

    def __init__(
        self,
        num_units: int,
        forget_bias: float = 1.0,
        cell_clip: float | None = None,
        use_peephole: bool = False,
        dtype: Any = None,
        reuse: bool | None = None,
        name: str = "lstm_cell",
    ) -> None:
        super().__init__(reuse, name, dtype=dtype)
        self._options = _lstm_options(forget_bias, cell_clip, use_peephole)
        self._sizes = lstm_sizes(num_units)

    def call(self, inputs: tf.Tensor, state: Any) -> Any:
        use_peephole = self._options["use_peephole"]
        weights = _lstm_weights(depth(inputs), self._sizes[1], inputs.dtype, use_peephole)
        with differentiable("LSTMBlockCell"):
            done = tf.raw_ops.LSTMBlockCell(
                x=inputs, cs_prev=state[0], h_prev=state[1], **weights, **self._options
            )
        return done.h, LSTMStateTuple(done.cs, done.h)


class GRUBlockCell(Cell):
    """A GRU, by one kernel for each step."""

    SCOPE = "GRUBlockCell"
    _NAMES = "w_ru", "b_ru", "w_c", "b_c"

    def __init__(
        self,
        num_units: int | None = None,
        cell_size: int | None = None,
        reuse: bool | None = None,
        name: str = "gru_cell",
    ) -> None:
        super().__init__(reuse, name)
        if (cell_size is None) == (num_units is None):
            raise ValueError("Exactly one of num_units or cell_size must be provided.")
        size = num_units or cell_size
        self._sizes = size, size

    def call(self, inputs: tf.Tensor, h_prev: tf.Tensor) -> Any:
        size, width, dtype = self._sizes[0], depth(inputs) + self._sizes[0], inputs.dtype
        ones = tf.constant_initializer(1.0)
        weights = {
            "w_ru": tf.get_variable(self._NAMES[0], [width, 2 * size], dtype),
            "b_ru": bias_variable(2 * size, dtype, ones, self._NAMES[1]),
            "w_c": tf.get_variable(self._NAMES[2], [width, size], dtype),
            "b_c": bias_variable(size, dtype, name=self._NAMES[3]),
        }
        with differentiable("GRUBlockCell"):
            new = tf.raw_ops.GRUBlockCell(x=inputs, h_prev=h_prev, **weights).h
        return new, new


class GRUBlockCellV2(GRUBlockCell):
    """GRUBlockCell with the variable names of GRUCell."""

    _NAMES = "gates/kernel", "gates/bias", "candidate/kernel", "candidate/bias"


class FusedRNNCell:
    """What runs a whole sequence at once; its input is [time, batch, depth]."""

    def __call__(
        self,
        inputs: Any,
        initial_state: Any = None,
        dtype: Any = None,
        sequence_length: Any = None,
        scope: Any = None,
    ) -> Any:
        raise NotImplementedError("Abstract method")


class FusedRNNCellAdaptor(FusedRNNCell):
    """An ordinary cell as a fused one."""

    def __init__(self, cell: Any, use_dynamic_rnn: bool = False) -> None:
        self._cell, self._use_dynamic_rnn = cell, use_dynamic_rnn

    def __call__(
        self,
        inputs: Any,
        initial_state: Any = None,
        dtype: Any = None,
        sequence_length: Any = None,
        scope: Any = None,
    ) -> Any:
        is_list = isinstance(inputs, list)
        options = {"sequence_length": sequence_length, "initial_state": initial_state}
        options |= {"dtype": dtype, "scope": scope or spelled("RNN", "rnn")}
        if self._use_dynamic_rnn:
            inputs = tf.stack(inputs) if is_list else inputs
            outputs, state = tf.nn.dynamic_rnn(self._cell, inputs, time_major=True, **options)
            return (tf.unstack(outputs) if is_list else outputs), state
        steps = inputs if is_list else tf.unstack(inputs)
        outputs, state = tf.nn.static_rnn(self._cell, steps, **options)
        return (outputs if is_list else tf.stack(outputs)), state


class TimeReversedFusedRNN(FusedRNNCell):
    """A fused cell that runs from the last step to the first."""

    def __init__(self, cell: Any) -> None:
        self._cell = cell

    def __call__(
        self,
        inputs: Any,
        initial_state: Any = None,
        dtype: Any = None,
        sequence_length: Any = None,
        scope: Any = None,
    ) -> Any:
        outputs, state = self._cell(
            _reversed(inputs, sequence_length),
            initial_state=initial_state,
            dtype=dtype,
            sequence_length=sequence_length,
            scope=scope,
        )
        return _reversed(outputs, sequence_length), state


def _reversed(values: Any, lengths: Any) -> Any:
    if isinstance(values, list):
        return values[::-1]
    if lengths is None:
        return tf.reverse(values, [0])
    return tf.reverse_sequence(values, lengths, seq_axis=0, batch_axis=1)


class LSTMBlockWrapper(Cell):
    """What turns a kernel over whole sequences into a fused cell; subclasses have `_call_cell`."""

    @property
    def num_units(self) -> int:
        return int(self._sizes[1])

    def _call_cell(
        self, inputs: Any, initial_cell_state: Any, initial_output: Any, dtype: Any, length: Any
    ) -> tuple[Any, Any]:
        raise NotImplementedError("Abstract method")

    def __call__(  # type: ignore[override]  # a sequence at once, and no cell
        self,
        inputs: Any,
        initial_state: Any = None,
        dtype: Any = None,
        sequence_length: Any = None,
        scope: Any = None,
    ) -> Any:
        if initial_state is None and dtype is None:
            raise ValueError("Either initial_state or dtype needs to be specified")
        is_list = isinstance(inputs, list)
        steps = tf.stack(inputs) if is_list else inputs
        if initial_state is None:
            initial_state = self.zero_state(tf.shape(steps)[1], dtype)
        with tf.variable_scope(scope or self._fused_name, reuse=self._is_made() or None):
            cells, outputs = self._call_cell(
                steps,
                initial_state[0],
                initial_state[1],
                dtype or initial_state[0].dtype,
                sequence_length,
            )
        outputs, state = _ended(initial_state, cells, outputs, sequence_length)
        return (tf.unstack(outputs) if is_list else outputs), state

    _fused_name = "lstm_fused_cell"

    def _is_made(self) -> bool:
        was, self._made = getattr(self, "_made", False), True
        return was


def _ended(initial: Sequence[Any], cells: Any, outputs: Any, lengths: Any) -> Any:
    """The outputs, zeros after the end of a sequence, and the state at its end."""
    if lengths is None:
        return outputs, LSTMStateTuple(cells[-1], outputs[-1])
    mask = tf.sequence_mask(lengths, tf.shape(outputs)[0], outputs.dtype)
    outputs = outputs * tf.expand_dims(tf.transpose(mask), -1)
    places = tf.stack([tf.cast(lengths, tf.int32), tf.range(tf.shape(outputs)[1])], 1)
    ends = [
        tf.gather_nd(tf.concat([tf.expand_dims(first, 0), rest], 0), places)
        for first, rest in zip(initial, (cells, outputs), strict=True)
    ]
    return outputs, LSTMStateTuple(*ends)


#: The variable scope of a fused LSTM in releases that called it otherwise.
_FUSED_NAMES = {
    "0.12.1": "LSTMBlockFusedCell",
    "1.0.1": "lstm_block_wrapper",
    "1.4.0": "lstm_block_wrapper",
}


class LSTMBlockFusedCell(LSTMBlockWrapper):
    """An LSTM, by one kernel for whole sequences."""

    def __init__(
        self,
        num_units: int,
        forget_bias: float = 1.0,
        cell_clip: float | None = None,
        use_peephole: bool = False,
        reuse: bool | None = None,
        dtype: Any = None,
        name: str | None = None,
    ) -> None:
        name = name or _FUSED_NAMES.get(options.release(), "lstm_fused_cell")
        super().__init__(reuse, name, dtype=dtype)
        self._fused_name = name
        self._options = _lstm_options(forget_bias, cell_clip, use_peephole)
        self._sizes = lstm_sizes(num_units)

    def _call_cell(
        self, inputs: Any, initial_cell_state: Any, initial_output: Any, dtype: Any, length: Any
    ) -> Any:
        use_peephole = self._options["use_peephole"]
        weights = _lstm_weights(depth(inputs), self.num_units, dtype, use_peephole)
        longest = tf.shape(inputs)[0] if length is None else tf.reduce_max(length)
        done = tf.raw_ops.BlockLSTM(
            seq_len_max=tf.cast(longest, tf.int64),
            x=inputs,
            cs_prev=initial_cell_state,
            h_prev=initial_output,
            **weights,
            **self._options,
        )
        return done.cs, done.h
