"""Names the tensors of a Keras model's pass by the reference's layers."""

from collections.abc import Mapping, Sequence
from typing import Any

import keras
import numpy as np

from legacy_cnn.parity.arrays import Array
from legacy_cnn.parity.candidates.candidate import Pass, TrainingChange
from legacy_cnn.parity.candidates.dropout import is_dropout, mask_of
from legacy_cnn.parity.candidates.kerasmodel.layers import assign, in_layout_of
from legacy_cnn.parity.candidates.kerasmodel.taps import Tap, leaves
from legacy_cnn.parity.names import GraphNames
from legacy_cnn.weights.matching import Shape

#: The recorded calls of a pass, in order.
Calls = Sequence[Tap]


class Flow:
    """Reads the calls of a pass: which of them is which layer, and which is dropout."""

    def __init__(
        self,
        model: keras.Model,
        names: GraphNames,
        shapes: Mapping[str, Shape],
        mapping: Mapping[str, str],
        off: Calls,
        on: Calls,
    ) -> None:
        """Finds dropout: the first call whose output differs in training.

        Args:
          model: the candidate.
          names: the reference's names.
          shapes: dict from each layer of the reference to its shape without the batch.
          mapping: dict from layers to the model's own names.
          off: calls of a pass as in an evaluation.
          on: calls of a pass in training, with the same input.
        """
        self._model, self._names = model, names
        self._shapes, self._mapping = shapes, mapping
        self._dropout = _first_difference(off, on)
        self._probabilities = _is_softmax(model, off[-1])

    @property
    def output(self) -> str:
        """Returns "logits" or "probabilities"."""
        return "probabilities" if self._probabilities else "logits"

    def read(self, calls: Calls) -> Pass:
        """Returns layers and mask of a pass."""
        arrays = {name: _array(tensor) for name, tensor in self.tensors(calls).items()}
        layers = {name: in_layout_of(array, self._shapes[name]) for name, array in arrays.items()}
        first = self._first_weighted(calls)
        if first is not None:
            layers["images"] = _array(first.input)
        if self._dropout is None:
            return Pass(layers)
        dropout = calls[self._dropout]
        before, after = _array(dropout.input), _array(dropout.output)
        mask = mask_of(before, after) if before.shape == after.shape else None
        return Pass(layers, mask, self._unexpected(calls, self._dropout, before, after))

    def tensors(self, calls: Calls) -> dict[str, Any]:
        """Returns the tensor of each layer, in the model's own layout."""
        return {name: self._tensor(calls[at], name) for name, at in self._assigned(calls).items()}

    def in_layout(self, layer: str, array: Array | None) -> Array | None:
        """Returns the gradient of a layer in the reference's layout; None stays None."""
        return None if array is None else in_layout_of(array, self._shapes[layer])

    def _tensor(self, call: Tap, layer: str) -> Any:
        if layer == self._names.output and call.before_softmax is not None:
            return call.before_softmax
        if layer == self._names.output and self._probabilities:
            return call.input
        return call.output

    def _assigned(self, calls: Calls) -> dict[str, int]:
        shapes = [(call.layer, tuple(call.output.shape[1:])) for call in calls]
        dropout = None
        if self._dropout is not None:
            dropout = (self._names.undropped, self._names.dropped, self._dropout)
        assigned = assign(shapes, self._shapes, self._mapping, dropout)
        if self._names.output not in self._mapping:
            # Whatever the layers are called, the last one is what the model returns.
            assigned[self._names.output] = len(calls) - 1
        return assigned

    def _unexpected(
        self, calls: Calls, index: int, before: Array, after: Array
    ) -> TrainingChange | None:
        """What differs in training; None if it is dropout between the reference's two layers."""
        source = calls[index].layer
        if not is_dropout(before, after):
            return TrainingChange(source, self._changed_layer(calls, index))
        dropped = self._names.dropped
        if dropped is None or after.shape[1:] != self._shapes.get(dropped):
            return TrainingChange(source, dropped or self._changed_layer(calls, index))
        return None

    def _changed_layer(self, calls: Calls, index: int) -> str:
        """The first layer of the vocabulary that a call in training changes."""
        first = self._first_weighted(calls)
        if first is not None and index < calls.index(first):
            return "images"
        later = {at: layer for layer, at in self._assigned(calls).items() if at >= index}
        return later[min(later)] if later else self._names.output

    def _first_weighted(self, calls: Calls) -> Tap | None:
        """The first call of a layer with weights: its input is what enters the network."""
        weighted = {leaf.name for leaf in leaves(self._model) if getattr(leaf, "weights", None)}
        return next((call for call in calls if call.layer in weighted), None)


def _first_difference(off: Calls, on: Calls) -> int | None:
    """Index of the first call whose output differs in training, for equal input; or None."""
    for index, (one, other) in enumerate(zip(off, on, strict=False)):
        if one.output.shape != other.output.shape:
            return None
        if not np.array_equal(_array(one.output), _array(other.output)):
            same_input = np.array_equal(_array(one.input), _array(other.input))
            return index if same_input else None
    return None


def _is_softmax(model: keras.Model, call: Tap) -> bool:
    layer = next((leaf for leaf in leaves(model) if leaf.name == call.layer), None)
    return isinstance(layer, keras.layers.Softmax) or call.before_softmax is not None


def _array(tensor: Any) -> Array:
    return np.asarray(keras.ops.convert_to_numpy(tensor))
