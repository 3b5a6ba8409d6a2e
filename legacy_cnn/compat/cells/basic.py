"""The core cells with what 0.x had: `input_size`, states in one tensor, `[cell] * n`."""

import contextlib
import copy
from collections.abc import Iterable
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.compat import notes, options, origins
from legacy_cnn.compat.cell_seeds import after_gates
from legacy_cnn.compat.cells import by_scope
from legacy_cnn.compat.cells.core import CORE, LSTMStateTuple, bias_variable, depth, zeros
from legacy_cnn.compat.cells.lstm import peepholes, sharded


def _without_input_size(position: int, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
    """Leaves out 0.x's `input_size`, an integer or None, which nothing used since 0.8."""
    keywords.pop("input_size", None)
    if len(arguments) > position and _is_size(arguments[position]):
        return arguments[:position] + arguments[position + 1 :]
    return arguments


def _is_size(value: Any) -> bool:
    return value is None or (isinstance(value, int) and not isinstance(value, bool))


class _InScope:
    """A cell that until 1.0 had the weights of the variable scope in which it was called."""

    _num_units: int
    call: Any

    def __call__(self, inputs: Any, state: Any, scope: Any = None, *more: Any, **named: Any) -> Any:
        if not by_scope.is_on():
            cell: Any = super()
            return cell.__call__(inputs, state, scope, *more, **named)
        initializer = getattr(self, "_initializer", None)
        with tf.variable_scope(scope or by_scope.scope_name(self), initializer=initializer):
            vars(self).update(self._weights(inputs))
            return self.call(inputs, state)

    def _weights(self, inputs: Any) -> dict[str, Any]:
        """The attributes that are weights."""
        units = self._num_units
        return _linear("", depth(inputs) + units, units, inputs.dtype)


def _linear(prefix: str, rows: int, columns: int, dtype: Any, start: float = 0.0) -> dict[str, Any]:
    """The weights of a linear map, as attributes `_<prefix>kernel` and `_<prefix>bias`."""
    with by_scope.linear_scope():
        kernel = tf.get_variable(by_scope.names().kernel, [rows, columns], dtype)
        bias = bias_variable(columns, dtype, zeros(start))
    return {f"_{prefix}kernel": kernel, f"_{prefix}bias": bias}


class BasicRNNCell(_InScope, CORE.BasicRNNCell):
    """`BasicRNNCell(num_units, activation=tanh)`, or `(num_units, input_size, activation)`."""

    def __init__(self, num_units: int, *arguments: Any, **keywords: Any) -> None:
        super().__init__(num_units, *_without_input_size(0, arguments, keywords), **keywords)


class GRUCell(_InScope, CORE.GRUCell):
    """`GRUCell(num_units, activation=tanh)`, or `(num_units, input_size, activation)`."""

    def __init__(self, num_units: int, *arguments: Any, **keywords: Any) -> None:
        super().__init__(num_units, *_without_input_size(0, arguments, keywords), **keywords)

    def add_weight(self, name: str, *arguments: Any, **keywords: Any) -> Any:
        of_candidate = after_gates() if name.startswith("candidate") else contextlib.nullcontext()
        with of_candidate:
            return super().add_weight(name, *arguments, **keywords)

    def _weights(self, inputs: Any) -> dict[str, Any]:
        width, dtype = depth(inputs), inputs.dtype
        rows, units = width + self._num_units, self._num_units
        with tf.variable_scope(by_scope.spelled("Gates", "gates")):
            gates = _linear("gate_", rows, 2 * units, dtype, 1.0)
        with tf.variable_scope(by_scope.spelled("Candidate", "candidate")), after_gates():
            return {**gates, **_linear("candidate_", rows, units, dtype)}


class _Joined:
    """An LSTM that also takes a state in one tensor, and then gives the new one so.

    Until 0.10 that was the default.
    """

    state_size: Any

    def call(self, inputs: tf.Tensor, state: Any) -> Any:
        call: Any = super().call  # type: ignore[misc]  # of the cell that comes after this class
        if not (tf.is_tensor(state) and tf.nest.is_nested(self.state_size)):
            return call(inputs, state)
        output, new = call(inputs, LSTMStateTuple(*tf.split(state, list(self.state_size), 1)))
        return output, tf.concat(new, 1)


class BasicLSTMCell(_Joined, _InScope, CORE.BasicLSTMCell):
    """`BasicLSTMCell(num_units, forget_bias=1.0, state_is_tuple=True, activation=tanh)`.

    Or, as in 0.x, `(num_units, forget_bias, input_size, state_is_tuple, activation)`.
    """

    def __init__(self, num_units: int, *arguments: Any, **keywords: Any) -> None:
        super().__init__(num_units, *_without_input_size(1, arguments, keywords), **keywords)

    def _weights(self, inputs: Any) -> dict[str, Any]:
        width, dtype = depth(inputs), inputs.dtype
        units = self._num_units
        return _linear("", width + units, 4 * units, dtype)


class LSTMCell(_Joined, _InScope, CORE.LSTMCell):
    """`LSTMCell(num_units, use_peepholes=False, ...)`, or `(num_units, input_size, ...)`."""

    def __init__(self, num_units: int, *arguments: Any, **keywords: Any) -> None:
        super().__init__(num_units, *_without_input_size(0, arguments, keywords), **keywords)

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        if options.release() != options.RELEASE and (self._use_peepholes or self._num_proj):
            # These variables were made between operations.
            origins.is_unknown(type(self).__name__)
        cell: Any = super()
        return cell.__call__(*arguments, **keywords)

    def _weights(self, inputs: Any) -> dict[str, Any]:
        width, dtype = depth(inputs), inputs.dtype
        units, projected = self._num_units, self._num_proj
        shape = [width + (projected or units), 4 * units]
        weights = {"_kernel": self._matrix("W", shape, dtype, self._num_unit_shards)}
        weights["_bias"] = bias_variable(4 * units, dtype, name=by_scope.spelled("B", "biases"))
        if self._use_peepholes:
            spelled = [
                by_scope.spelled(f"W_{gate}_diag", f"w_{gate.lower()}_diag") for gate in "FIO"
            ]
            holes = zip("fio", peepholes(units, dtype, tuple(spelled)), strict=True)
            weights |= {f"_w_{gate}_diag": hole for gate, hole in holes}
        if projected:
            shards = self._num_proj_shards
            weights["_proj_kernel"] = self._matrix("W_P", [units, projected], dtype, shards)
        return weights

    @staticmethod
    def _matrix(of_0x: str, shape: list[int], dtype: Any, shards: int | None) -> Any:
        """A matrix, in as many variables as there are shards."""
        if by_scope.is_0x():
            return sharded(of_0x, shape, dtype, shards or 1)
        partitioner = tf.fixed_size_partitioner(shards) if shards else None
        name = "projection/weights" if of_0x == "W_P" else "weights"
        return tf.get_variable(name, shape, dtype, partitioner=partitioner)


class MultiRNNCell(_InScope, CORE.MultiRNNCell):
    """Cells one after the other.

    Until 1.0 a cell had the weights of the variable scope that it was called in, so that
    `[cell] * n` was n cells. Since 1.2 they share one cell's weights, which needs an input of the
    cell's own size.
    """

    _cells: Any

    def __init__(self, cells: Any, state_is_tuple: bool = True) -> None:
        if isinstance(cells, list | tuple) and by_scope.is_on():
            cells = own_cells(cells)  # or it would warn of weights that they share
        super().__init__(cells, state_is_tuple)

    def _weights(self, inputs: Any) -> dict[str, Any]:
        return {}

    def build(self, input_shape: Any) -> None:
        """Gives each place a cell of its own if they cannot share one."""
        first = self._cells[0]
        if first in self._cells[1:] and input_shape[-1] != first.output_size:
            notes.note("MultiRNNCell([cell] * n) made n cells, as until 1.0")
            self._cells = own_cells(self._cells)
        super().build(input_shape)

    def call(self, inputs: tf.Tensor, state: Any) -> Any:
        sizes = self.state_size
        if not (tf.is_tensor(state) and tf.nest.is_nested(sizes)):
            return self._stacked(inputs, state)
        parts = tf.split(state, tf.nest.flatten(sizes), 1)
        output, new = self._stacked(inputs, tf.nest.pack_sequence_as(sizes, parts))
        return output, tf.concat(tf.nest.flatten(new), 1)

    def _stacked(self, inputs: Any, state: Any) -> Any:
        """Calls the cells one after the other, each in a scope of its own."""
        if not by_scope.is_0x():
            return super().call(inputs, state)
        is_joined = tf.is_tensor(state)
        sizes = [cell.state_size for cell in self._cells]
        states = tf.split(state, sizes, 1) if is_joined else state
        new: list[Any] = []
        for index, (cell, each) in enumerate(zip(self._cells, states, strict=True)):
            with tf.variable_scope(f"Cell{index}"):
                inputs, after = cell(inputs, each)
            new.append(after)
        return inputs, tf.concat(new, 1) if is_joined else tuple(new)


def own_cells(cells: Iterable[Any]) -> list[Any]:
    """A cell for each place of a list: copies where one cell is in several."""
    seen: set[int] = set()
    own = []
    for cell in cells:
        own.append(copy.deepcopy(cell) if id(cell) in seen else cell)
        seen.add(id(cell))
    return own
