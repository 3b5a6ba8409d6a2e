"""`tensorflow.contrib.crf`: linear-chain conditional random fields."""

from collections.abc import Callable
from typing import Any

import numpy
import tensorflow.compat.v1 as tf
from numpy.typing import NDArray

from legacy_cnn.compat.cells.core import Cell
from legacy_cnn.compat.rows import Table

TABLE = Table("tensorflow.contrib.crf")


def _either(inputs: tf.Tensor, single: Callable[[], Any], several: Callable[[], Any]) -> Any:
    """What one function or the other makes: are the sequences one step long?"""
    steps = tf.dimension_value(inputs.shape[1])
    if steps is not None:
        return single() if steps == 1 else several()
    return tf.cond(tf.equal(tf.shape(inputs)[1], 1), single, several)


def _none_if_empty(values: tf.Tensor, lengths: tf.Tensor) -> tf.Tensor:
    return tf.where(lengths <= 0, tf.zeros_like(values), values)


def _less_one(lengths: tf.Tensor) -> tf.Tensor:
    return tf.maximum(tf.constant(0, lengths.dtype), lengths - 1)


@TABLE.serves()
def crf_sequence_score(
    inputs: tf.Tensor, tag_indices: Any, sequence_lengths: Any, transition_params: Any
) -> tf.Tensor:
    """The score of tag sequences, not normalized.

    Args:
      inputs: [batch, time, tags], the score of each tag at each step.
      tag_indices: integers [batch, time].
      sequence_lengths: integers [batch].
      transition_params: [tags, tags], the score of each tag after each.
    """
    tags, lengths = tf.convert_to_tensor(tag_indices), tf.convert_to_tensor(sequence_lengths)

    def single() -> tf.Tensor:
        found = tf.gather(tf.squeeze(inputs, [1]), tags, batch_dims=1, axis=1)
        return _none_if_empty(tf.squeeze(found, [1]), lengths)

    def several() -> tf.Tensor:
        steps = crf_unary_score(tags, lengths, inputs)
        return steps + crf_binary_score(tags, lengths, transition_params)

    return _either(inputs, single, several)


@TABLE.serves()
def crf_multitag_sequence_score(
    inputs: tf.Tensor, tag_bitmap: Any, sequence_lengths: Any, transition_params: Any
) -> tf.Tensor:
    """The score of all tag sequences that a map [batch, time, tags] allows."""
    nothing = tf.fill(tf.shape(inputs), float("-inf"))
    allowed = tf.where(tag_bitmap, inputs, nothing)
    return _either(
        inputs,
        lambda: tf.reduce_logsumexp(allowed, [1, 2]),
        lambda: crf_log_norm(allowed, sequence_lengths, transition_params),
    )


@TABLE.serves()
def crf_log_norm(inputs: tf.Tensor, sequence_lengths: Any, transition_params: Any) -> tf.Tensor:
    """The logarithm of the sum of all tag sequences' exponentiated scores, [batch]."""
    lengths, first = tf.convert_to_tensor(sequence_lengths), inputs[:, 0]

    def several() -> tf.Tensor:
        _, last = tf.nn.dynamic_rnn(
            CrfForwardRnnCell(transition_params),
            inputs[:, 1:],
            _less_one(lengths),
            first,
            dtype=tf.float32,
        )
        return _none_if_empty(tf.reduce_logsumexp(last, [1]), lengths)

    return _either(
        inputs, lambda: _none_if_empty(tf.reduce_logsumexp(first, [1]), lengths), several
    )


@TABLE.serves()
def crf_log_likelihood(
    inputs: tf.Tensor, tag_indices: Any, sequence_lengths: Any, transition_params: Any = None
) -> tuple[tf.Tensor, Any]:
    """The log-likelihood of tag sequences, and the transitions, a variable if none are given."""
    if transition_params is None:
        shape = [inputs.shape[2], inputs.shape[2]]
        transition_params = tf.get_variable("transitions", shape)
    score = crf_sequence_score(inputs, tag_indices, sequence_lengths, transition_params)
    return score - crf_log_norm(inputs, sequence_lengths, transition_params), transition_params


def _mask(tags: tf.Tensor, lengths: Any) -> tf.Tensor:
    return tf.sequence_mask(lengths, tf.shape(tags)[1], tf.float32)


