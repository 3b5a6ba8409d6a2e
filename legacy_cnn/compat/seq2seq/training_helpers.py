"""`tf.contrib.seq2seq`'s helpers for training, whose next inputs are known."""

from collections.abc import Callable
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.compat.seq2seq.helpers import Helper, drawn
from legacy_cnn.compat.seq2seq.tensors import embedding_function, swapped


class TrainingHelper(Helper):
    """The next input is the next of sequences that are known.

    Args:
      inputs: [batch, time, ...], or [time, batch, ...] if `time_major`.
      sequence_length: integers [batch].
      time_major: see `inputs`.
      name: of the operations' scope.
    """

    def __init__(
        self,
        inputs: Any,
        sequence_length: Any,
        time_major: bool = False,
        name: str | None = None,
    ) -> None:
        with tf.name_scope(name, "TrainingHelper"):
            inputs = tf.nest.map_structure(tf.convert_to_tensor, inputs)
            self._inputs = inputs
            steps = inputs if time_major else tf.nest.map_structure(swapped, inputs)
            self._arrays = tf.nest.map_structure(_array, steps)
            self._lengths = tf.convert_to_tensor(sequence_length, name="sequence_length")
            if self._lengths.shape.rank != 1:
                raise ValueError(
                    "Expected sequence_length to be a vector, but received shape: "
                    f"{self._lengths.shape}"
                )
            self._zeros = tf.nest.map_structure(lambda each: tf.zeros_like(each[0, :]), steps)
            self._batch_size = tf.size(sequence_length)

    @property
    def inputs(self) -> Any:
        return self._inputs

    @property
    def sequence_length(self) -> tf.Tensor:
        return self._lengths

    @property
    def batch_size(self) -> Any:
        return self._batch_size

    def initialize(self, name: str | None = None) -> Any:
        finished = tf.equal(0, self._lengths)
        return finished, self._read(finished, 0)

    def sample(self, time: Any, outputs: Any, state: Any = None, name: str | None = None) -> Any:
        return tf.cast(tf.argmax(outputs, -1), tf.int32)

    def next_inputs(
        self, time: Any, outputs: Any, state: Any, sample_ids: Any = None, name: str | None = None
    ) -> Any:
        finished = time + 1 >= self._lengths
        return finished, self._read(finished, time + 1), state

    def _read(self, finished: tf.Tensor, time: Any) -> Any:
        """A step of the inputs; zeros if no sequence has it."""
        return tf.cond(
            tf.reduce_all(finished),
            lambda: self._zeros,
            lambda: tf.nest.map_structure(lambda each: each.read(time), self._arrays),
        )


def _array(steps: tf.Tensor) -> tf.TensorArray:
    array = tf.TensorArray(steps.dtype, tf.shape(steps)[0], element_shape=steps.shape[1:])
    return array.unstack(steps)


class ScheduledEmbeddingTrainingHelper(TrainingHelper):
    """A TrainingHelper that sometimes embeds a symbol drawn from the output instead.

    As Bengio and others, 2015; `sampling_probability` is how often.
    """

    def __init__(
        self,
        inputs: Any,
        sequence_length: Any,
        embedding: Any,
        sampling_probability: Any,
        time_major: bool = False,
        seed: int | None = None,
        scheduling_seed: int | None = None,
        name: str | None = None,
    ) -> None:
        self._embed = embedding_function(embedding)
        self._probability = _probability(sampling_probability)
        self._seeds = seed, scheduling_seed
        super().__init__(inputs, sequence_length, time_major, name)

    def sample(self, time: Any, outputs: Any, state: Any = None, name: str | None = None) -> Any:
        symbols = drawn(outputs, self._seeds[0])
        is_drawn = _chosen(self._probability, self.batch_size, self._seeds[1])
        return tf.where(is_drawn, symbols, tf.fill([self.batch_size], -1))

    def next_inputs(
        self, time: Any, outputs: Any, state: Any, sample_ids: Any = None, name: str | None = None
    ) -> Any:
        finished, given, state = super().next_inputs(time, outputs, state)
        embedded = self._embed(tf.maximum(sample_ids, 0))
        return finished, _mixed(finished, sample_ids > -1, embedded, given), state


class ScheduledOutputTrainingHelper(TrainingHelper):
    """A TrainingHelper that sometimes has the output as next input instead."""

    def __init__(
        self,
        inputs: Any,
        sequence_length: Any,
        sampling_probability: Any,
        time_major: bool = False,
        seed: int | None = None,
        next_inputs_fn: Callable[[Any], Any] | None = None,
        auxiliary_inputs: Any = None,
        name: str | None = None,
    ) -> None:
        self._probability, self._seed = _probability(sampling_probability), seed
        self._next_inputs_fn = next_inputs_fn
        self._auxiliary = None
        if auxiliary_inputs is not None:
            added = tf.convert_to_tensor(auxiliary_inputs)
            inputs = tf.concat([tf.convert_to_tensor(inputs), added], -1)
            self._auxiliary = _array(added if time_major else swapped(added))
        super().__init__(inputs, sequence_length, time_major, name)

    def sample(self, time: Any, outputs: Any, state: Any = None, name: str | None = None) -> Any:
        return tf.cast(_chosen(self._probability, self.batch_size, self._seed), tf.int32)

    def next_inputs(
        self, time: Any, outputs: Any, state: Any, sample_ids: Any = None, name: str | None = None
    ) -> Any:
        finished, given, state = super().next_inputs(time, outputs, state)

        def own() -> Any:
            made = outputs if self._next_inputs_fn is None else self._next_inputs_fn(outputs)
            if self._auxiliary is not None:
                made = tf.concat([made, self._auxiliary.read(time + 1)], -1)
            return tf.where(tf.cast(sample_ids, tf.bool), made, given)

        inputs = tf.cond(tf.reduce_all(finished), lambda: given, own)
        return finished, inputs, state


def _probability(value: Any) -> tf.Tensor:
    probability = tf.convert_to_tensor(value, name="sampling_probability")
    if probability.shape.rank not in (0, 1):
        raise ValueError(
            "sampling_probability must be either a scalar or a vector. saw shape: "
            f"{probability.shape}"
        )
    return probability


def _chosen(probability: tf.Tensor, batch_size: Any, seed: int | None) -> tf.Tensor:
    return tf.random_uniform([batch_size], dtype=probability.dtype, seed=seed) < probability


def _mixed(finished: Any, is_own: Any, own: Any, given: Any) -> tf.Tensor:
    return tf.cond(tf.reduce_all(finished), lambda: given, lambda: tf.where(is_own, own, given))
