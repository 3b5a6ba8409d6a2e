"""Gradients of a graph: those that are added to it, and those that its own step computes."""

import contextlib
import warnings
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import tensorflow.compat.v1 as tf

from legacy_cnn.errors import ParityError, first_line
from legacy_cnn.parity import loops
from legacy_cnn.parity.arrays import Array
from legacy_cnn.parity.sides import flow
from legacy_cnn.parity.updates import Update, closure, is_assigning
from legacy_cnn.programs import elements


class Gradients:
    """The gradients of a loss by parameters."""

    def __init__(
        self, name: str, losses: Mapping[str, tf.Tensor], handles: Mapping[str, tf.Tensor]
    ) -> None:
        """Adds them to the graph.

        Args:
          name: of the graph, for messages.
          losses: parameter -> the loss that it is trained by, a scalar; without them there are no
            gradients.
          handles: parameter -> its variable.

        Raises:
          ParityError: the loss does not depend on a parameter, or cannot be differentiated.
        """
        self.losses = {tensor.name: tensor for tensor in losses.values()}
        self.sparse: dict[str, tf.IndexedSlices] = {}  #: gradients that are of some rows only
        self.added: dict[str, tf.Tensor] = {}  #: parameter -> gradient
        for loss in self.losses.values():
            own = {n: handle for n, handle in handles.items() if losses[n] is loss}
            with loss.graph.as_default(), warnings.catch_warnings():
                warnings.simplefilter("ignore")  # that a dense gradient may take memory
                self._add(name, loss, own)
        self.added = {parameter: self.added[parameter] for parameter in handles if self.added}

    def _add(self, name: str, loss: tf.Tensor, handles: Mapping[str, tf.Tensor]) -> None:
        found = _differentiated(name, loss, list(handles.values()))
        for parameter, gradient in zip(handles, found, strict=True):
            if gradient is None:
                raise ParityError(f"The loss of {name} does not depend on {parameter}.")
            if isinstance(gradient, tf.IndexedSlices):
                self.sparse[parameter] = gradient
                gradient = tf.convert_to_tensor(gradient)
            is_fetchable = loss.graph.is_fetchable(gradient.op)
            self.added[parameter] = gradient if is_fetchable else tf.identity(gradient)

    def raw(self, updates: Mapping[str, Update], run: Callable[[Any], Any]) -> dict[str, tf.Tensor]:
        """Finds the gradients in the graph's own step, before any clipping, by their values.

        They are the first tensors on the way to the update of a parameter that equal its gradient.

        Args:
          updates: parameter -> how its variable is updated.
          run: fetches tensors of a step of training.

        Returns:
          Parameter -> the tensor that can be fed in the place of its gradient.
        """
        of_loss = {op.name for op in closure(loss.op for loss in self.losses.values())}
        own = {name: one for name, one in self.added.items() if name not in self.sparse}
        tensors = {name: _on_the_way(updates[name], one, of_loss) for name, one in own.items()}
        expected, values = run((own, tensors))
        found = {}
        for name, on_the_way in tensors.items():
            pairs = zip(on_the_way, values[name], strict=True)
            equal = [tensor for tensor, value in pairs if _equal(value, expected[name])]
            if equal:
                found[name] = flow.passed_on(flow.first(equal), {tensor.name for tensor in equal})
        return found


def _differentiated(name: str, loss: tf.Tensor, handles: list[tf.Tensor]) -> list[Any]:
    # The arrays that a loop fills have to be of the loop's own generation.
    loop = loops.as_in_tensorflow_1() if loops.are_in(loss.graph) else contextlib.nullcontext()
    try:
        with loop:
            # Loops of an imported graph do not know that their gradients have a name already.
            return tf.gradients(loss, handles, name="gradients_compared")
    except Exception as error:  # an operation without gradient, a loop of an imported graph
        raise ParityError(
            f"The loss of {name} cannot be differentiated: {first_line(error)}"
        ) from error


def _on_the_way(update: Update, own: tf.Tensor, of_loss: set[str]) -> list[tf.Tensor]:
    """Tensors between the loss and an update that could be a gradient, by type and shape."""
    graph = own.graph
    outside = {tensor.op.name for tensor in elements.fetchable(graph.get_operations())}
    ends = [tensor for op in update.operations for tensor in op.inputs]
    return [
        tensor
        for op in reversed(closure(t.op for t in ends))
        if op.name in outside and op.name not in of_loss and not is_assigning(op)
        for tensor in op.outputs
        if graph.is_fetchable(tensor.op) and graph.is_feedable(tensor)
        if tensor.dtype == own.dtype
        and tensor.shape.is_compatible_with(own.shape)
        and tensor.shape.rank == own.shape.rank
    ]


def _equal(one: Array, other: Array) -> bool:
    return one.shape == other.shape and bool(np.allclose(one, other, rtol=1e-5, atol=0))
