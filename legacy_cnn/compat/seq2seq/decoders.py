"""The decoders of `tf.contrib.legacy_seq2seq`: over lists of steps, with and without attention."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.compat.cells.core import depth, linear
from legacy_cnn.compat.seq2seq.tensors import first_length

#: (the output before, its place) -> the next input
LoopFunction = Callable[[Any, int], Any]


def extract_argmax_and_embed(
    embedding: tf.Tensor, output_projection: Any = None, update_embedding: bool = True
) -> LoopFunction:
    """A loop function that embeds the likeliest symbol of the output before.

    Args:
      embedding: [symbols, size].
      output_projection: None, or the weights and biases that make logits of an output.
      update_embedding: whether gradients go into the embedding.
    """

    def loop_function(previous: tf.Tensor, _: int) -> tf.Tensor:
        if output_projection is not None:
            previous = tf.nn.xw_plus_b(previous, *output_projection)
        embedded = tf.nn.embedding_lookup(embedding, tf.argmax(previous, 1))
        return embedded if update_embedding else tf.stop_gradient(embedded)

    return loop_function


def rnn_decoder(
    decoder_inputs: Iterable[Any],
    initial_state: Any,
    cell: Any,
    loop_function: LoopFunction | None = None,
    scope: Any = None,
) -> tuple[list[tf.Tensor], Any]:
    """Runs a cell over a list of inputs.

    Args:
      decoder_inputs: [batch, size] for each step.
      initial_state: before the first step.
      cell: what is run.
      loop_function: if given, makes every input but the first from the output before.
      scope: a variable scope, `rnn_decoder` by default.

    Returns:
      The outputs, and the last state.
    """
    with tf.variable_scope(scope or "rnn_decoder"):
        state: Any = initial_state
        outputs: list[Any] = []
        for index, inputs in enumerate(decoder_inputs):
            if loop_function is not None and outputs:
                inputs = _looped(loop_function, outputs[-1], index)
            if index:
                tf.get_variable_scope().reuse_variables()
            output, state = cell(inputs, state)
            outputs.append(output)
    return outputs, state


def _looped(loop_function: LoopFunction, previous: Any, index: int) -> Any:
    with tf.variable_scope("loop_function", reuse=True):
        return loop_function(previous, index)


def embedding_rnn_decoder(
    decoder_inputs: Sequence[Any],
    initial_state: Any,
    cell: Any,
    num_symbols: int,
    embedding_size: int,
    output_projection: Any = None,
    feed_previous: bool = False,
    update_embedding_for_previous: bool = True,
    scope: Any = None,
) -> tuple[list[tf.Tensor], Any]:
    """`rnn_decoder` over symbols, which it embeds.

    Args:
      decoder_inputs: integers [batch] for each step.
      initial_state: before the first step.
      cell: what is run.
      num_symbols: how many there are.
      embedding_size: the length of a symbol's vector.
      output_projection: None, or the weights and biases that make logits of an output.
      feed_previous: whether the likeliest symbol of the step before is the input, from the second
        step on.
      update_embedding_for_previous: whether gradients then go into the embedding.
      scope: a variable scope, `embedding_rnn_decoder` by default.
    """
    with tf.variable_scope(scope or "embedding_rnn_decoder"):
        embedding = tf.get_variable("embedding", [num_symbols, embedding_size])
        loop_function = None
        if feed_previous:
            loop_function = extract_argmax_and_embed(
                embedding, output_projection, update_embedding_for_previous
            )
        embedded = (tf.nn.embedding_lookup(embedding, each) for each in decoder_inputs)
        return rnn_decoder(embedded, initial_state, cell, loop_function)


def attention_decoder(
    decoder_inputs: Sequence[tf.Tensor],
    initial_state: Any,
    attention_states: tf.Tensor,
    cell: Any,
    output_size: int | None = None,
    num_heads: int = 1,
    loop_function: LoopFunction | None = None,
    dtype: Any = None,
    scope: Any = None,
    initial_state_attention: bool = False,
) -> tuple[list[tf.Tensor], Any]:
    """Runs a cell over a list of inputs; each step attends to `attention_states`.

    As Vinyals and others, 2014: the attention is by an additive score, one for each head.

    Args:
      decoder_inputs: [batch, size] for each step.
      initial_state: before the first step.
      attention_states: [batch, time, size].
      cell: what is run.
      output_size: of the outputs; by default the cell's.
      num_heads: how many times it attends, differently.
      loop_function: if given, makes every input but the first from the output before.
      dtype: of the variables.
      scope: a variable scope, `attention_decoder` by default.
      initial_state_attention: whether it attends before the first step, which sees zeros if not.

    Returns:
      The outputs, and the last state.
    """
    if not decoder_inputs:
        raise ValueError("Must provide at least 1 input to attention decoder.")
    if num_heads < 1:
        raise ValueError("With less than 1 heads, use a non-attention decoder.")
    with tf.variable_scope(scope or "attention_decoder", dtype=dtype) as decoder_scope:
        heads = _Heads(attention_states, num_heads, decoder_scope.dtype)
        state, size = initial_state, output_size or cell.output_size
        outputs: list[Any] = []
        seen = heads(state) if initial_state_attention else heads.zeros(decoder_inputs[0])
        for index, inputs in enumerate(decoder_inputs):
            if index:
                tf.get_variable_scope().reuse_variables()
            if loop_function is not None and outputs:
                inputs = _looped(loop_function, outputs[-1], index)
            joined = linear([tf.cast(inputs, heads.dtype), *seen], depth(inputs), True)
            output, state = cell(joined, state)
            is_again = index == 0 and initial_state_attention
            with tf.variable_scope(tf.get_variable_scope(), reuse=is_again or None):
                seen = heads(state)
            with tf.variable_scope("AttnOutputProjection"):
                outputs.append(linear([tf.cast(output, heads.dtype), *seen], size, True))
    return outputs, state


class _Heads:
    """Attention: weighted means of states, the weights from an additive score."""

    def __init__(self, states: tf.Tensor, count: int, dtype: Any) -> None:
        self.dtype, self._size = dtype, depth(states)
        length = first_length(states, 1)
        self._hidden = tf.reshape(states, [-1, length, 1, self._size])
        self._features, self._vectors = [], []
        for head in range(count):
            shape = [1, 1, self._size, self._size]
            kernel = tf.get_variable(f"AttnW_{head}", shape, dtype)
            self._features.append(tf.nn.conv2d(self._hidden, kernel, [1, 1, 1, 1], "SAME"))
            self._vectors.append(tf.get_variable(f"AttnV_{head}", [self._size], dtype))

    def zeros(self, like: tf.Tensor) -> list[tf.Tensor]:
        """What is seen before anything is: a tensor [batch, size] for each head."""
        zeros = tf.zeros(tf.stack([tf.shape(like)[0], self._size]), self.dtype)
        zeros.set_shape([None, self._size])
        return [zeros] * len(self._vectors)

    def __call__(self, query: Any) -> list[tf.Tensor]:
        """What each head sees for a query, a state."""
        joined = tf.concat(tf.nest.flatten(query), 1)
        pairs = zip(self._vectors, self._features, strict=True)
        return [self._seen(head, joined, *pair) for head, pair in enumerate(pairs)]

    def _seen(self, head: int, query: Any, vector: Any, features: Any) -> tf.Tensor:
        with tf.variable_scope(f"Attention_{head}"):
            wanted = tf.reshape(linear(query, self._size, True), [-1, 1, 1, self._size])
        score = tf.reduce_sum(vector * tf.tanh(features + tf.cast(wanted, self.dtype)), [2, 3])
        weight = tf.cast(tf.nn.softmax(tf.cast(score, tf.float32)), self.dtype)
        weight = tf.reshape(weight, [-1, tf.shape(weight)[1], 1, 1])
        return tf.reshape(tf.reduce_sum(weight * self._hidden, [1, 2]), [-1, self._size])


def embedding_attention_decoder(
    decoder_inputs: Sequence[Any],
    initial_state: Any,
    attention_states: tf.Tensor,
    cell: Any,
    num_symbols: int,
    embedding_size: int,
    num_heads: int = 1,
    output_size: int | None = None,
    output_projection: Any = None,
    feed_previous: bool = False,
    update_embedding_for_previous: bool = True,
    dtype: Any = None,
    scope: Any = None,
    initial_state_attention: bool = False,
) -> tuple[list[tf.Tensor], Any]:
    """`attention_decoder` over symbols, which it embeds; see `embedding_rnn_decoder`."""
    with tf.variable_scope(scope or "embedding_attention_decoder", dtype=dtype):
        embedding = tf.get_variable("embedding", [num_symbols, embedding_size])
        loop_function = None
        if feed_previous:
            loop_function = extract_argmax_and_embed(
                embedding, output_projection, update_embedding_for_previous
            )
        embedded = [tf.nn.embedding_lookup(embedding, each) for each in decoder_inputs]
        return attention_decoder(
            embedded,
            initial_state,
            attention_states,
            cell,
            output_size=output_size or cell.output_size,
            num_heads=num_heads,
            loop_function=loop_function,
            initial_state_attention=initial_state_attention,
        )
