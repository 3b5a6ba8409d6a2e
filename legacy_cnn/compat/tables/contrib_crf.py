"""`tensorflow.contrib.crf`: conditional random fields over sequences of tags."""

from typing import Any

import numpy as np
import tensorflow.compat.v1 as tf
from numpy.typing import NDArray

from legacy_cnn.compat.rows import Table

TABLE = Table("tensorflow.contrib.crf")

TABLE.gone(
    "CrfDecodeBackwardRnnCell",
    "CrfDecodeForwardRnnCell",
    "CrfForwardRnnCell",
    note="use crf_log_norm and crf_decode",
)


@TABLE.serves()
def crf_log_likelihood(
    inputs: Any, tag_indices: Any, sequence_lengths: Any, transition_params: Any = None
) -> tuple[tf.Tensor, Any]:
    """How likely the tags are, in logarithms, and the transitions between tags.

    Args:
      inputs: [batch, time, tags], each tag's score.
      tag_indices: [batch, time], the tags.
      sequence_lengths: [batch].
      transition_params: [tags, tags]; a variable `transitions` if there are none.
    """
    inputs = tf.convert_to_tensor(inputs)
    if transition_params is None:
        tags = inputs.shape[2]
        transition_params = tf.get_variable("transitions", [tags, tags])
    score = crf_sequence_score(inputs, tag_indices, sequence_lengths, transition_params)
    return score - crf_log_norm(inputs, sequence_lengths, transition_params), transition_params


@TABLE.serves()
def crf_sequence_score(
    inputs: Any, tag_indices: Any, sequence_lengths: Any, transition_params: Any
) -> tf.Tensor:
    """The score of each sequence of tags, which is not normalized."""
    unary = crf_unary_score(tag_indices, sequence_lengths, inputs)
    return unary + crf_binary_score(tag_indices, sequence_lengths, transition_params)


@TABLE.serves()
def crf_unary_score(tag_indices: Any, sequence_lengths: Any, inputs: Any) -> tf.Tensor:
    """The sum of the scores of the tags themselves."""
    tag_indices, inputs = tf.convert_to_tensor(tag_indices), tf.convert_to_tensor(inputs)
    scores = tf.gather(inputs, tag_indices, axis=2, batch_dims=2)
    return tf.reduce_sum(scores * _mask(sequence_lengths, tag_indices, inputs.dtype), 1)


@TABLE.serves()
def crf_binary_score(tag_indices: Any, sequence_lengths: Any, transition_params: Any) -> tf.Tensor:
    """The sum of the scores of the transitions."""
    tag_indices = tf.convert_to_tensor(tag_indices)
    transitions = tf.convert_to_tensor(transition_params)
    pairs = tf.stack([tag_indices[:, :-1], tag_indices[:, 1:]], axis=-1)
    mask = _mask(sequence_lengths, tag_indices, transitions.dtype)
    return tf.reduce_sum(tf.gather_nd(transitions, pairs) * mask[:, 1:], 1)


@TABLE.serves()
def crf_log_norm(inputs: Any, sequence_lengths: Any, transition_params: Any) -> tf.Tensor:
    """The logarithm of the sum over all sequences of tags; 0 where the length is 0."""
    inputs = tf.convert_to_tensor(inputs)
    alphas = _forward(inputs, sequence_lengths, transition_params)
    norm = tf.reduce_logsumexp(alphas, [1])
    return tf.where(tf.less_equal(sequence_lengths, 0), tf.zeros_like(norm), norm)


def _forward(inputs: tf.Tensor, lengths: Any, transitions: Any) -> tf.Tensor:
    """The logarithm of the sum over all sequences that end in a tag: [batch, tags]."""

    def step(alphas: tf.Tensor, now: Any) -> tf.Tensor:
        score, goes_on = now
        after = score + tf.reduce_logsumexp(alphas[:, :, None] + transitions, [1])
        return tf.where(goes_on, after, alphas)

    return tf.foldl(step, _times(inputs, lengths), initializer=inputs[:, 0])


