"""LSTM cells over time and frequency: TimeFreqLSTMCell, GridLSTMCell and the bidirectional one."""

import collections
from collections.abc import Sequence
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.compat.cells.core import Cell, depth, zeros
from legacy_cnn.compat.cells.lstm import clipped, peepholes, sharded


class TimeFreqLSTMCell(Cell):
    """An LSTM that steps over frequencies, too (Li and others, 2015)."""

    def __init__(
        self,
        num_units: int,
        use_peepholes: bool = False,
        cell_clip: float | None = None,
        initializer: Any = None,
        num_unit_shards: int = 1,
        forget_bias: float = 1.0,
        feature_size: int | None = None,
        frequency_skip: int = 1,
        reuse: bool | None = None,
    ) -> None:
        super().__init__(reuse)
        self._num_units, self._use_peepholes, self._cell_clip = num_units, use_peepholes, cell_clip
        self._shards, self._forget_bias = num_unit_shards, forget_bias
        self._window = feature_size, frequency_skip
        self._sizes = 2 * num_units, num_units

    def call(self, inputs: tf.Tensor, state: tf.Tensor) -> Any:
        units, dtype = self._num_units, inputs.dtype
        windows = _windows(inputs, 0, depth(inputs), *self._window)
        kernel = sharded("W", [depth(windows[0]) + 2 * units, 4 * units], dtype, self._shards)
        bias = tf.get_variable("B", [4 * units], dtype, initializer=zeros())
        holes: list[Any] = [0.0, 0.0, 0.0]
        if self._use_peepholes:
            holes = peepholes(units, dtype, ("W_F_diag", "W_I_diag", "W_O_diag"))
        below, outputs, states = tf.zeros([tf.shape(inputs)[0], units], dtype), [], []
        for index, window in enumerate(windows):
            c, m = (state[:, place * units :][:, :units] for place in (2 * index, 2 * index + 1))
            joined = tf.concat([window, m, below], 1)
            gates = tf.split(tf.nn.bias_add(tf.matmul(joined, kernel), bias), 4, 1)
            c, below = self._stepped(c, gates, holes)
            outputs.append(below)
            states += [c, below]
        return tf.concat(outputs, 1), tf.concat(states, 1)

    def _stepped(self, c: tf.Tensor, gates: Sequence[tf.Tensor], holes: Sequence[Any]) -> Any:
        i, j, f, o = gates
        w_f, w_i, w_o = holes
        kept = tf.sigmoid(f + self._forget_bias + w_f * c) * c
        c = clipped(kept + tf.sigmoid(i + w_i * c) * tf.tanh(j), self._cell_clip)
        return c, tf.sigmoid(o + w_o * c) * tf.tanh(c)