@TABLE.serves()
def crf_unary_score(tag_indices: Any, sequence_lengths: Any, inputs: tf.Tensor) -> tf.Tensor:
    """The sum of the steps' scores, [batch]."""
    tags = tf.convert_to_tensor(tag_indices)
    scores = tf.gather(inputs, tags, batch_dims=2, axis=2)
    return tf.reduce_sum(scores * _mask(tags, sequence_lengths), 1)


@TABLE.serves()
def crf_binary_score(tag_indices: Any, sequence_lengths: Any, transition_params: Any) -> tf.Tensor:
    """The sum of the transitions' scores, [batch]."""
    tags, transitions = tf.convert_to_tensor(tag_indices), tf.convert_to_tensor(transition_params)
    scores = tf.gather_nd(transitions, tf.stack([tags[:, :-1], tags[:, 1:]], 2))
    return tf.reduce_sum(scores * _mask(tags, sequence_lengths)[:, 1:], 1)


class _Chain(Cell):
    """A cell whose state is a score for each tag."""

    def __init__(self, transition_params: Any) -> None:
        super().__init__()
        transitions = tf.convert_to_tensor(transition_params)
        self._transitions = tf.expand_dims(transitions, 0)
        self._sizes = int(transitions.shape[0]), int(transitions.shape[0])


@TABLE.serves()
class CrfForwardRnnCell(_Chain):
    """One step of `crf_log_norm`."""

    def __call__(self, inputs: Any, state: Any, scope: Any = None) -> Any:
        scores = tf.expand_dims(state, 2) + self._transitions
        new = inputs + tf.reduce_logsumexp(scores, [1])
        return new, new


@TABLE.serves()
class CrfDecodeForwardRnnCell(_Chain):
    """One step of `crf_decode` from the start: which tag was before, and the best scores."""

    def __call__(self, inputs: Any, state: Any, scope: Any = None) -> Any:
        scores = tf.expand_dims(state, 2) + self._transitions
        best = inputs + tf.reduce_max(scores, [1])
        return tf.cast(tf.argmax(scores, 1), tf.int32), best


@TABLE.serves()
class CrfDecodeBackwardRnnCell(Cell):
    """One step of `crf_decode` from the end."""

    def __init__(self, num_tags: int) -> None:
        super().__init__()
        self._sizes = 1, 1

    def __call__(self, inputs: Any, state: Any, scope: Any = None) -> Any:
        new = tf.gather(inputs, state, batch_dims=1, axis=1)
        return new, new


@TABLE.serves()
def viterbi_decode(score: NDArray[Any], transition_params: NDArray[Any]) -> tuple[list[Any], Any]:
    """The best tag sequence of scores [time, tags], and its score; outside TensorFlow."""
    trellis, before = numpy.zeros_like(score), numpy.zeros_like(score, dtype=numpy.int32)
    trellis[0] = score[0]
    for step in range(1, score.shape[0]):
        scores = numpy.expand_dims(trellis[step - 1], 1) + transition_params
        trellis[step] = score[step] + numpy.max(scores, 0)
        before[step] = numpy.argmax(scores, 0)
    tags = [numpy.argmax(trellis[-1])]
    for row in reversed(before[1:]):
        tags.append(row[tags[-1]])
    return tags[::-1], numpy.max(trellis[-1])


@TABLE.serves()
def crf_decode(
    potentials: tf.Tensor, transition_params: Any, sequence_length: Any
) -> tuple[tf.Tensor, tf.Tensor]:
    """The best tag sequences, integers [batch, time], and their scores [batch]."""
    lengths, first = tf.convert_to_tensor(sequence_length), potentials[:, 0]

    def single() -> Any:
        tags = tf.cast(tf.expand_dims(tf.argmax(first, 1), 1), tf.int32)
        return tags, tf.reduce_max(first, 1)

    def several() -> Any:
        less = _less_one(lengths)
        before, last = tf.nn.dynamic_rnn(
            CrfDecodeForwardRnnCell(transition_params),
            potentials[:, 1:],
            less,
            first,
            dtype=tf.int32,
        )
        end = tf.expand_dims(tf.cast(tf.argmax(last, 1), tf.int32), 1)
        back = CrfDecodeBackwardRnnCell(int(potentials.shape[2]))
        reverse = tf.reverse_sequence(before, less, seq_axis=1)
        tags, _ = tf.nn.dynamic_rnn(back, reverse, less, end, dtype=tf.int32)
        whole = tf.concat([end, tf.squeeze(tags, [2])], 1)
        return tf.reverse_sequence(whole, lengths, seq_axis=1), tf.reduce_max(last, 1)

    return _either(potentials, single, several)
