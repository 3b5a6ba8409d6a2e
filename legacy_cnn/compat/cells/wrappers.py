"""Cells of `tf.contrib.rnn` around other cells."""

import math
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.compat.cells.by_scope import spelled
from legacy_cnn.compat.cells.core import Wrapper, depth, linear, zeros


class EmbeddingWrapper(Wrapper):
    """Looks its input, integers [batch] or [batch, 1], up in an `embedding` for its cell.

    The embedding is uniform between -sqrt(3) and sqrt(3), its variance being 1, if neither it nor
    the variable scope has an initializer.
    """

    def __init__(
        self,
        cell: Any,
        embedding_classes: int,
        embedding_size: int,
        initializer: Any = None,
        reuse: bool | None = None,
    ) -> None:
        super().__init__(cell, reuse)
        if embedding_classes <= 0 or embedding_size <= 0:
            raise ValueError(
                "Both embedding_classes and embedding_size must be > 0: "
                f"{embedding_classes}, {embedding_size}."
            )
        self._shape = [embedding_classes, embedding_size]
        self._initializer = initializer

    def call(self, inputs: Any, state: Any) -> Any:
        limit = math.sqrt(3)
        initializer = self._initializer or tf.get_variable_scope().initializer
        embedding = tf.get_variable(
            "embedding",
            list(self._shape),
            tf.nest.flatten(state)[0].dtype,
            initializer=initializer or tf.random_uniform_initializer(-limit, limit),
        )
        embedded = tf.nn.embedding_lookup(embedding, tf.reshape(inputs, [-1]))
        return self._beside(embedded, state)


class InputProjectionWrapper(Wrapper):
    """Projects its input to `num_proj` columns for its cell."""

    def __init__(
        self,
        cell: Any,
        num_proj: int,
        activation: Any = None,
        input_size: Any = None,
        reuse: bool | None = None,
    ) -> None:
        super().__init__(cell, reuse)
        self._num_proj, self._activation = num_proj, activation

    def call(self, inputs: Any, state: Any) -> Any:
        projected = linear(inputs, self._num_proj, True)
        return self._beside(self._activation(projected) if self._activation else projected, state)


class OutputProjectionWrapper(Wrapper):
    """Projects its cell's output to `output_size` columns."""

    def __init__(
        self, cell: Any, output_size: int, activation: Any = None, reuse: bool | None = None
    ) -> None:
        super().__init__(cell, reuse)
        if output_size < 1:
            raise ValueError(f"Parameter output_size must be > 0: {output_size}.")
        self._output_size, self._activation = output_size, activation

    @property
    def output_size(self) -> int:
        return self._output_size

    def call(self, inputs: Any, state: Any) -> Any:
        output, new_state = self._beside(inputs, state)
        projected = linear(output, self._output_size, True)
        return (self._activation(projected) if self._activation else projected), new_state