def _times(inputs: tf.Tensor, lengths: Any) -> tuple[tf.Tensor, tf.Tensor]:
    """Each time's scores, and which sequences have a transition to it: [time, batch, ...].

    Time 0 is among them, as one that nothing leads to: none at all have no gradient.
    """
    goes_on = tf.transpose(tf.sequence_mask(lengths, tf.shape(inputs)[1]))
    not_first = tf.range(tf.shape(inputs)[1])[:, None] > 0
    return tf.transpose(inputs, [1, 0, 2]), tf.logical_and(goes_on, not_first)


@TABLE.serves()
def crf_multitag_sequence_score(
    inputs: Any, tag_bitmap: Any, sequence_lengths: Any, transition_params: Any
) -> tf.Tensor:
    """The score of all sequences of the tags that are allowed at each time."""
    inputs = tf.convert_to_tensor(inputs)
    nothing = tf.fill(tf.shape(inputs), tf.constant(float("-inf"), inputs.dtype))
    return crf_log_norm(tf.where(tag_bitmap, inputs, nothing), sequence_lengths, transition_params)


@TABLE.serves()
def crf_decode(
    potentials: Any, transition_params: Any, sequence_length: Any
) -> tuple[tf.Tensor, tf.Tensor]:
    """The best tags, int32 [batch, time] and 0 after the end, and their scores."""
    potentials = tf.convert_to_tensor(potentials)
    lengths = tf.convert_to_tensor(sequence_length)
    scores, pointers = _best(potentials, transition_params, lengths)
    last = tf.argmax(scores, axis=1, output_type=tf.int32)

    def back(tags: tf.Tensor, pointer: tf.Tensor) -> tf.Tensor:
        return tf.gather(pointer, tags, axis=1, batch_dims=1)

    before = tf.scan(back, pointers, initializer=last, reverse=True)
    tags = tf.transpose(tf.concat([before[1:], last[None]], 0))
    mask = tf.sequence_mask(tf.maximum(lengths, 1), tf.shape(potentials)[1], tf.int32)
    tags = tags * mask
    tags.set_shape(potentials.shape[:2])
    return tags, tf.reduce_max(scores, axis=1)


def _best(inputs: tf.Tensor, transitions: Any, lengths: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """The best score that ends in each tag, and each time's best tag before it."""

    def step(state: Any, now: Any) -> Any:
        best, none = state
        score, goes_on = now
        all_scores = best[:, :, None] + transitions
        pointer = tf.argmax(all_scores, 1, output_type=tf.int32)
        after = score + tf.reduce_max(all_scores, [1])
        stay = tf.zeros_like(none) + tf.range(tf.shape(inputs)[2])
        return tf.where(goes_on, after, best), tf.where(goes_on, pointer, stay)

    first = inputs[:, 0]
    none = tf.zeros(tf.shape(first), tf.int32)
    scores, pointers = tf.scan(step, _times(inputs, lengths), initializer=(first, none))
    return scores[-1], pointers


@TABLE.serves()
def viterbi_decode(
    score: NDArray[Any], transition_params: NDArray[Any]
) -> tuple[list[Any], np.floating[Any]]:
    """The best tags of one sequence, a list, and their score; in NumPy."""
    best, pointers = score[0], []
    for now in score[1:]:
        all_scores = best[:, None] + transition_params
        pointers.append(np.argmax(all_scores, 0).astype(np.int32))
        best = (now + np.max(all_scores, 0)).astype(score.dtype)
    tags = [np.argmax(best)]
    for pointer in reversed(pointers):
        tags.append(pointer[tags[-1]])
    return tags[::-1], np.max(best)


def _mask(lengths: Any, tags: tf.Tensor, dtype: tf.DType) -> tf.Tensor:
    """Ones up to the end of each sequence."""
    return tf.sequence_mask(lengths, tf.shape(tags)[1], dtype)
