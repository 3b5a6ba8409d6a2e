"""`tf.contrib.seq2seq`'s attention mechanisms that only go on in the memory."""

from collections.abc import Callable
from typing import Any

import numpy
import tensorflow.compat.v1 as tf

from legacy_cnn.compat.seq2seq.attention import Additive, Multiplicative, dense


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


class BahdanauMonotonicAttention(_Monotonic, Additive):
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
            *(dense(num_units, "query_layer", dtype), dense(num_units, "memory_layer", dtype)),
            *(memory, _monotonic(sigmoid_noise, mode, sigmoid_noise_seed)),
            *(memory_sequence_length, score_mask_value, None, name),
        )


class LuongMonotonicAttention(_Monotonic, Multiplicative):
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
            *(None, dense(num_units, "memory_layer", dtype)),
            *(memory, _monotonic(sigmoid_noise, mode, sigmoid_noise_seed)),
            *(memory_sequence_length, score_mask_value, None, name),
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
