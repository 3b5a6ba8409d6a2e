"""`tf.contrib.seq2seq.BeamSearchDecoder`."""

from collections import namedtuple
from typing import Any

import numpy
import tensorflow.compat.v1 as tf

from legacy_cnn.compat.seq2seq.attention_wrapper import AttentionWrapperState
from legacy_cnn.compat.seq2seq.beam_tree import gather_tree, gather_tree_from_array
from legacy_cnn.compat.seq2seq.decoding import Decoder, layer_output_size
from legacy_cnn.compat.seq2seq.tensors import embedding_function, first_length


class BeamSearchDecoderState(
    namedtuple(
        "BeamSearchDecoderState",
        ["cell_state", "log_probs", "finished", "lengths", "accumulated_attention_probs"],
    )
):
    """The state of a beam search."""


class BeamSearchDecoderOutput(
    namedtuple("BeamSearchDecoderOutput", ["scores", "predicted_ids", "parent_ids"])
):
    """What a step of a beam search gives."""


class FinalBeamSearchDecoderOutput(
    namedtuple("FinalBeamDecoderOutput", ["predicted_ids", "beam_search_decoder_output"])
):
    """What a beam search gives: the sequences [batch, time, beam], the best first."""


def tile_batch(t: Any, multiplier: int, name: str | None = None) -> Any:
    """Each example of a batch `multiplier` times, one after the other."""

    def tiled(tensor: Any) -> tf.Tensor:
        tensor = tf.convert_to_tensor(tensor)
        made = tf.repeat(tensor, multiplier, 0)
        count = tf.dimension_value(tensor.shape[0])
        made.set_shape([count and count * multiplier, *tensor.shape[1:]])
        return made

    with tf.name_scope(name, "tile_batch"):
        return tf.nest.map_structure(tiled, t)


