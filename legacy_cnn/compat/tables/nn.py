"""`tensorflow.nn`."""

import copy
import functools
from collections.abc import Callable
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.compat import cell_seeds
from legacy_cnn.compat.arguments import name_at
from legacy_cnn.compat.cells import by_scope
from legacy_cnn.compat.rows import Table
from legacy_cnn.compat.tables import nn_convolutions, nn_losses

TABLE = Table("tensorflow.nn", real="tensorflow.compat.v1.nn")
TABLE.include(nn_convolutions.TABLE)
TABLE.include(nn_losses.TABLE)

_0X = "0.12"

TABLE.value("softmax", name_at("tf.nn.softmax", 1), until="0.8")
TABLE.value("log_softmax", name_at("tf.nn.log_softmax", 1), until="0.8")
_FORMATS = ("NDHWC", "NCDHW")
for _each in ("avg_pool3d", "max_pool3d", "conv3d"):
    TABLE.value(_each, name_at(f"tf.nn.{_each}", 4, unless=_FORMATS))


_static_rnn = cell_seeds.counted_static(tf.nn.static_rnn)
TABLE.value("static_rnn", _static_rnn)


@TABLE.serves(until=_0X)
def rnn(
    cell: Any,
    inputs: Any,
    initial_state: Any = None,
    dtype: Any = None,
    sequence_length: Any = None,
    scope: Any = None,
) -> Any:
    """`static_rnn`, whose scope was called `RNN`."""
    return _static_rnn(cell, inputs, initial_state, dtype, sequence_length, scope or "RNN")


@TABLE.serves(until=_0X)
def state_saving_rnn(
    cell: Any,
    inputs: Any,
    state_saver: Any,
    state_name: Any,
    sequence_length: Any = None,
    scope: Any = None,
) -> Any:
    """`static_state_saving_rnn`, whose scope was called `RNN`."""
    return tf.nn.static_state_saving_rnn(
        cell, inputs, state_saver, state_name, sequence_length, scope or "RNN"
    )


@TABLE.serves(until=_0X)
def bidirectional_rnn(
    cell_fw: Any,
    cell_bw: Any,
    inputs: Any,
    initial_state_fw: Any = None,
    initial_state_bw: Any = None,
    dtype: Any = None,
    sequence_length: Any = None,
    scope: Any = None,
) -> Any:
    """A forward and a backward `rnn`, their outputs joined at each step.

    The scopes were called `BiRNN/FW` and `BiRNN/BW`.

    Returns:
      The joined outputs, the last forward state and the last backward state.
    """
    cell_bw = _apart(cell_fw, cell_bw)
    with tf.variable_scope(scope or "BiRNN"):
        with tf.variable_scope("FW") as forward:
            ahead, state_fw = rnn(
                cell_fw, inputs, initial_state_fw, dtype, sequence_length, forward
            )
        with tf.variable_scope("BW") as backward:
            turned, state_bw = rnn(
                cell_bw,
                _turned(inputs, sequence_length),
                initial_state_bw,
                dtype,
                sequence_length,
                backward,
            )
    back = _turned(turned, sequence_length)
    joined = [tf.concat([one, other], 1) for one, other in zip(ahead, back, strict=True)]
    return joined, state_fw, state_bw


def _turned(inputs: Any, lengths: Any) -> list[tf.Tensor]:
    """The steps in reverse; of each sequence only those that it has, if lengths are given."""
    if lengths is None:
        return list(reversed(inputs))
    turned = tf.reverse_sequence(tf.stack(inputs), lengths, seq_axis=0, batch_axis=1)
    return tf.unstack(turned, len(inputs))


def _apart(cell_fw: Any, cell_bw: Any) -> Any:
    """The backward cell: one of its own, if a program has the same one in both directions.

    Up to 1.0 a cell made its weights in the scope where it was called; today it keeps them.
    """
    return copy.deepcopy(cell_fw) if cell_bw is cell_fw else cell_bw


def _in_both_directions(real: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(real)
    def called(cell_fw: Any, cell_bw: Any, *arguments: Any, **keywords: Any) -> Any:
        if by_scope.is_on():
            cell_bw = _apart(cell_fw, cell_bw)
        return real(cell_fw, cell_bw, *arguments, **keywords)

    return called


def _in_scope(name: str, position: int, of_0x: str) -> Callable[..., Any]:
    """A function that runs a cell, its scope by default that of the release."""
    real = getattr(tf.nn, name)

    @functools.wraps(real)
    def called(*arguments: Any, **keywords: Any) -> Any:
        if by_scope.is_0x() and len(arguments) <= position and keywords.get("scope") is None:
            keywords["scope"] = of_0x
        return real(*arguments, **keywords)

    return called


_dynamic_rnn = cell_seeds.counted(_in_scope("dynamic_rnn", 8, "RNN"))
TABLE.value("dynamic_rnn", _dynamic_rnn, until=_0X, note="its scope was RNN")
TABLE.value("raw_rnn", _in_scope("raw_rnn", 4, "RNN"), until=_0X, note="its scope was RNN")


def _bidirectional_dynamic_rnn(
    cell_fw: Any,
    cell_bw: Any,
    inputs: Any,
    sequence_length: Any = None,
    initial_state_fw: Any = None,
    initial_state_bw: Any = None,
    dtype: Any = None,
    parallel_iterations: int | None = None,
    swap_memory: bool = False,
    time_major: bool = False,
    scope: Any = None,
) -> Any:
    """`dynamic_rnn` in both directions; in 0.x its scopes were called `BiRNN/FW` and `BiRNN/BW`."""
    options = {"sequence_length": sequence_length, "dtype": dtype, "time_major": time_major}
    options |= {"parallel_iterations": parallel_iterations, "swap_memory": swap_memory}
    time, batch = (0, 1) if time_major else (1, 0)
    names = ("BiRNN", "FW", "BW") if by_scope.is_0x() else ("bidirectional_rnn", "fw", "bw")

    def turned(steps: tf.Tensor) -> tf.Tensor:
        if sequence_length is None:
            return tf.reverse(steps, [time])
        return tf.reverse_sequence(steps, sequence_length, seq_axis=time, batch_axis=batch)

    with tf.variable_scope(scope or names[0]):
        with tf.variable_scope(names[1]) as forward:
            ahead, state_fw = _dynamic_rnn(
                cell_fw, inputs, initial_state=initial_state_fw, scope=forward, **options
            )
        with tf.variable_scope(names[2]) as backward:
            back, state_bw = _dynamic_rnn(
                cell_bw,
                tf.nest.map_structure(turned, inputs),
                initial_state=initial_state_bw,
                scope=backward,
                **options,
            )
    return (ahead, tf.nest.map_structure(turned, back)), (state_fw, state_bw)


for _each, _real in (
    ("bidirectional_dynamic_rnn", _bidirectional_dynamic_rnn),
    ("static_bidirectional_rnn", tf.nn.static_bidirectional_rnn),
):
    TABLE.value(
        _each,
        _in_both_directions(_real),
        until="1.0",
        note="one cell for both directions has weights for each",
    )
