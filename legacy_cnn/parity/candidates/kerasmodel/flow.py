"""What flows through a Keras model, under the names of the reference's layers."""

import keras
import numpy as np

from legacy_cnn.parity.candidates.base import Pass, is_dropout, kept
from legacy_cnn.parity.candidates.kerasmodel.layers import assign, in_layout_of
from legacy_cnn.parity.candidates.kerasmodel.taps import leaves


class Flow:
    """Reads the taps of a call: which of them is which layer, and which the dropout."""

    def __init__(self, model, names, shapes, mapping, off, on):
        """
        Args:
          model: a `keras.Model`.
          names: the reference's `GraphNames`.
          shapes: dict from each layer of the reference to its shape without the batch.
          mapping: dict from layers to the model's own names.
          off, on: taps of a call without training, and in training.
        """
        self._model, self._names = model, names
        self._shapes, self._mapping = shapes, mapping
        self._dropout = _first_apart(off, on)
        self._probabilities = _is_softmax(model, off[-1])

    @property
    def output(self):
        return "probabilities" if self._probabilities else "logits"

    def read(self, seen):
        """The `Pass` of a call."""
        layers = {name: _array(tensor) for name, tensor in self.tensors(seen).items()}
        layers = {name: self.in_layout(name, value) for name, value in layers.items()}
        first = self._first_weighted(seen)
        if first is not None:
            layers["images"] = _array(first.given)
        if self._dropout is None:
            return Pass(layers)
        given, made = (_array(each) for each in seen[self._dropout][1:3])
        mask, alive = kept(given, made) if given.shape == made.shape else (None, None)
        return Pass(layers, mask, alive, self._elsewhere(seen, given, made))

    def tensors(self, seen):
        """Dict from each layer to its tensor, in the model's own layout."""
        return {name: self._tensor(seen[at], name) for name, at in self._assigned(seen).items()}

    def in_layout(self, layer, array):
        """An array of a layer, or of its gradient, in the reference's layout; None stays."""
        return None if array is None else in_layout_of(array, self._shapes[layer])

    def _tensor(self, tap, layer):
        if layer == self._names.output and tap.before_softmax is not None:
            return tap.before_softmax
        if layer == self._names.output and self._probabilities:
            return tap.given
        return tap.made

    def _assigned(self, seen):
        shapes = [(tap.layer, tuple(tap.made.shape[1:])) for tap in seen]
        dropout = None
        if self._dropout is not None:
            dropout = (self._names.undropped, self._names.dropped, self._dropout)
        found = assign(shapes, self._shapes, self._mapping, dropout)
        if self._names.output not in self._mapping:
            # Whatever layers are called, what the model returns is what counts.
            found[self._names.output] = len(seen) - 1
        return found

    def _elsewhere(self, seen, given, made):
        """What is another in training, and which layer it spoils; empty where it is the dropout
        between the two layers of the reference."""
        layer = seen[self._dropout].layer
        if not is_dropout(given, made):
            return layer, self._place(seen)
        if made.shape[1:] != self._shapes.get(self._names.dropped):
            return layer, self._names.dropped or self._place(seen)
        return ()

    def _place(self, seen):
        """The first layer of the vocabulary that what is another in training changes."""
        first = self._first_weighted(seen)
        if first is not None and self._dropout < seen.index(first):
            return "images"
        assigned = self._assigned(seen)
        later = {index: layer for layer, index in assigned.items() if index >= self._dropout}
        return later[min(later)] if later else self._names.output

    def _first_weighted(self, seen):
        weighted = {each.name for each in leaves(self._model) if getattr(each, "weights", None)}
        return next((tap for tap in seen if tap.layer in weighted), None)


def _first_apart(off, on):
    """Index of the first call whose result alone differs with training, or None."""
    for index, (one, other) in enumerate(zip(off, on, strict=False)):
        if one.made.shape != other.made.shape:
            return None
        if not np.array_equal(_array(one.made), _array(other.made)):
            same_input = np.array_equal(_array(one.given), _array(other.given))
            return index if same_input else None
    return None


def _is_softmax(model, tap):
    layer = next((each for each in leaves(model) if each.name == tap.layer), None)
    return isinstance(layer, keras.layers.Softmax) or tap.before_softmax is not None


def _array(tensor):
    return np.asarray(keras.ops.convert_to_numpy(tensor))
