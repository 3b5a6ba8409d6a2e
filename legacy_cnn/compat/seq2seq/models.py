"""The models of `tf.contrib.legacy_seq2seq`: an encoder and a decoder over lists of steps."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.compat.cells.wrappers import EmbeddingWrapper, OutputProjectionWrapper
from legacy_cnn.compat.seq2seq.cells import encoded, fresh
from legacy_cnn.compat.seq2seq.decoders import (
    LoopFunction,
    embedding_attention_decoder,
    embedding_rnn_decoder,
    extract_argmax_and_embed,
    rnn_decoder,
)
from legacy_cnn.compat.seq2seq.losses import sequence_loss, sequence_loss_by_example

#: The outputs and the last state.
Decoded = tuple[list[tf.Tensor], Any]


def basic_rnn_seq2seq(
    encoder_inputs: Sequence[tf.Tensor],
    decoder_inputs: Sequence[tf.Tensor],
    cell: Any,
    dtype: Any = tf.float32,
    scope: Any = None,
) -> Decoded:
    """An RNN whose last state is where a decoder begins, with weights of its own."""
    with tf.variable_scope(scope or "basic_rnn_seq2seq"):
        _, state = encoded(fresh(cell), encoder_inputs, dtype)
        return rnn_decoder(decoder_inputs, state, fresh(cell))


def tied_rnn_seq2seq(
    encoder_inputs: Sequence[tf.Tensor],
    decoder_inputs: Sequence[tf.Tensor],
    cell: Any,
    loop_function: LoopFunction | None = None,
    dtype: Any = tf.float32,
    scope: Any = None,
) -> Decoded:
    """As `basic_rnn_seq2seq`, with the same weights in the decoder."""
    cell = fresh(cell)
    with tf.variable_scope("combined_tied_rnn_seq2seq"):
        scope = scope or "tied_rnn_seq2seq"
        _, state = tf.nn.static_rnn(cell, encoder_inputs, dtype=dtype, scope=scope)
        tf.get_variable_scope().reuse_variables()
        return rnn_decoder(decoder_inputs, state, cell, loop_function, scope)


def embedding_rnn_seq2seq(
    encoder_inputs: Sequence[Any],
    decoder_inputs: Sequence[Any],
    cell: Any,
    num_encoder_symbols: int,
    num_decoder_symbols: int,
    embedding_size: int,
    output_projection: Any = None,
    feed_previous: Any = False,
    dtype: Any = None,
    scope: Any = None,
) -> Decoded:
    """`basic_rnn_seq2seq` over symbols: embeds them, and makes logits of the outputs.

    Args:
      encoder_inputs: integers [batch] for each step.
      decoder_inputs: integers [batch] for each step.
      cell: what is run.
      num_encoder_symbols: how many the encoder knows.
      num_decoder_symbols: how many the decoder knows.
      embedding_size: the length of a symbol's vector.
      output_projection: None, or weights and biases; the outputs are then those of the cell.
      feed_previous: a bool, or a tensor: whether the decoder's inputs, but for the first, are the
        likeliest symbols of its outputs.
      dtype: of the variables.
      scope: a variable scope, `embedding_rnn_seq2seq` by default.
    """
    with tf.variable_scope(scope or "embedding_rnn_seq2seq", dtype=dtype) as model_scope:
        encoder = EmbeddingWrapper(fresh(cell), num_encoder_symbols, embedding_size)
        _, state = encoded(encoder, encoder_inputs, dtype or model_scope.dtype)
        cell = fresh(cell)
        if output_projection is None:
            cell = OutputProjectionWrapper(cell, num_decoder_symbols)

        def decoded(is_fed: bool, **options: Any) -> Decoded:
            return embedding_rnn_decoder(
                *(decoder_inputs, state, cell, num_decoder_symbols, embedding_size),
                output_projection=output_projection,
                feed_previous=is_fed,
                **options,
            )

        return _fed(feed_previous, decoded, {"update_embedding_for_previous": False})


def _fed(
    feed_previous: Any, decoded: Callable[..., Decoded], options: Mapping[str, Any]
) -> Decoded:
    """What a decoder gives if it is fed its outputs, or not; a tensor may say so, too."""
    if isinstance(feed_previous, bool):
        return decoded(feed_previous)
    structure: list[Decoded] = []

    def branch(is_fed: bool) -> list[tf.Tensor]:
        with tf.variable_scope(tf.get_variable_scope(), reuse=None if is_fed else True):
            structure.append(decoded(is_fed, **options))
        return list(tf.nest.flatten(structure[-1]))

    made = tf.cond(feed_previous, lambda: branch(True), lambda: branch(False))
    outputs, state = tf.nest.pack_sequence_as(structure[0], made)
    return list(outputs), state


def embedding_tied_rnn_seq2seq(
    encoder_inputs: Sequence[Any],
    decoder_inputs: Sequence[Any],
    cell: Any,
    num_symbols: int,
    embedding_size: int,
    num_decoder_symbols: int | None = None,
    output_projection: Any = None,
    feed_previous: Any = False,
    dtype: Any = None,
    scope: Any = None,
) -> Decoded:
    """`tied_rnn_seq2seq` over symbols, with one embedding; see `embedding_rnn_seq2seq`."""
    with tf.variable_scope(scope or "embedding_tied_rnn_seq2seq", dtype=dtype) as model_scope:
        dtype = model_scope.dtype
        embedding = tf.get_variable("embedding", [num_symbols, embedding_size], dtype)
        encoded, decoder_embedded = (
            [tf.nn.embedding_lookup(embedding, each) for each in inputs]
            for inputs in (encoder_inputs, decoder_inputs)
        )
        cell = fresh(cell)
        if output_projection is None:
            cell = OutputProjectionWrapper(cell, num_decoder_symbols or num_symbols)

        def decoded(is_fed: bool, update: bool = True) -> Decoded:
            loop_function = None
            if is_fed:
                loop_function = extract_argmax_and_embed(embedding, output_projection, update)
            return tied_rnn_seq2seq(encoded, decoder_embedded, cell, loop_function, dtype)

        return _fed(feed_previous, decoded, {"update": False})


def embedding_attention_seq2seq(
    encoder_inputs: Sequence[Any],
    decoder_inputs: Sequence[Any],
    cell: Any,
    num_encoder_symbols: int,
    num_decoder_symbols: int,
    embedding_size: int,
    num_heads: int = 1,
    output_projection: Any = None,
    feed_previous: Any = False,
    dtype: Any = None,
    scope: Any = None,
    initial_state_attention: bool = False,
) -> Decoded:
    """`embedding_rnn_seq2seq` whose decoder attends to the encoder's outputs."""
    name = scope or "embedding_attention_seq2seq"
    with tf.variable_scope(name, dtype=dtype) as model_scope:
        encoder = EmbeddingWrapper(fresh(cell), num_encoder_symbols, embedding_size)
        outputs, state = encoded(encoder, encoder_inputs, model_scope.dtype)
        tops = [tf.reshape(each, [-1, 1, cell.output_size]) for each in outputs]
        attention_states = tf.concat(tops, 1)
        cell, output_size = fresh(cell), None
        if output_projection is None:
            cell, output_size = (
                OutputProjectionWrapper(cell, num_decoder_symbols),
                num_decoder_symbols,
            )

        def decoded(is_fed: bool, **options: Any) -> Decoded:
            return embedding_attention_decoder(
                *(decoder_inputs, state, attention_states, cell),
                *(num_decoder_symbols, embedding_size, num_heads, output_size),
                output_projection=output_projection,
                feed_previous=is_fed,
                initial_state_attention=initial_state_attention,
                **options,
            )

        return _fed(feed_previous, decoded, {"update_embedding_for_previous": False})


