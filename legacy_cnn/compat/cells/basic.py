"""The core cells with what 0.x had: `input_size`, states in one tensor, `[cell] * n`."""

import copy
from collections.abc import Iterable
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.compat import notes, options
from legacy_cnn.compat.cells.core import CORE, LSTMStateTuple


def _without_input_size(position: int, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
    """Leaves out 0.x's `input_size`, an integer or None, which nothing used since 0.8."""
    keywords.pop("input_size", None)
    if len(arguments) > position and _is_size(arguments[position]):
        return arguments[:position] + arguments[position + 1 :]
    return arguments


def _is_size(value: Any) -> bool:
    return value is None or (isinstance(value, int) and not isinstance(value, bool))


class BasicRNNCell(CORE.BasicRNNCell):
    """`BasicRNNCell(num_units, activation=tanh)`, or `(num_units, input_size, activation)`."""

    def __init__(self, num_units: int, *arguments: Any, **keywords: Any) -> None:
        super().__init__(num_units, *_without_input_size(0, arguments, keywords), **keywords)


class GRUCell(CORE.GRUCell):
    """`GRUCell(num_units, activation=tanh)`, or `(num_units, input_size, activation)`."""

    def __init__(self, num_units: int, *arguments: Any, **keywords: Any) -> None:
        super().__init__(num_units, *_without_input_size(0, arguments, keywords), **keywords)


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


class BasicLSTMCell(_Joined, CORE.BasicLSTMCell):
    """`BasicLSTMCell(num_units, forget_bias=1.0, state_is_tuple=True, activation=tanh)`.

    Or, as in 0.x, `(num_units, forget_bias, input_size, state_is_tuple, activation)`.
    """

    def __init__(self, num_units: int, *arguments: Any, **keywords: Any) -> None:
        super().__init__(num_units, *_without_input_size(1, arguments, keywords), **keywords)


class LSTMCell(_Joined, CORE.LSTMCell):
    """`LSTMCell(num_units, use_peepholes=False, ...)`, or `(num_units, input_size, ...)`."""

    def __init__(self, num_units: int, *arguments: Any, **keywords: Any) -> None:
        super().__init__(num_units, *_without_input_size(0, arguments, keywords), **keywords)


class MultiRNNCell(CORE.MultiRNNCell):
    """Cells one after the other.

    Until 1.0 a cell had the weights of the variable scope that it was called in, so that
    `[cell] * n` was n cells. Since 1.2 they share one cell's weights, which needs an input of the
    cell's own size.
    """

    _cells: Any

    def __init__(self, cells: Any, state_is_tuple: bool = True) -> None:
        if isinstance(cells, list | tuple) and has_weights_by_scope():
            cells = own_cells(cells)
        super().__init__(cells, state_is_tuple)

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
            return super().call(inputs, state)
        parts = tf.split(state, tf.nest.flatten(sizes), 1)
        output, new = super().call(inputs, tf.nest.pack_sequence_as(sizes, parts))
        return output, tf.concat(tf.nest.flatten(new), 1)


def has_weights_by_scope() -> bool:
    """Whether a cell has the weights of the variable scope that it is called in, as until 1.0."""
    return options.release().startswith(("0.", "1.0"))


def own_cells(cells: Iterable[Any]) -> list[Any]:
    """A cell for each place of a list: copies where one cell is in several."""
    seen: set[int] = set()
    own = []
    for cell in cells:
        own.append(copy.deepcopy(cell) if id(cell) in seen else cell)
        seen.add(id(cell))
    return own
