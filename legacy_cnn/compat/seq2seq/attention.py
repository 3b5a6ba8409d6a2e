"""`tf.contrib.seq2seq`'s attention mechanisms."""

import math
from collections.abc import Callable
from typing import Any

import numpy
import tensorflow.compat.v1 as tf

from legacy_cnn.compat import options
from legacy_cnn.compat.faces import resolved
from legacy_cnn.compat.keras_effects import count_layers
from legacy_cnn.compat.op_seeds import more
from legacy_cnn.compat.seq2seq.tensors import first_length, zero_tensors

count_layers()
Dense: Any = resolved("tf_keras.api._v1.keras.__internal__.legacy.layers.Dense")


class AttentionMechanism:
    """What says, for a query, how much of each step of a memory is seen."""

    @property
    def alignments_size(self) -> Any:
        raise NotImplementedError

    @property
    def state_size(self) -> Any:
        raise NotImplementedError


class _Mechanism(AttentionMechanism):
    """A mechanism with keys, a layer's output for each step, and a score for each key."""

    def __init__(
        self,
        query_layer: Any,
        memory_layer: Any,
        memory: Any,
        probability_fn: Callable[..., Any],
        lengths: Any,
        score_mask_value: Any,
        custom_key_value_fn: Callable[..., Any] | None,
        name: str,
    ) -> None:
        self.query_layer, self.memory_layer = query_layer, memory_layer
        self.dtype = memory_layer.dtype
        self._name, self._lengths, self._probability_fn = name, lengths, probability_fn
        self._masked = -numpy.inf if score_mask_value is None else score_mask_value
        with tf.name_scope(name, "BaseAttentionMechanismInit"):
            if options.release() == "1.4.0":
                more(1 if lengths is None else 20)
            self.values = _within(tf.convert_to_tensor(memory, name="memory"), lengths)
            self.keys = memory_layer(self.values)
            if custom_key_value_fn is not None:
                self.keys, self.values = custom_key_value_fn(self.keys, self.values)
        self.batch_size = first_length(self.keys, 0)
        self._alignments_size = first_length(self.keys, 1)

    @property
    def alignments_size(self) -> Any:
        return self._alignments_size

    @property
    def state_size(self) -> Any:
        return self._alignments_size

    def initial_alignments(self, batch_size: Any, dtype: Any) -> tf.Tensor:
        return zero_tensors(self._alignments_size, batch_size, dtype)

    def initial_state(self, batch_size: Any, dtype: Any) -> tf.Tensor:
        return self.initial_alignments(batch_size, dtype)

    def __call__(self, query: tf.Tensor, state: Any) -> tuple[tf.Tensor, Any]:
        """The weights of the steps, [batch, time], and the next state, which they are."""
        score = self._score(query)
        if self._lengths is not None:
            mask = tf.sequence_mask(self._lengths, tf.shape(score)[1])
            score = tf.where(mask, score, self._masked * tf.ones_like(score))
        alignments = self._probability_fn(score, state)
        return alignments, alignments

    def _score(self, query: tf.Tensor) -> tf.Tensor:
        raise NotImplementedError


def _within(memory: tf.Tensor, lengths: Any) -> tf.Tensor:
    """A memory with zeros after the end of each sequence."""
    if lengths is None:
        return memory
    mask = tf.sequence_mask(lengths, tf.shape(memory)[1], memory.dtype)
    rank = tf.rank(memory) if memory.shape.rank is None else memory.shape.rank
    ones = tf.ones(rank - 2, tf.int32)
    return memory * tf.reshape(mask, tf.concat([tf.shape(mask), ones], 0))


def _stateless(probability_fn: Callable[[Any], Any] | None) -> Callable[..., Any]:
    function = probability_fn or tf.nn.softmax
    return lambda score, _: function(score)


def dense(units: int, name: str, dtype: Any) -> Any:
    """A layer of queries or of a memory: a matrix."""
    return Dense(units, name=name, use_bias=False, dtype=dtype or tf.float32)


