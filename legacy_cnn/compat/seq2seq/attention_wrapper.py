"""`tf.contrib.seq2seq.AttentionWrapper`: a cell that attends to a memory."""

from collections import namedtuple
from collections.abc import Callable, Iterable
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.compat.cells.core import RNNCell
from legacy_cnn.compat.seq2seq.attention import AttentionMechanism, Dense
from legacy_cnn.compat.seq2seq.tensors import first_length, zero_tensors


class AttentionWrapperState(
    namedtuple(
        "AttentionWrapperState",
        ["cell_state", "attention", "time", "alignments", "alignment_history", "attention_state"],
    )
):
    """The state of an AttentionWrapper."""

    def clone(self, **values: Any) -> "AttentionWrapperState":
        """A copy with other values, which must have the shapes of those that they replace."""

        def like(old: Any, new: Any) -> Any:
            if isinstance(old, tf.Tensor) and isinstance(new, tf.Tensor):
                new.set_shape(old.shape)
            return new

        copy: AttentionWrapperState = tf.nest.map_structure(like, self, self._replace(**values))
        return copy


_HINT = (
    "Non-matching batch sizes between the memory (encoder output) and {}.  Are you using the "
    "BeamSearchDecoder?  You may need to tile your memory input via the "
    "tf.contrib.seq2seq.tile_batch function with argument multiple=beam_width."
)


def compute_attention(mechanism: Any, cell_output: Any, state: Any, layer: Any) -> Any:
    """What is seen: (attention, alignments, the mechanism's next state)."""
    alignments, next_state = mechanism(cell_output, state=state)
    seen = tf.squeeze(tf.matmul(tf.expand_dims(alignments, 1), mechanism.values), [1])
    attention = seen if layer is None else layer(tf.concat([cell_output, seen], 1))
    return attention, alignments, next_state


