"""Sequences out of a beam search's steps, each of which says which beam it goes on with."""

from typing import Any

import tensorflow.compat.v1 as tf


def gather_tree(
    step_ids: Any, parent_ids: Any, max_sequence_lengths: Any, end_token: Any, name: Any = None
) -> tf.Tensor:
    """The sequences of symbols.

    Args:
      step_ids: integers [time, batch, beam].
      parent_ids: the beam before, [time, batch, beam].
      max_sequence_lengths: [batch]; what comes later is the end.
      end_token: what stands after a sequence's end.
      name: not used.

    Returns:
      Integers [time, batch, beam].
    """
    step_ids, parent_ids = tf.convert_to_tensor(step_ids), tf.convert_to_tensor(parent_ids)
    times, shape = tf.range(tf.shape(step_ids)[0]), tf.shape(step_ids)[1:]
    beams = tf.zeros(shape, tf.int32) + tf.range(shape[1])
    ends = tf.fill(shape, tf.cast(end_token, step_ids.dtype))
    lengths = tf.expand_dims(tf.cast(max_sequence_lengths, tf.int32), 1)

    def back(later: Any, now: Any) -> Any:
        (beam, _), (time, ids, parents) = later, now
        inside = tf.broadcast_to(time < lengths, shape)
        found = tf.where(inside, tf.gather(ids, beam, batch_dims=1, axis=1), ends)
        before = tf.gather(parents, beam, batch_dims=1, axis=1)
        return tf.where(inside, before, beam), found

    steps = times, step_ids, parent_ids
    _, found = tf.scan(back, steps, (beams, ends), reverse=True)
    is_end = tf.cast(tf.equal(found, end_token), tf.int32)
    after = tf.cumsum(is_end, axis=0, exclusive=True) > 0
    made = tf.where(after, tf.zeros_like(found) + end_token, found)
    made.set_shape(step_ids.shape)
    return made


def gather_tree_from_array(t: Any, parent_ids: Any, sequence_length: Any) -> tf.Tensor:
    """As `gather_tree`, of whatever was kept at each step, [time, batch * beam, ...]."""
    shape = tf.shape(parent_ids)
    beams = tf.zeros(shape, tf.int32) + tf.range(shape[2])
    longest = tf.cast(tf.reduce_max(sequence_length, 1), tf.int32)
    ordered = gather_tree(beams, parent_ids, longest, shape[2] + 1)
    inside = tf.transpose(tf.sequence_mask(sequence_length, shape[0]), [2, 0, 1])
    ordered = tf.where(inside, ordered, beams)
    flat = tf.reshape(t, tf.concat([shape, [-1]], 0))
    made = tf.gather(flat, ordered, batch_dims=2, axis=2)
    return tf.reshape(made, tf.shape(t))
