"""`tf.contrib.seq2seq`'s attention mechanisms."""

import math
from collections.abc import Callable
from typing import Any

import numpy
import tensorflow.compat.v1 as tf

from legacy_cnn.compat.faces import resolved
from legacy_cnn.compat.seq2seq.tensors import first_length, zero_tensors

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
    return memory * tf.reshape(
        mask, tf.concat([tf.shape(mask), tf.ones([tf.rank(memory) - 2], tf.int32)], 0)
    )


def _stateless(probability_fn: Callable[[Any], Any] | None) -> Callable[..., Any]:
    function = probability_fn or tf.nn.softmax
    return lambda score, _: function(score)


def _layer(units: int, name: str, dtype: Any) -> Any:
    return Dense(units, name=name, use_bias=False, dtype=dtype or tf.float32)


class _Multiplicative(_Mechanism):
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


class LuongAttention(_Multiplicative):
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
            *(None, _layer(num_units, "memory_layer", dtype), memory),
            *(_stateless(probability_fn), memory_sequence_length, score_mask_value),
            *(custom_key_value_fn, name),
        )


class _Additive(_Mechanism):
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


class BahdanauAttention(_Additive):
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
            *(_layer(num_units, "query_layer", dtype), _layer(num_units, "memory_layer", dtype)),
            *(memory, _stateless(probability_fn), memory_sequence_length, score_mask_value),
            *(custom_key_value_fn, name),
        )


class _Monotonic:
    """What monotonic mechanisms share: a bias of the score, and the first step to begin with."""

    _score_bias_init = 0.0
    alignments_size: Any

    def _biased(self, score: tf.Tensor) -> tf.Tensor:
        start = tf.constant_initializer(self._score_bias_init)
        return score + tf.get_variable("attention_score_bias", (), score.dtype, initializer=start)

    def initial_alignments(self, batch_size: Any, dtype: Any) -> tf.Tensor:
        zeros = tf.zeros([batch_size], tf.int32)
        return tf.one_hot(zeros, self.alignments_size, dtype=dtype)


def _monotonic(noise: float, mode: str, seed: int | None) -> Callable[..., Any]:
    def probability_fn(score: tf.Tensor, before: tf.Tensor) -> tf.Tensor:
        if noise > 0:
            score += noise * tf.random_normal(tf.shape(score), dtype=score.dtype, seed=seed)
        chosen = tf.cast(score > 0, score.dtype) if mode == "hard" else tf.sigmoid(score)
        return monotonic_attention(chosen, before, mode)

    return probability_fn


class BahdanauMonotonicAttention(_Monotonic, _Additive):
    """Bahdanau's, which only goes on in the memory (Raffel and others, 2017)."""

    _scope = "bahdanau_monotonic_attention"

    def __init__(
        self,
        num_units: int,
        memory: Any,
        memory_sequence_length: Any = None,
        normalize: bool = False,
        score_mask_value: Any = None,
        sigmoid_noise: float = 0.0,
        sigmoid_noise_seed: int | None = None,
        score_bias_init: float = 0.0,
        mode: str = "parallel",
        dtype: Any = None,
        name: str = "BahdanauMonotonicAttention",
    ) -> None:
        self._num_units, self._normalize = num_units, normalize
        self._score_bias_init = score_bias_init
        super().__init__(
            *(_layer(num_units, "query_layer", dtype), _layer(num_units, "memory_layer", dtype)),
            *(memory, _monotonic(sigmoid_noise, mode, sigmoid_noise_seed)),
            *(memory_sequence_length, score_mask_value, None, name),
        )


class LuongMonotonicAttention(_Monotonic, _Multiplicative):
    """Luong's, which only goes on in the memory."""

    _scope = "luong_monotonic_attention"

    def __init__(
        self,
        num_units: int,
        memory: Any,
        memory_sequence_length: Any = None,
        scale: bool = False,
        score_mask_value: Any = None,
        sigmoid_noise: float = 0.0,
        sigmoid_noise_seed: int | None = None,
        score_bias_init: float = 0.0,
        mode: str = "parallel",
        dtype: Any = None,
        name: str = "LuongMonotonicAttention",
    ) -> None:
        self._scale, self._score_bias_init = scale, score_bias_init
        super().__init__(
            None,
            _layer(num_units, "memory_layer", dtype),
            memory,
            _monotonic(sigmoid_noise, mode, sigmoid_noise_seed),
            memory_sequence_length,
            score_mask_value,
            None,
            name,
        )


def safe_cumprod(x: Any, *arguments: Any, **options: Any) -> tf.Tensor:
    """A cumulative product, by logarithms of numbers between the least float and 1."""
    x = tf.convert_to_tensor(x, name="x")
    tiny = numpy.finfo(x.dtype.as_numpy_dtype).tiny
    return tf.exp(tf.cumsum(tf.log(tf.clip_by_value(x, tiny, 1)), *arguments, **options))


def monotonic_attention(p_choose_i: Any, previous_attention: Any, mode: str) -> tf.Tensor:
    """How much of each step is seen, if attention only goes on.

    Args:
      p_choose_i: [batch, time], how likely it stops at a step that it comes to.
      previous_attention: [batch, time], what was seen before.
      mode: `recursive`, `parallel` (which is faster, and less exact) or `hard`.
    """
    chosen, before = tf.convert_to_tensor(p_choose_i), tf.convert_to_tensor(previous_attention)
    if mode == "recursive":
        passed = tf.concat([tf.ones_like(chosen[:, :1]), 1 - chosen[:, :-1]], 1)
        steps = [tf.transpose(passed), tf.transpose(before)]
        start = tf.zeros_like(chosen[:, 0])
        return chosen * tf.transpose(tf.scan(lambda x, yz: yz[0] * x + yz[1], steps, start))
    if mode == "parallel":
        passed = safe_cumprod(1 - chosen, axis=1, exclusive=True)
        return chosen * passed * tf.cumsum(before / tf.clip_by_value(passed, 1e-10, 1.0), axis=1)
    if mode == "hard":
        chosen *= tf.cumsum(before, axis=1)
        return chosen * tf.cumprod(1 - chosen, axis=1, exclusive=True)
    raise ValueError("mode must be 'recursive', 'parallel', or 'hard'.")


def hardmax(logits: Any, name: str | None = None) -> tf.Tensor:
    """One at the greatest logit, zero elsewhere."""
    with tf.name_scope(name, "Hardmax"):
        logits = tf.convert_to_tensor(logits, name="logits")
        return tf.one_hot(tf.argmax(logits, -1), first_length(logits, -1), dtype=logits.dtype)