class AttentionWrapper(RNNCell):
    """A cell whose output attends to a memory, and whose next input has what was seen.

    Args:
      cell: what is run.
      attention_mechanism: a mechanism, or several.
      attention_layer_size: if given, the width of a layer over output and what is seen; or one
        for each mechanism.
      alignment_history: whether the state has the alignments of all steps, in a TensorArray.
      cell_input_fn: makes the cell's input of the wrapper's, and of the attention before.
      output_attention: whether the output is the attention, not the cell's output.
      initial_cell_state: of `zero_state`.
      name: of the layer.
      attention_layer: instead of `attention_layer_size`, a layer, or several.
      attention_fn: instead of `compute_attention`.
      dtype: of the layer.
    """

    def __init__(
        self,
        cell: Any,
        attention_mechanism: Any,
        attention_layer_size: Any = None,
        alignment_history: bool = False,
        cell_input_fn: Callable[..., Any] | None = None,
        output_attention: bool = True,
        initial_cell_state: Any = None,
        name: str | None = None,
        attention_layer: Any = None,
        attention_fn: Callable[..., Any] | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(name=name, dtype=dtype)
        self._is_multi = isinstance(attention_mechanism, list | tuple)
        self._attention_mechanisms = _tuple(attention_mechanism)
        for each in self._attention_mechanisms:
            if not isinstance(each, AttentionMechanism):
                raise TypeError(
                    "attention_mechanism must be an AttentionMechanism or list of multiple "
                    f"AttentionMechanism instances, saw type: {type(each).__name__}"
                )
        self._cell, self._output_attention = cell, output_attention
        self._cell_input_fn = cell_input_fn or (lambda *both: tf.concat(both, -1))
        self._attention_fn, self._alignment_history = (
            attention_fn or compute_attention,
            alignment_history,
        )
        self._set_layers(attention_layer_size, attention_layer)
        self._initial_cell_state = None
        if initial_cell_state is not None:
            last = tf.nest.flatten(initial_cell_state)[-1]
            with self._checked(first_length(last, 0), "initial_cell_state"):
                self._initial_cell_state = tf.nest.map_structure(tf.identity, initial_cell_state)

    def _set_layers(self, sizes: Any, layers: Any) -> None:
        if sizes is not None and layers is not None:
            raise ValueError("Only one of attention_layer_size and attention_layer should be set")
        mechanisms = self._attention_mechanisms
        depths = [int(each.values.shape[-1]) for each in mechanisms]
        self._attention_layers: Any = [None] * len(mechanisms)
        given = _tuple(sizes if sizes is not None else layers)
        if sizes is None and layers is None:
            self._attention_layer_size = sum(depths)
            return
        if len(given) != len(mechanisms):
            raise ValueError(
                "If provided, attention_layer_size must contain exactly one integer per "
                f"attention_mechanism, saw: {len(given)} vs {len(mechanisms)}"
            )
        if sizes is not None:
            self._attention_layer_size = sum(given)
            self._attention_layers = [
                Dense(size, name="attention_layer", use_bias=False, dtype=each.dtype)
                for size, each in zip(given, mechanisms, strict=True)
            ]
            return
        self._attention_layers = list(given)
        width = self._cell.output_size
        self._attention_layer_size = sum(
            int(layer.compute_output_shape([None, width + depth])[-1])
            for layer, depth in zip(given, depths, strict=True)
        )

    def _checked(self, batch_size: Any, what: str) -> Any:
        """Checks, when the graph runs, that batches have the memory's size."""
        return tf.control_dependencies(
            [
                tf.assert_equal(batch_size, each.batch_size, message=_HINT.format(what))
                for each in self._attention_mechanisms
            ]
        )

    def _item_or_tuple(self, values: Iterable[Any]) -> Any:
        found = tuple(values)
        return found if self._is_multi else found[0]

    @property
    def output_size(self) -> Any:
        return self._attention_layer_size if self._output_attention else self._cell.output_size

    @property
    def state_size(self) -> AttentionWrapperState:
        mechanisms = self._attention_mechanisms
        history = (each.alignments_size if self._alignment_history else () for each in mechanisms)
        return AttentionWrapperState(
            cell_state=self._cell.state_size,
            time=tf.TensorShape([]),
            attention=self._attention_layer_size,
            alignments=self._item_or_tuple(each.alignments_size for each in mechanisms),
            attention_state=self._item_or_tuple(each.state_size for each in mechanisms),
            alignment_history=self._item_or_tuple(history),
        )

    def zero_state(self, batch_size: Any, dtype: Any) -> AttentionWrapperState:
        mechanisms = self._attention_mechanisms
        with tf.name_scope(type(self).__name__ + "ZeroState"):
            state = self._initial_cell_state
            if state is None:
                state = self._cell.zero_state(batch_size, dtype)
            with self._checked(batch_size, "the requested batch size"):
                state = tf.nest.map_structure(tf.identity, state)
            alignments = [each.initial_alignments(batch_size, dtype) for each in mechanisms]
            states = [each.initial_state(batch_size, dtype) for each in mechanisms]
            return AttentionWrapperState(
                cell_state=state,
                time=tf.zeros([], tf.int32),
                attention=zero_tensors(self._attention_layer_size, batch_size, dtype),
                alignments=self._item_or_tuple(alignments),
                attention_state=self._item_or_tuple(states),
                alignment_history=self._item_or_tuple(
                    tf.TensorArray(dtype, 0, True, element_shape=each.shape)
                    if self._alignment_history
                    else ()
                    for each in alignments
                ),
            )

    @tf.autograph.experimental.do_not_convert
    def call(self, inputs: Any, state: Any) -> Any:
        if not isinstance(state, AttentionWrapperState):
            raise TypeError(
                "Expected state to be instance of AttentionWrapperState. Received type "
                f"{type(state)} instead."
            )
        seen = self._cell_input_fn(inputs, state.attention)
        output, cell_state = self._cell(seen, state.cell_state)
        with self._checked(first_length(output, 0), "the query (decoder output)"):
            output = tf.identity(output, name="checked_cell_output")
        attentions, alignments, states, histories = [], [], [], []
        before = (state.attention_state, state.alignment_history)
        before_states, before_histories = before if self._is_multi else ((each,) for each in before)
        for mechanism, layer, old, history in zip(
            self._attention_mechanisms,
            self._attention_layers,
            before_states,
            before_histories,
            strict=True,
        ):
            attention, aligned, new = self._attention_fn(mechanism, output, old, layer)
            attentions.append(attention)
            alignments.append(aligned)
            states.append(new)
            if self._alignment_history:
                history = history.write(state.time, aligned)
            histories.append(history)
        attention = tf.concat(attentions, 1)
        new_state = AttentionWrapperState(
            time=state.time + 1,
            cell_state=cell_state,
            attention=attention,
            alignments=self._item_or_tuple(alignments),
            attention_state=self._item_or_tuple(states),
            alignment_history=self._item_or_tuple(histories),
        )
        return attention if self._output_attention else output, new_state


def _tuple(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, list | tuple) else (value,)