class BeamSearchDecoder(Decoder):
    """Keeps the `beam_width` likeliest sequences at each step.

    Args:
      cell: what is run; its state has `beam_width` rows for each example (see `tile_batch`).
      embedding: a matrix, or a function of symbols.
      start_tokens: integers [batch].
      end_token: the symbol after which a sequence has ended.
      initial_state: of the cell.
      beam_width: how many sequences are kept.
      output_layer: if given, a layer on top of the cell that makes logits.
      length_penalty_weight: 0 for none; long sequences are preferred with more.
      coverage_penalty_weight: 0 for none; with an AttentionWrapper, how much it counts that all
        of the memory was seen.
      reorder_tensor_arrays: whether arrays of the cell's state are put in the order of the beams.
    """

    def __init__(
        self,
        cell: Any,
        embedding: Any,
        start_tokens: Any,
        end_token: Any,
        initial_state: Any,
        beam_width: int,
        output_layer: Any = None,
        length_penalty_weight: float = 0.0,
        coverage_penalty_weight: float = 0.0,
        reorder_tensor_arrays: bool = True,
    ) -> None:
        self._cell, self._layer, self._width = cell, output_layer, beam_width
        self._penalties = length_penalty_weight, coverage_penalty_weight
        self._is_reordered = reorder_tensor_arrays
        self._embed = embedding_function(embedding)
        tokens = tf.convert_to_tensor(start_tokens, tf.int32, name="start_tokens")
        self._end_token = tf.convert_to_tensor(end_token, tf.int32, name="end_token")
        if tokens.shape.rank != 1:
            raise ValueError("start_tokens must be a vector")
        if self._end_token.shape.rank != 0:
            raise ValueError("end_token must be a scalar")
        self._batch_size = tf.size(tokens)
        self._count = tf.dimension_value(tokens.shape[0])
        self._state = tf.nest.map_structure(self._split, initial_state)
        self._start_inputs = self._embed(tf.tile(tf.expand_dims(tokens, 1), [1, beam_width]))

    @property
    def batch_size(self) -> Any:
        return self._batch_size

    @property
    def tracks_own_finished(self) -> bool:
        return True

    @property
    def output_size(self) -> BeamSearchDecoderOutput:
        return BeamSearchDecoderOutput(*[tf.TensorShape([self._width])] * 3)

    @property
    def output_dtype(self) -> BeamSearchDecoderOutput:
        return BeamSearchDecoderOutput(self._dtype, tf.int32, tf.int32)

    @property
    def _dtype(self) -> Any:
        return tf.nest.flatten(self._state)[0].dtype

    @property
    def _rnn_output_size(self) -> Any:
        return layer_output_size(self._cell, self._layer)

    def _split(self, tensor: Any) -> Any:
        """[batch * beam, ...] to [batch, beam, ...]; arrays and scalars stay as they are."""
        if isinstance(tensor, tf.TensorArray) or tensor.shape.rank == 0:
            return tensor
        shape = tf.concat([[self._batch_size, self._width], tf.shape(tensor)[1:]], 0)
        made = tf.reshape(tensor, shape)
        made.set_shape([self._count, self._width, *tensor.shape[1:]])
        return made

    def _merged(self, tensor: Any) -> Any:
        """[batch, beam, ...] to [batch * beam, ...]."""
        if isinstance(tensor, tf.TensorArray) or tensor.shape.rank < 2:
            return tensor
        shape = tf.concat([[self._batch_size * self._width], tf.shape(tensor)[2:]], 0)
        made = tf.reshape(tensor, shape)
        made.set_shape([self._count and self._count * self._width, *tensor.shape[2:]])
        return made

    def initialize(self, name: str | None = None) -> Any:
        """Only the first beam is alive, as all would be the same."""
        first = tf.zeros([self._batch_size], tf.int32)
        shape = [self._count, self._width]
        finished = tf.one_hot(first, self._width, False, True, dtype=tf.bool)
        zero, never = (tf.constant(each, self._dtype) for each in (0.0, -numpy.inf))
        probabilities = tf.one_hot(first, self._width, zero, never, dtype=self._dtype)
        lengths = tf.zeros([self._batch_size, self._width], tf.int64)
        for each in (finished, probabilities, lengths):
            each.set_shape(shape)
        seen = attention_probabilities(self._state, self._penalties[1])
        state = BeamSearchDecoderState(
            self._state, probabilities, finished, lengths, () if seen is None else seen
        )
        return finished, self._start_inputs, state

    def step(self, time: Any, inputs: Any, state: Any, name: str | None = None) -> Any:
        with tf.name_scope(name, "BeamSearchDecoderStep"):
            merged = tf.nest.map_structure(self._merged, (inputs, state.cell_state))
            outputs, cell_state = self._cell(*merged)
            outputs, cell_state = tf.nest.map_structure(self._split, (outputs, cell_state))
            logits = outputs if self._layer is None else self._layer(outputs)
            output, state = self._chosen(logits, cell_state, state)
            inputs = tf.cond(
                tf.reduce_all(state.finished),
                lambda: self._start_inputs,
                lambda: self._embed(output.predicted_ids),
            )
        return output, state, inputs, state.finished

    def _chosen(self, logits: tf.Tensor, cell_state: Any, state: Any) -> Any:
        """The beams after a step: the best of all continuations of all beams."""
        symbols, alive = first_length(logits, -1), tf.logical_not(state.finished)
        steps = self._only_end(tf.nn.log_softmax(logits), state.finished, symbols)
        totals = tf.expand_dims(state.log_probs, 2) + steps
        seen, probabilities = None, attention_probabilities(cell_state, self._penalties[1])
        if probabilities is not None:
            probabilities *= tf.expand_dims(tf.cast(alive, tf.float32), 2)
            seen = state.accumulated_attention_probs + probabilities
        scores = self._scores(totals, state, alive, symbols, seen)
        flat = tf.reshape(scores, [self._batch_size, -1])
        best, places = tf.nn.top_k(flat, self._width)
        ids, parents = places % symbols, places // symbols
        for each in (best, ids, parents):
            each.set_shape([self._count, self._width])
        was_finished = self._picked(state.finished, parents)
        longer = tf.cast(tf.logical_not(was_finished), tf.int64)
        new = BeamSearchDecoderState(
            cell_state=tf.nest.map_structure(
                lambda each: self._picked(each, parents, 3), cell_state
            ),
            log_probs=tf.gather(
                tf.reshape(totals, [self._batch_size, -1]), places, batch_dims=1, axis=1
            ),
            finished=tf.logical_or(was_finished, tf.equal(ids, self._end_token)),
            lengths=self._picked(state.lengths, parents) + longer,
            accumulated_attention_probs=() if seen is None else self._picked(seen, parents),
        )
        new.log_probs.set_shape([self._count, self._width])
        return BeamSearchDecoderOutput(best, ids, parents), new

    def _only_end(self, steps: tf.Tensor, finished: tf.Tensor, symbols: Any) -> tf.Tensor:
        """After the end of a sequence nothing but its end may come."""
        nothing, dtype = steps.dtype.min, steps.dtype
        row = tf.one_hot(self._end_token, symbols, tf.constant(0.0, dtype), nothing, dtype=dtype)
        return tf.where(
            tf.tile(tf.expand_dims(finished, 2), [1, 1, symbols]),
            tf.zeros_like(steps) + tf.reshape(row, [1, 1, -1]),
            steps,
        )

    def _scores(self, totals: Any, state: Any, alive: Any, symbols: Any, seen: Any) -> tf.Tensor:
        """What continuations are ordered by: probabilities, with penalties."""
        length_weight, coverage_weight = self._penalties
        scores = totals
        if length_weight != 0:
            # The end itself does not count.
            added = tf.one_hot(self._end_token, symbols, 0, 1, dtype=tf.int64)
            lengths = tf.expand_dims(state.lengths, 2) + added * tf.expand_dims(
                tf.cast(alive, tf.int64), 2
            )
            penalty = ((5.0 + tf.cast(lengths, tf.float32)) / 6.0) ** length_weight
            scores = totals / tf.cast(penalty, totals.dtype)
        if seen is None:
            return scores
        least = tf.minimum(tf.where(tf.equal(seen, 0.0), tf.ones_like(seen), seen), 1.0)
        coverage = tf.reduce_sum(tf.log(least), 2) * tf.cast(state.finished, tf.float32)
        return scores + tf.expand_dims(coverage * coverage_weight, 2)

    def _picked(self, tensor: Any, parents: tf.Tensor, least_rank: int = 2) -> Any:
        """The rows of the beams that are gone on with."""
        if isinstance(tensor, tf.TensorArray) or tensor.shape.rank < least_rank:
            return tensor
        made = tf.gather(tensor, parents, batch_dims=1, axis=1)
        made.set_shape(tensor.shape)
        return made

    def finalize(self, outputs: Any, final_state: Any, sequence_lengths: Any) -> Any:
        longest = tf.cast(tf.reduce_max(final_state.lengths, 1), tf.int32)
        ids = gather_tree(outputs.predicted_ids, outputs.parent_ids, longest, self._end_token)
        if self._is_reordered:
            ordered = tf.nest.map_structure(
                lambda each: self._ordered(each, outputs.parent_ids, final_state.lengths),
                final_state.cell_state,
            )
            final_state = final_state._replace(cell_state=ordered)
        return FinalBeamSearchDecoderOutput(ids, outputs), final_state

    def _ordered(self, array: Any, parents: Any, lengths: Any) -> Any:
        if not isinstance(array, tf.TensorArray) or not self._has_beams(array.element_shape):
            return array
        return gather_tree_from_array(array.stack(), parents, lengths)

    def _has_beams(self, shape: tf.TensorShape) -> bool:
        """Whether 1.15 ordered an array of such elements: not [batch * beam, n] if it was known."""
        if not shape.rank:
            return False
        first, *rest = shape.as_list()
        if self._count is None or first is None:
            return True
        whole = first == self._count * self._width
        if not rest or rest[0] is None:
            return whole
        return whole and (first, rest[0]) == (self._count, self._width)


def attention_probabilities(state: Any, weight: float) -> Any:
    """What a cell's attention sees, the mean of all its mechanisms; None if it does not count."""
    if weight == 0.0:
        return None
    states = [state] if isinstance(state, AttentionWrapperState) else list(state)
    found = [each.alignments for each in states if isinstance(each, AttentionWrapperState)]
    if not found:
        raise ValueError("coverage_penalty_weight must be 0.0 if no cell is attentional.")
    means = [
        tf.add_n(list(each)) / len(each) if isinstance(each, tuple) else each for each in found
    ]
    return tf.add_n(means) / len(means)