class GridLSTMCell(Cell):
    """An LSTM in time and one in frequency that see each other (Kalchbrenner and others, 2015)."""

    _DIRECTIONS: tuple[str, ...] = ("",)
    _TUPLE = "GridLSTMStateTuple"

    def __init__(
        self,
        num_units: int,
        use_peepholes: bool = False,
        share_time_frequency_weights: bool = False,
        cell_clip: float | None = None,
        initializer: Any = None,
        num_unit_shards: int = 1,
        forget_bias: float = 1.0,
        feature_size: int | None = None,
        frequency_skip: int | None = None,
        num_frequency_blocks: Sequence[int] | None = None,
        start_freqindex_list: Sequence[int] | None = None,
        end_freqindex_list: Sequence[int] | None = None,
        couple_input_forget_gates: bool = False,
        state_is_tuple: bool = True,
        reuse: bool | None = None,
    ) -> None:
        super().__init__(reuse)
        if num_frequency_blocks is None:
            raise ValueError("Must specify num_frequency_blocks")
        self._num_units, self._use_peepholes, self._cell_clip = num_units, use_peepholes, cell_clip
        self._is_shared, self._is_coupled = share_time_frequency_weights, couple_input_forget_gates
        self._shards, self._forget_bias = num_unit_shards, forget_bias
        self._window, self._blocks = (feature_size, frequency_skip), tuple(num_frequency_blocks)
        self._ranges = start_freqindex_list, end_freqindex_list
        self._state_is_tuple = state_is_tuple
        places = [
            f"{direction}state_f{frequency:02d}_b{block:02d}"
            for direction in self._DIRECTIONS
            for block, count in enumerate(self._blocks)
            for frequency in range(count)
        ]
        fields = [f"{place}_{part}" for place in places for part in "cm"]
        self._state_type = _named_tuple(self._TUPLE, fields)
        size = num_units * len(fields)
        state = self._state_type._make([num_units] * len(fields)) if state_is_tuple else size
        self._sizes = state, size

    @property
    def state_tuple_type(self) -> Any:
        """The named tuple of the state; None if it is one tensor."""
        return self._state_type if self._state_is_tuple else None

    def call(self, inputs: tf.Tensor, state: Any) -> Any:
        outputs, states = self._swept(self._features(inputs), state, "")
        whole = self._state_type(*states) if self._state_is_tuple else tf.concat(states, 1)
        return tf.concat(outputs, 1), whole

    def _swept(self, blocks: Sequence[Any], state: Any, direction: str) -> Any:
        """The outputs and the states of all blocks in one direction."""
        outputs: list[tf.Tensor] = []
        states: list[tf.Tensor] = []
        for block, windows in enumerate(blocks):
            width, dtype = depth(windows[0]), windows[0].dtype
            weights = self._weights(block, width, dtype)
            zero = tf.zeros([tf.shape(windows[0])[0], self._num_units], dtype)
            c_frequency, m_frequency = zero, zero
            for index, window in enumerate(windows):
                c, m = self._past(state, f"{direction}state_f{index:02d}_b{block:02d}", index)
                joined = tf.concat([window, m, m_frequency], 1)
                c, m, c_frequency, m_frequency = self._stepped(joined, c, c_frequency, weights)
                outputs += [m, m_frequency]
                states += [c, m]
        return outputs, states

    def _past(self, state: Any, place: str, index: int) -> Any:
        if self._state_is_tuple:
            return getattr(state, place + "_c"), getattr(state, place + "_m")
        units = self._num_units
        # As 1.15 had it: the blocks after the first see the first one's state.
        return tf.split(state[:, 2 * index * units :][:, : 2 * units], 2, 1)

    def _weights(self, block: int, width: int, dtype: Any) -> Any:
        """Kernel, bias and peepholes, of frequency and of time; twice the same if shared."""
        kinds = ("f",) if self._is_shared else ("f", "t")
        gates = "io" if self._is_coupled else "fio"
        units, count = self._num_units, 1 + len(gates)
        linear = {}
        for kind in kinds:
            shape = [width + 2 * units, count * units]
            kernel = sharded(f"W_{kind}_{block}", shape, dtype, self._shards)
            name = f"B_{kind}_{block}"
            linear[kind] = kernel, tf.get_variable(name, shape[1:], dtype, initializer=zeros())
        holes: dict[str, Any] = {}
        if self._use_peepholes:
            for kind in kinds:
                long = {"f": "freq", "t": "time"}[kind]
                for gate in gates:
                    names = tuple(f"W_{gate.upper()}_diag_{long}{to}_{block}" for to in "ft")
                    holes[kind + gate] = peepholes(units, dtype, names)
        return linear, holes

    def _stepped(self, joined: Any, c_time: Any, c_frequency: Any, weights: Any) -> Any:
        """The cells after a step, and their outputs: of time, then of frequency."""
        linear, holes = weights
        seen = c_frequency, c_time
        made = {
            kind: tf.nn.bias_add(tf.matmul(joined, kernel), bias)
            for kind, (kernel, bias) in linear.items()
        }
        kinds = ("f", "f") if self._is_shared else ("f", "t")
        new, opened = [], []
        for kind, past in zip(kinds, seen, strict=True):
            c, o = self._cell(made[kind], past, seen, holes, kind)
            new.append(c)
            opened.append(o)
        m = []
        for kind, c, o in zip(kinds, new, opened, strict=True):
            m.append(tf.sigmoid(_peeped(o, holes.get(kind + "o"), new)) * tf.tanh(c))
        return new[1], m[1], new[0], m[0]

    def _cell(self, made: Any, past: Any, seen: Any, holes: Any, kind: str) -> Any:
        parts = tf.split(made, 3 if self._is_coupled else 4, 1)
        i = tf.sigmoid(_peeped(parts[0], holes.get(kind + "i"), seen))
        if self._is_coupled:
            f = 1.0 - i
        else:
            f = tf.sigmoid(_peeped(parts[2] + self._forget_bias, holes.get(kind + "f"), seen))
        return clipped(f * past + i * tf.tanh(parts[1]), self._cell_clip), parts[-1]

    def _features(self, inputs: tf.Tensor, offset: int = 0) -> list[list[tf.Tensor]]:
        """The windows of each block, `offset` to the right; there are zeros beyond the ends."""
        starts, ends = self._ranges
        width = depth(inputs)
        if offset:
            inputs = tf.pad(inputs, [[0, 0], [max(-offset, 0), max(offset, 0)]])
        spans = list(zip(starts, ends, strict=True)) if starts and ends else [(0, width)]
        if len(spans) != len(self._blocks):
            raise ValueError(
                f"Length of num_frequency_blocks is not {len(spans)}, "
                f"but instead is {len(self._blocks)}"
            )
        blocks = []
        for (start, end), count in zip(spans, self._blocks, strict=True):
            shift = max(offset, 0)
            windows = _windows(inputs, start + shift, end + shift, *self._window)
            if len(windows) != count:
                raise ValueError(
                    f"Invalid num_frequency_blocks, requires {count} but gets {len(windows)}, "
                    "please check the input size and filter config are correct."
                )
            blocks.append(windows)
        return blocks


