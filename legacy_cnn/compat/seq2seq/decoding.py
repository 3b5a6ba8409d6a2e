"""`tf.contrib.seq2seq`'s decoders: `dynamic_decode` and what it runs."""

import contextlib
from collections import namedtuple
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.compat.seq2seq.tensors import swapped, zero_tensors


class Decoder:
    """What `dynamic_decode` runs: a first input, a step, and what becomes of the outputs."""

    @property
    def batch_size(self) -> Any:
        raise NotImplementedError

    @property
    def output_size(self) -> Any:
        raise NotImplementedError

    @property
    def output_dtype(self) -> Any:
        raise NotImplementedError

    @property
    def tracks_own_finished(self) -> bool:
        """Whether a sequence that has ended may go on, as beams may that change their places."""
        return False

    def initialize(self, name: str | None = None) -> Any:
        """Gives (finished, the first inputs, the first state)."""
        raise NotImplementedError

    def step(self, time: Any, inputs: Any, state: Any, name: str | None = None) -> Any:
        """Gives (outputs, the next state, the next inputs, finished)."""
        raise NotImplementedError

    def finalize(self, outputs: Any, final_state: Any, sequence_lengths: Any) -> Any:
        """Gives the outputs and the state as the program is to see them."""
        raise NotImplementedError


def dynamic_decode(
    decoder: Any,
    output_time_major: bool = False,
    impute_finished: bool = False,
    maximum_iterations: Any = None,
    parallel_iterations: int = 32,
    swap_memory: bool = False,
    scope: Any = None,
) -> tuple[Any, Any, tf.Tensor]:
    """Runs a decoder until all sequences have ended.

    Args:
      decoder: a Decoder.
      output_time_major: whether outputs are [time, batch, ...] rather than [batch, time, ...].
      impute_finished: whether a sequence that has ended keeps its state, and has zeros as outputs.
      maximum_iterations: the greatest number of steps.
      parallel_iterations: of the loop.
      swap_memory: of the loop.
      scope: a variable scope, `decoder` by default.

    Returns:
      The outputs, the last state, and the lengths of the sequences.
    """
    if not isinstance(decoder, Decoder):
        raise TypeError(f"Expected decoder to be type Decoder, but saw: {type(decoder)}")
    with tf.variable_scope(scope, "decoder") as variables:
        if variables.caching_device is None:
            variables.set_caching_device(lambda op: op.device)
        finished, inputs, state = decoder.initialize()
        if maximum_iterations is not None:
            maximum_iterations = tf.convert_to_tensor(maximum_iterations, tf.int32)
            finished = tf.logical_or(finished, maximum_iterations <= 0)
        loop = _Loop(decoder, impute_finished)
        lengths = tf.zeros_like(finished, tf.int32)
        _, arrays, state, _, _, lengths = tf.while_loop(
            lambda *values: tf.logical_not(tf.reduce_all(values[4])),
            loop.step,
            (tf.constant(0), loop.arrays(), state, inputs, finished, lengths),
            parallel_iterations=parallel_iterations,
            maximum_iterations=maximum_iterations,
            swap_memory=swap_memory,
        )
        outputs = tf.nest.map_structure(lambda each: each.stack(), arrays)
        with contextlib.suppress(NotImplementedError):
            outputs, state = decoder.finalize(outputs, state, lengths)
        if not output_time_major:
            outputs = tf.nest.map_structure(swapped, outputs)
    return outputs, state, lengths


