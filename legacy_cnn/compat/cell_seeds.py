"""Op seeds in and after recurrent networks; see `op_seeds`.

Numbers of operations are those that 0.12.1, 1.0.1, 1.4.0 and 1.15.5 made, less today's.
"""

import contextlib
import functools
from collections.abc import Callable, Iterator
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.compat import options, private
from legacy_cnn.compat.op_seeds import RELEASES, more
from legacy_cnn.compat.patching import patched

#: Cell -> how many operations more a call of it made.
_CALLS = {
    "BasicLSTMCell": (0, 0, 1, 1),
    "GRUCell": (1, 1, 1, 1),
    "LSTMCell": (0, 0, 1, 1),
}
#: For each tensor of a zero state, if the size of the batch is a number, and if it is a tensor.
_ZERO_STATES = {False: (-5, -5, 0, 0), True: (-6, -6, 0, 0)}

#: Of `dynamic_rnn`, before the cell's variables: whether the size of the batch is unknown, whether
#: there are lengths -> numbers; and for each tensor of the state as many more.
_BEFORE = {
    (False, False): ((-5, -8, -13, 0), (1, 1, 0, 0)),
    (False, True): ((-7, -10, -15, 0), (1, 1, 0, 0)),
    (True, False): ((-16, -19, -13, 0), (0, 0, 0, 0)),
    (True, True): ((-18, -21, -15, 0), (0, 0, 0, 0)),
}
#: In all.
_AFTER = {
    (False, False): ((-13, -17, -14, 1), (1, 1, 0, 0)),
    (False, True): ((-13, -17, -14, 1), (2, 2, 1, 0)),
    (True, False): ((-23, -27, -14, 1), (0, 0, 0, 0)),
    (True, True): ((-23, -27, -14, 1), (1, 1, 1, 0)),
}

#: With the time first: before, and in all; and one more if the number of steps is unknown.
_TIME_MAJOR = (6, 6, 0, 0), (12, 12, 0, 0)
_UNKNOWN_TIME = (1, 1, 0, 0)


def _here(numbers: tuple[int, int, int, int]) -> int:
    return numbers[RELEASES.index(options.release())]


#: Of the blocks of `old_cell_seeds` that have begun: what undoes the changes to cells.
_blocks: list[contextlib.ExitStack] = []


@contextlib.contextmanager
def old_cell_seeds() -> Iterator[None]:
    """Counts the operations of cells as the release did, in the block.

    Cells are not loaded for it: Keras takes long to import.
    """
    with contextlib.ExitStack() as undo:
        _blocks.append(undo)
        if private.is_loaded(_CELLS):
            count_cells()
        try:
            yield
        finally:
            _blocks.remove(undo)


#: The row of the private module that has the cells.
_CELLS = "recurrent cells"


def count_cells() -> None:
    """Changes the cells in the block that has begun; whoever loads them calls it."""
    core: Any = private.module(_CELLS)
    if not _blocks or hasattr(core.RNNCell.zero_state, "__wrapped__"):
        return
    changes = [(core.RNNCell, "zero_state", _zero_state)]
    for name, calls in _CALLS.items():
        changes.append((getattr(core, name), "call", functools.partial(_call, calls)))
    for owner, name, change in changes:
        _blocks[-1].enter_context(patched(owner, name, change(vars(owner)[name])))


def _call(calls: tuple[int, int, int, int], real: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(real)
    def call(self: Any, *arguments: Any, **keywords: Any) -> Any:
        result = real(self, *arguments, **keywords)
        more(_here(calls))
        return result

    wrapped: Callable[..., Any] = tf.autograph.experimental.do_not_convert(call)
    return wrapped


def _zero_state(real: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(real)
    def zero_state(self: Any, batch_size: Any, dtype: Any) -> Any:
        result = real(self, batch_size, dtype)
        each = _here(_ZERO_STATES[isinstance(batch_size, tf.Tensor)])
        more(each * len(tf.nest.flatten(self.state_size)))
        return result

    return zero_state


def counted(dynamic_rnn: Callable[..., Any]) -> Callable[..., Any]:
    """`tf.nn.dynamic_rnn`, its operations counted as the release did."""

    @functools.wraps(dynamic_rnn)
    def called(
        cell: Any, inputs: Any, sequence_length: Any = None, *rest: Any, **keywords: Any
    ) -> Any:
        is_given = keywords.get("initial_state") is not None or bool(rest and rest[0] is not None)
        states = 0 if is_given else len(tf.nest.flatten(cell.state_size))
        time_major = bool(keywords.get("time_major"))
        before, after = _numbers(inputs, sequence_length is not None, states, time_major)
        more(before)
        result = dynamic_rnn(cell, inputs, sequence_length, *rest, **keywords)
        more(after - before)
        return result

    return called


#: Of `static_rnn` with lengths, before the cell's variables and in all; and one less each if the
#: size of the batch is known. In all, the releases before 1.15 made two more for each tensor of the
#: state and each step.
_STATIC = (-6, -6, -2, 0), (-4, -4, 0, 0)
_KNOWN_BATCH = (-1, -1, 0, 0)
_STEPS = (2, 2, 2, 0)


def counted_static(static_rnn: Callable[..., Any]) -> Callable[..., Any]:
    """`tf.nn.static_rnn`, its operations counted as the release did."""

    @functools.wraps(static_rnn)
    def called(
        cell: Any,
        inputs: Any,
        initial_state: Any = None,
        dtype: Any = None,
        sequence_length: Any = None,
        scope: Any = None,
    ) -> Any:
        arguments = cell, inputs, initial_state, dtype, sequence_length, scope
        if sequence_length is None:
            return static_rnn(*arguments)
        shape = tf.nest.flatten(inputs)[0].shape
        known = _here(_KNOWN_BATCH) if shape.rank and shape.as_list()[0] is not None else 0
        before, after = _here(_STATIC[0]) + known, _here(_STATIC[1]) + known
        after += _here(_STEPS) * len(tf.nest.flatten(cell.state_size)) * len(inputs)
        more(before)
        result = static_rnn(*arguments)
        more(after - before)
        return result

    return called


#: Operations of a GRU's gates, which were made before the candidate's variables; in a loop two more
#: read the gates' variables.
_GATES, _READ = (9, 9, 9, 0), (2, 2, 2, 0)


@contextlib.contextmanager
def after_gates() -> Iterator[None]:
    """Counts a GRU's gates before its candidate's variables, as releases before 1.15 did."""
    in_loop = "while" in tf.get_default_graph().get_name_scope().split("/")
    count = _here(_GATES) + (_here(_READ) if in_loop else 0)
    more(count)
    yield
    more(-count)


def _numbers(inputs: Any, has_lengths: bool, states: int, time_major: bool) -> tuple[int, int]:
    """How many operations more `dynamic_rnn` made, before the cell's variables and in all."""
    shape = next(iter(tf.nest.flatten(inputs))).shape
    lengths = [None, None] if shape.rank is None else shape.as_list()
    kind = (lengths[int(time_major)] is None, has_lengths)
    before, after = (
        _here(constant) + states * _here(each) for constant, each in (_BEFORE[kind], _AFTER[kind])
    )
    if time_major:
        before += _here(_TIME_MAJOR[0])
        after += _here(_TIME_MAJOR[1]) + (lengths[0] is None) * _here(_UNKNOWN_TIME)
    return before, after