class Multiplicative(_Mechanism):
    """Scores that are products of query and key."""

    _scope = "luong_attention"
    _scale = False

    def _score(self, query: tf.Tensor) -> tf.Tensor:
        if query.shape[-1] != self.keys.shape[-1]:
            raise ValueError(
                "Incompatible or unknown inner dimensions between query and keys.  Query "
                f"({query}) has units: {query.shape[-1]}.  Keys ({self.keys}) have units: "
                f"{self.keys.shape[-1]}.  Perhaps you need to set num_units to the keys' dimension "
                f"({self.keys.shape[-1]})?"
            )
        with tf.variable_scope(None, self._scope):
            product = tf.matmul(tf.expand_dims(query, 1), self.keys, transpose_b=True)
            score = tf.squeeze(product, [1])
            if self._scale:
                ones = tf.ones_initializer()
                score = tf.get_variable("attention_g", (), query.dtype, initializer=ones) * score
            return self._biased(score)

    def _biased(self, score: tf.Tensor) -> tf.Tensor:
        return score


class LuongAttention(Multiplicative):
    """The product of query and key (Luong and others, 2015); `scale` adds a trained factor."""

    def __init__(
        self,
        num_units: int,
        memory: Any,
        memory_sequence_length: Any = None,
        scale: bool = False,
        probability_fn: Any = None,
        score_mask_value: Any = None,
        dtype: Any = None,
        custom_key_value_fn: Any = None,
        name: str = "LuongAttention",
    ) -> None:
        self._scale = scale
        super().__init__(
            *(None, dense(num_units, "memory_layer", dtype), memory),
            *(_stateless(probability_fn), memory_sequence_length, score_mask_value),
            *(custom_key_value_fn, name),
        )


class Additive(_Mechanism):
    """Scores that a network computes of query and key."""

    _scope = "bahdanau_attention"
    _num_units = 0
    _normalize = False

    def _score(self, query: tf.Tensor) -> tf.Tensor:
        units, dtype = self._num_units, query.dtype
        with tf.variable_scope(None, self._scope):
            wanted = tf.expand_dims(self.query_layer(query) if self.query_layer else query, 1)
            vector = tf.get_variable("attention_v", [units], dtype)
            seen = self.keys + wanted
            if self._normalize:
                start = tf.constant_initializer(math.sqrt(1.0 / units))
                gain = tf.get_variable("attention_g", (), dtype, initializer=start)
                zeros = tf.zeros_initializer()
                seen = seen + tf.get_variable("attention_b", [units], dtype, initializer=zeros)
                vector = gain * vector * tf.rsqrt(tf.reduce_sum(tf.square(vector)))
            return self._biased(tf.reduce_sum(vector * tf.tanh(seen), [2]))

    def _biased(self, score: tf.Tensor) -> tf.Tensor:
        return score


class BahdanauAttention(Additive):
    """A network of query and key (Bahdanau and others, 2014); `normalize` its weights' length."""

    def __init__(
        self,
        num_units: int,
        memory: Any,
        memory_sequence_length: Any = None,
        normalize: bool = False,
        probability_fn: Any = None,
        score_mask_value: Any = None,
        dtype: Any = None,
        custom_key_value_fn: Any = None,
        name: str = "BahdanauAttention",
    ) -> None:
        self._num_units, self._normalize = num_units, normalize
        super().__init__(
            *(dense(num_units, "query_layer", dtype), dense(num_units, "memory_layer", dtype)),
            *(memory, _stateless(probability_fn), memory_sequence_length, score_mask_value),
            *(custom_key_value_fn, name),
        )


def hardmax(logits: Any, name: str | None = None) -> tf.Tensor:
    """One at the greatest logit, zero elsewhere."""
    with tf.name_scope(name, "Hardmax"):
        logits = tf.convert_to_tensor(logits, name="logits")
        return tf.one_hot(tf.argmax(logits, -1), first_length(logits, -1), dtype=logits.dtype)