class _Loop:
    """The body of `dynamic_decode`'s loop."""

    def __init__(self, decoder: Any, impute_finished: bool) -> None:
        self._decoder, self._is_imputed = decoder, impute_finished
        self._zeros = tf.nest.map_structure(
            lambda size, dtype: zero_tensors(size, decoder.batch_size, dtype),
            decoder.output_size,
            decoder.output_dtype,
        )

    def arrays(self) -> Any:
        """An array for each output, as long as it will be."""
        return tf.nest.map_structure(
            lambda dtype, zero: tf.TensorArray(dtype, 0, True, element_shape=zero.shape),
            self._decoder.output_dtype,
            self._zeros,
        )

    def step(
        self, time: Any, arrays: Any, state: Any, inputs: Any, finished: Any, lengths: Any
    ) -> Any:
        """One turn."""
        made = self._decoder.step(time, inputs, state)
        outputs, next_state, next_inputs, ended = made
        if not self._decoder.tracks_own_finished:
            ended = tf.logical_or(ended, finished)
        lengths = tf.where(finished, lengths, tf.fill(tf.shape(lengths), time + 1))
        for old, new in ((state, next_state), (arrays, outputs), (inputs, next_inputs)):
            tf.nest.assert_same_structure(old, new)
        if self._is_imputed:
            outputs = tf.nest.map_structure(
                lambda new, zero: tf.where(finished, zero, new), outputs, self._zeros
            )
            next_state = tf.nest.map_structure(
                lambda new, old: _kept(finished, new, old), next_state, state
            )
        arrays = tf.nest.map_structure(lambda each, new: each.write(time, new), arrays, outputs)
        return time + 1, arrays, next_state, next_inputs, ended, lengths


def _kept(finished: tf.Tensor, new: Any, old: Any) -> Any:
    """The old state where a sequence has ended; arrays and scalars are of all sequences."""
    if isinstance(old, tf.TensorArray):
        return new
    new.set_shape(old.shape)
    return new if new.shape.rank == 0 else tf.where(finished, old, new)


class BasicDecoderOutput(namedtuple("BasicDecoderOutput", ["rnn_output", "sample_id"])):
    """What a BasicDecoder gives."""


class BasicDecoder(Decoder):
    """Runs a cell on what a helper says.

    Args:
      cell: what is run.
      helper: a Helper.
      initial_state: of the cell.
      output_layer: if given, a layer on top of the cell, whose output is sampled.
    """

    def __init__(
        self, cell: Any, helper: Any, initial_state: Any, output_layer: Any = None
    ) -> None:
        self._cell, self._helper, self._initial_state = cell, helper, initial_state
        self._output_layer = output_layer

    @property
    def batch_size(self) -> Any:
        return self._helper.batch_size

    @property
    def output_size(self) -> BasicDecoderOutput:
        size = layer_output_size(self._cell, self._output_layer)
        return BasicDecoderOutput(size, self._helper.sample_ids_shape)

    @property
    def output_dtype(self) -> BasicDecoderOutput:
        dtype = tf.nest.flatten(self._initial_state)[0].dtype
        sizes = self.output_size.rnn_output
        dtypes = tf.nest.map_structure(lambda _: dtype, sizes)
        return BasicDecoderOutput(dtypes, self._helper.sample_ids_dtype)

    def initialize(self, name: str | None = None) -> Any:
        return (*self._helper.initialize(), self._initial_state)

    def step(self, time: Any, inputs: Any, state: Any, name: str | None = None) -> Any:
        with tf.name_scope(name, "BasicDecoderStep"):
            outputs, state = self._cell(inputs, state)
            if self._output_layer is not None:
                outputs = self._output_layer(outputs)
            ids = self._helper.sample(time=time, outputs=outputs, state=state)
            finished, inputs, state = self._helper.next_inputs(
                time=time, outputs=outputs, state=state, sample_ids=ids
            )
        return BasicDecoderOutput(outputs, ids), state, inputs, finished


def layer_output_size(cell: Any, layer: Any) -> Any:
    """The size of a cell's output, or of that of a layer on top of it."""
    if layer is None:
        return cell.output_size

    def after(size: Any) -> tf.TensorShape:
        shape = tf.TensorShape([None]).concatenate(tf.TensorShape(size))
        return tf.TensorShape(layer.compute_output_shape(shape))[1:]

    return tf.nest.map_structure(after, cell.output_size)
