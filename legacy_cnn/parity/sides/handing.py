"""What a program's own step hands to its optimizer."""

import queue
from typing import Any, Self

import tensorflow as tf


class Watched:
    """Watches the calls of an optimizer's `apply` while a step is traced; a context manager."""

    def __init__(self, optimizer: Any) -> None:
        """Names the optimizer, of Keras 3; others are not watched."""
        self._optimizer = optimizer if hasattr(optimizer, "apply") else None
        #: id of a variable -> name of the tensor of its gradient.
        self.handed: dict[int, str] = {}
        # Containers are put back after a trace; a queue is not.
        self._calls: queue.SimpleQueue[tuple[int, str]] = queue.SimpleQueue()

    def __enter__(self) -> Self:
        if self._optimizer is not None:
            # A user may have given the object an `apply` of its own.
            self._own = vars(self._optimizer).get("apply")
            self._optimizer.apply = _watching(self._optimizer.apply, self._calls)
        return self

    def __exit__(self, *exception: object) -> None:
        if self._optimizer is not None:
            del self._optimizer.apply
            if self._own is not None:
                self._optimizer.apply = self._own
        while not self._calls.empty():
            key, name = self._calls.get()
            self.handed[key] = name


def _watching(apply: Any, calls: "queue.SimpleQueue[tuple[int, str]]") -> Any:
    def watching(grads: Any, trainable_variables: Any = None) -> Any:
        for gradient, variable in zip(grads, trainable_variables or (), strict=False):
            if isinstance(gradient, tf.IndexedSlices):
                # Of some rows only. The whole is computed beside it, for whoever fetches it.
                gradient = tf.convert_to_tensor(gradient)
            if isinstance(gradient, tf.Tensor):
                calls.put((id(variable), gradient.name))
        return apply(grads, trainable_variables)

    return watching