class BidirectionalGridLSTMCell(GridLSTMCell):
    """A grid LSTM up the frequencies, and one down them."""

    _DIRECTIONS = ("fwd_", "bwd_")
    _TUPLE = "BidirectionalGridLSTMStateTuple"

    def __init__(
        self, num_units: int, *arguments: Any, backward_slice_offset: int = 0, **keywords: Any
    ) -> None:
        """As GridLSTMCell without `state_is_tuple`; then `backward_slice_offset` and `reuse`."""
        named = dict(zip(("backward_slice_offset", "reuse"), arguments[12:], strict=False))
        self._offset = int(named.pop("backward_slice_offset", backward_slice_offset))
        super().__init__(num_units, *arguments[:12], **{**keywords, **named})

    def call(self, inputs: tf.Tensor, state: Any) -> Any:
        forward, outputs, states = self._features(inputs), [], []
        backward = [each[::-1] for each in self._features(inputs, self._offset)]
        for direction, blocks in (("fwd", forward), ("bwd", backward)):
            with tf.variable_scope(direction):
                swept = self._swept(blocks, state, direction + "_")
            outputs += swept[0]
            states += swept[1]
        return tf.concat(outputs, 1), self._state_type(*states)


def _peeped(gate: tf.Tensor, holes: Any, seen: Sequence[tf.Tensor]) -> tf.Tensor:
    """A gate that sees the cells of frequency and of time."""
    return gate if holes is None else gate + holes[0] * seen[0] + holes[1] * seen[1]


def _windows(inputs: Any, start: int, end: int, size: Any, skip: Any) -> list[tf.Tensor]:
    """Slices of `size` features, `skip` features apart."""
    count = int((end - start - size) / skip) + 1
    return [inputs[:, start + skip * index :][:, :size] for index in range(count)]


def _named_tuple(name: str, fields: Sequence[str]) -> Any:
    return collections.namedtuple(name, fields)
