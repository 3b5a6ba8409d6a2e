"""The named layers of a graph: which follow from which, and which one is its output."""

import functools
from typing import Self

import tensorflow.compat.v1 as tf

from legacy_cnn.parity.arrays import Arrays
from legacy_cnn.parity.updates import closure


class Layers(dict[str, tf.Tensor]):
    """Name -> tensor, in the order of computation; the last one is the output."""

    @property
    def output(self) -> tf.Tensor:
        return list(self.values())[-1]

    def ending_in(self, tensor: tf.Tensor, keeps_layers: bool) -> Self:
        """Layers with a tensor as the last one, after all others or after those that it needs."""
        needed = {op.name for op in closure([tensor.op])}
        kept = {
            name: layer
            for name, layer in self.items()
            if (keeps_layers or layer.op.name in needed) and layer is not tensor
        }
        return type(self)({**kept, self._called(tensor): tensor})

    def _called(self, tensor: tf.Tensor) -> str:
        """The name of a new last layer; what a gradient computes has none of the user's."""
        if tensor.op.name.startswith("gradients"):
            return f"{tensor.op.type} of {list(self)[-1]}"
        return tensor.op.name

    def name_of(self, tensor: tf.Tensor) -> str:
        """The name of the layer that a tensor is, or the tensor's own."""
        names = {layer.name: name for name, layer in self.items()}
        return names.get(tensor.name, tensor.op.name)

    def among(self, tensors: Arrays) -> Arrays:
        """The layers among the values of tensors."""
        return {name: tensors[one.name] for name, one in self.items() if one.name in tensors}

    def ends(self, tensors: Arrays) -> Arrays:
        """The layers that no other is computed from, without the output."""
        last = list(self)[-1:]
        among = self.among(tensors).items()
        return {n: value for n, value in among if not self.dependents(n) and n not in last}

    @functools.cached_property
    def _needed(self) -> dict[str, set[str]]:
        return {name: {op.name for op in closure([one.op])} for name, one in self.items()}

    def dependents(self, layer: str) -> set[str]:
        """The layers that are computed from one; all for another tensor."""
        if layer not in self:
            return set(self)
        op = self[layer].op.name
        return {name for name, needed in self._needed.items() if op in needed} - {layer}