class AttentionCellWrapper(Wrapper):
    """Attends to its cell's last `attn_length` outputs (Bahdanau and others, 2014)."""

    def __init__(
        self,
        cell: Any,
        attn_length: int,
        attn_size: int | None = None,
        attn_vec_size: int | None = None,
        input_size: int | None = None,
        state_is_tuple: bool = True,
        reuse: bool | None = None,
    ) -> None:
        super().__init__(cell, reuse)
        if tf.nest.is_nested(cell.state_size) and not state_is_tuple:
            raise ValueError(
                "Cell returns tuple of states, but the flag state_is_tuple is not set. "
                f"State size is: {cell.state_size}"
            )
        if attn_length <= 0:
            raise ValueError(f"attn_length should be greater than zero, got {attn_length}")
        self._length, self._size = attn_length, attn_size or cell.output_size
        self._vector_size = attn_vec_size or self._size
        self._input_size, self._state_is_tuple = input_size, state_is_tuple

    @property
    def state_size(self) -> Any:
        sizes = self._cell.state_size, self._size, self._size * self._length
        return sizes if self._state_is_tuple else sum(sizes)

    @property
    def output_size(self) -> int:
        return int(self._size)

    def zero_state(self, batch_size: Any, dtype: Any) -> Any:
        return super(Wrapper, self).zero_state(batch_size, dtype)

    def call(self, inputs: Any, state: Any) -> Any:
        sizes = self._cell.state_size, self._size, self._size * self._length
        parts = state if self._state_is_tuple else tf.split(state, list(sizes), 1)
        inner, attention, past = parts
        past = tf.reshape(past, [-1, self._length, self._size])
        seen = linear([inputs, attention], self._input_size or depth(inputs), True)
        output, inner = self._cell(seen, inner)
        attention = self._attention(tf.concat(tf.nest.flatten(inner), 1), past)
        with tf.variable_scope(spelled("AttnOutputProjection", "attn_output_projection")):
            output = linear([output, attention], self._size, True)
        past = tf.concat([past[:, 1:], tf.expand_dims(output, 1)], 1)
        new = inner, attention, tf.reshape(past, [-1, self._length * self._size])
        return output, new if self._state_is_tuple else tf.concat(new, 1)

    def _attention(self, query: tf.Tensor, past: tf.Tensor) -> tf.Tensor:
        """The mean of the past outputs, weighted by how well they fit the query."""
        with tf.variable_scope(spelled("Attention", "attention")):
            kernel = tf.get_variable(
                spelled("AttnW", "attn_w"), [1, 1, self._size, self._vector_size]
            )
            vector = tf.get_variable(spelled("AttnV", "attn_v"), [self._vector_size])
            hidden = tf.reshape(past, [-1, self._length, 1, self._size])
            features = tf.nn.conv2d(hidden, kernel, [1, 1, 1, 1], "SAME")
            wanted = tf.reshape(
                linear(query, self._vector_size, True), [-1, 1, 1, self._vector_size]
            )
            score = tf.reduce_sum(vector * tf.tanh(features + wanted), [2, 3])
            weight = tf.reshape(tf.nn.softmax(score), [-1, self._length, 1, 1])
            return tf.reshape(tf.reduce_sum(weight * hidden, [1, 2]), [-1, self._size])


class HighwayWrapper(Wrapper):
    """Adds a highway from input to output (Srivastava and others, 2015)."""

    def __init__(
        self, cell: Any, couple_carry_transform_gates: bool = True, carry_bias_init: float = 1.0
    ) -> None:
        super().__init__(cell)
        self._is_coupled, self._carry_bias = couple_carry_transform_gates, carry_bias_init

    def __call__(self, inputs: Any, state: Any, scope: Any = None) -> Any:
        outputs, new_state = self._cell(inputs, state, scope=scope)
        tf.nest.map_structure(
            lambda inp, out: inp.shape.assert_is_compatible_with(out.shape), inputs, outputs
        )
        return tf.nest.map_structure(self._highway, inputs, outputs), new_state

    def _highway(self, inputs: tf.Tensor, outputs: tf.Tensor) -> tf.Tensor:
        carry = self._gate(inputs, "carry", self._carry_bias)
        if self._is_coupled:
            return inputs * carry + outputs * (1 - carry)
        return inputs * carry + outputs * self._gate(inputs, "transform", -self._carry_bias)

    @staticmethod
    def _gate(inputs: tf.Tensor, name: str, bias: float) -> tf.Tensor:
        size = depth(inputs)
        weight = tf.get_variable(f"{name}_w", [size, size])
        offset = tf.get_variable(f"{name}_b", [size], initializer=zeros(bias))
        return tf.sigmoid(tf.nn.xw_plus_b(inputs, weight, offset))


class CompiledWrapper(Wrapper):
    """Its cell itself: without XLA on a CPU, which computes the same."""

    def __init__(self, cell: Any, compile_stateful: bool = False) -> None:
        super().__init__(cell)

    def __call__(self, inputs: Any, state: Any, scope: Any = None) -> Any:
        return self._cell(inputs, state, scope=scope)