def one2many_rnn_seq2seq(
    encoder_inputs: Sequence[Any],
    decoder_inputs_dict: Mapping[str, Sequence[Any]],
    enc_cell: Any,
    dec_cells_dict: Mapping[str, Any],
    num_encoder_symbols: int,
    num_decoder_symbols_dict: Mapping[str, int],
    embedding_size: int,
    feed_previous: Any = False,
    dtype: Any = None,
    scope: Any = None,
) -> tuple[dict[str, list[tf.Tensor]], dict[str, Any]]:
    """One encoder, and a decoder for each key of the dictionaries."""
    if set(dec_cells_dict) != set(decoder_inputs_dict):
        raise ValueError("keys of dec_cells_dict != keys of decodre_inputs_dict")
    outputs, states = {}, {}
    with tf.variable_scope(scope or "one2many_rnn_seq2seq", dtype=dtype) as model_scope:
        encoder = EmbeddingWrapper(enc_cell, num_encoder_symbols, embedding_size)
        _, state = encoded(encoder, encoder_inputs, model_scope.dtype)
        for name, decoder_inputs in decoder_inputs_dict.items():
            with tf.variable_scope(f"one2many_decoder_{name}"):
                count = num_decoder_symbols_dict[name]
                cell = OutputProjectionWrapper(dec_cells_dict[name], count)

                def decoded(
                    is_fed: bool, inputs: Any = decoder_inputs, cell: Any = cell, size: int = count
                ) -> Decoded:
                    return embedding_rnn_decoder(
                        inputs, state, cell, size, embedding_size, feed_previous=is_fed
                    )

                outputs[name], states[name] = _fed(feed_previous, decoded, {})
    return outputs, states


def model_with_buckets(
    encoder_inputs: Sequence[Any],
    decoder_inputs: Sequence[Any],
    targets: Sequence[Any],
    weights: Sequence[Any],
    buckets: Sequence[tuple[int, int]],
    seq2seq: Callable[..., Any],
    softmax_loss_function: Callable[..., Any] | None = None,
    per_example_loss: bool = False,
    name: str | None = None,
) -> tuple[list[Any], list[tf.Tensor]]:
    """A model for each bucket, a pair of lengths; they share their variables.

    Returns:
      The outputs and the losses of the buckets.
    """
    lengths = ((encoder_inputs, 0), (targets, 1), (weights, 1))
    for (values, side), what in zip(lengths, ("encoder_inputs", "targets", "weights"), strict=True):
        if len(values) < buckets[-1][side]:
            raise ValueError(
                f"Length of {what} ({len(values)}) must be at least that of last bucket "
                f"({buckets[-1][side]})."
            )
    loss = sequence_loss_by_example if per_example_loss else sequence_loss
    losses, outputs = [], []
    with tf.name_scope(name, "model_with_buckets"):
        for index, (source, target) in enumerate(buckets):
            with tf.variable_scope(tf.get_variable_scope(), reuse=True if index else None):
                made, _ = seq2seq(encoder_inputs[:source], decoder_inputs[:target])
                outputs.append(made)
                losses.append(
                    loss(
                        made,
                        targets[:target],
                        weights[:target],
                        softmax_loss_function=softmax_loss_function,
                    )
                )
    return outputs, losses
