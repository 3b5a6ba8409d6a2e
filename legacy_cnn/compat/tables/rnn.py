"""`tensorflow.python.ops.rnn`: functions that run cells, some of them called otherwise in 0.x."""

from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.compat.rows import Table

TABLE = Table("tensorflow.python.ops.rnn", note="tf.nn has what was public of it")

_SAME = (
    "bidirectional_dynamic_rnn",
    "dynamic_rnn",
    "raw_rnn",
    "static_bidirectional_rnn",
    "static_rnn",
    "static_state_saving_rnn",
)
TABLE.names({name: f"=tensorflow.nn.{name}" for name in _SAME})
_0X = "bidirectional_rnn", "rnn", "state_saving_rnn"
TABLE.names({name: f"=tensorflow.nn.{name}" for name in _0X}, until="0.12")


@TABLE.serves("transpose_batch_time")
@TABLE.serves()
def _transpose_batch_time(x: tf.Tensor) -> tf.Tensor:
    """Swaps the first two axes, batch and time; a tensor with fewer than two stays as it is."""
    rank = x.shape.rank
    if rank is not None and rank < 2:
        raise ValueError(f"Expected input tensor {x} to have rank at least 2, saw shape: {x.shape}")
    swapped = tf.transpose(x, tf.concat([[1, 0], tf.range(2, tf.rank(x))], 0))
    if rank is not None:
        swapped.set_shape([x.shape[1], x.shape[0], *x.shape[2:]])
    return swapped


@TABLE.serves("best_effort_input_batch_size")
@TABLE.serves()
def _best_effort_input_batch_size(flat_input: Any) -> Any:
    """The batch size of time-major inputs: a number if one of their shapes has it."""
    for tensor in flat_input:
        rank = tensor.shape.rank
        size = tf.dimension_value(tensor.shape[1]) if rank is not None and rank > 1 else None
        if size is not None:
            return size
    return tf.shape(flat_input[0])[1]


@TABLE.serves()
def _reverse_seq(input_seq: Any, lengths: Any) -> Any:
    """A list of tensors [batch, depth] with each sequence from its end to its start."""
    if lengths is None:
        return list(reversed(input_seq))
    lengths = tf.cast(lengths, tf.int64)
    swapped = tf.reverse_sequence(tf.stack(input_seq), lengths, seq_axis=0, batch_axis=1)
    return tf.unstack(swapped)
