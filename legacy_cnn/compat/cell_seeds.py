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


@contextlib.contextmanager
def old_cell_seeds() -> Iterator[None]:
    """Counts the operations of cells as the release did, in the block."""
    core: Any = private.module("recurrent cells")
    changes = [(core.RNNCell, "zero_state", _zero_state)]
    for name, calls in _CALLS.items():
        changes.append((getattr(core, name), "call", functools.partial(_call, calls)))
    before = [(owner, name, vars(owner)[name]) for owner, name, _ in changes]
    for owner, name, change in changes:
        setattr(owner, name, change(vars(owner)[name]))
    try:
        yield
    finally:
        for owner, name, method in before:
            setattr(owner, name, method)


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
