"""What a program's own step hands to its optimizers."""

import contextlib
import queue
from collections.abc import Iterable
from typing import Any, Self

import numpy as np
import tensorflow as tf

from legacy_cnn.parity.arrays import Array, Arrays
from legacy_cnn.parity.sides.returning import replaced
from legacy_cnn.parity.updates import closure
from legacy_cnn.programs.elements import calls

#: How near to a gradient the tensor is that is one, relative to the largest element: two programs
#: sum in different orders. What a step leaves as it is differs by rounding alone.
NEAR, EQUAL = 1e-4, 1e-6


#: What optimizers were given: id of the optimizer, and the gradients' names by variables' ids.
_Calls = queue.SimpleQueue[tuple[int, dict[int, str]]]


class Watched:
    """Watches the calls of `apply` of some optimizers while a step is traced; a context manager."""

    def __init__(self, optimizers: Iterable[Any]) -> None:
        """Names the optimizers, of Keras 3; others are not watched."""
        known = {id(one): one for one in optimizers if hasattr(one, "apply")}
        self._optimizers = list(known.values())
        #: id of a variable -> name of the tensor of its gradient.
        self.handed: dict[int, str] = {}
        #: ids of the optimizers that were called.
        self.called: set[int] = set()
        #: ids of the variables that were given more than one gradient.
        self.repeated: set[int] = set()
        #: The ids of the variables of each call.
        self.together: set[frozenset[int]] = set()
        self._stack = contextlib.ExitStack()
        # Containers are put back after a trace; a queue is not.
        self._calls: _Calls = queue.SimpleQueue()

    def __enter__(self) -> Self:
        for optimizer in self._optimizers:
            watching = _watching(optimizer, self._calls)
            self._stack.enter_context(replaced(optimizer, "apply", watching))
        return self

    def __exit__(self, *exception: object) -> None:
        self._stack.close()
        while not self._calls.empty():
            optimizer, given = self._calls.get()
            self.called.add(optimizer)
            self.together.add(frozenset(given))
            self.repeated |= given.keys() & self.handed.keys()
            self.handed.update(given)

    @property
    def is_one_update(self) -> bool:
        """Whether a call takes all variables: some, and then others, are counted as two updates."""
        return len(self.together) == 1


def is_near(value: Array | None, gradient: Array) -> bool:
    """Whether a tensor of the step has the values of a gradient."""
    if value is None or value.shape != gradient.shape:
        return False
    return bool(np.abs(value - gradient).max(initial=0) <= NEAR * np.abs(gradient).max(initial=0))


def before_changes(handed: tf.Tensor, gradient: Array, values: Arrays) -> tf.Tensor | None:
    """The tensor that a gradient which is handed over was, before a step did anything to it.

    What is done to it, clipping for example, may leave its values as they are, and may go by way
    of others: of those with its values, the first is the one.

    Args:
      handed: the tensor that an optimizer is given, in the graph of the step.
      gradient: the values to find.
      values: those of the tensors of the step, by name.

    Returns:
      None if there is none, or if it is handed over in parts.
    """
    if not handed.consumers():
        return None  # of some rows only: computed beside what is handed over
    apart = {
        tensor.name: float(np.abs(values[tensor.name] - gradient).max(initial=0))
        for op in closure([handed.op])
        # What a loop leaves is not fed: TensorFlow replaces it for some of those that read it.
        if not calls([op])
        for tensor in op.outputs
        if tensor.name in values and values[tensor.name].shape == gradient.shape
    }
    largest, nearest = np.abs(gradient).max(initial=0), min(apart.values(), default=np.inf)
    if not largest:  # all zeros, as others may be
        return handed
    if not nearest <= NEAR * largest:
        return None
    same = {name for name, distance in apart.items() if distance <= nearest + EQUAL * largest}
    tensors = (tensor for op in handed.graph.get_operations() for tensor in op.outputs)
    return next(tensor for tensor in tensors if tensor.name in same)


def _watching(optimizer: Any, calls: _Calls) -> Any:
    apply = optimizer.apply

    def watching(grads: Any, trainable_variables: Any = None) -> Any:
        given = {}
        for gradient, variable in zip(grads, trainable_variables or (), strict=False):
            if isinstance(gradient, tf.IndexedSlices):
                # Of some rows only. The whole is computed beside it, for whoever fetches it.
                gradient = tf.convert_to_tensor(gradient)
            if isinstance(gradient, tf.Tensor):
                given[id(variable)] = gradient.name
        if given:
            calls.put((id(optimizer), given))
        return apply(grads, trainable_variables)

    return watching
