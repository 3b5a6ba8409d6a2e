"""What a program's own step hands to its optimizers."""

import contextlib
import queue
from collections.abc import Iterable, Iterator
from typing import Any, Self

import tensorflow as tf


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
        self._stack = contextlib.ExitStack()
        # Containers are put back after a trace; a queue is not.
        self._calls: queue.SimpleQueue[tuple[int, int, str]] = queue.SimpleQueue()

    def __enter__(self) -> Self:
        for optimizer in self._optimizers:
            self._stack.enter_context(_replaced(optimizer, self._calls))
        return self

    def __exit__(self, *exception: object) -> None:
        self._stack.close()
        while not self._calls.empty():
            optimizer, key, name = self._calls.get()
            self.called.add(optimizer)
            self.handed[key] = name


@contextlib.contextmanager
def _replaced(optimizer: Any, calls: "queue.SimpleQueue[tuple[int, int, str]]") -> Iterator[None]:
    # A user may have given the object an `apply` of its own.
    own = vars(optimizer).get("apply")
    optimizer.apply = _watching(optimizer, calls)
    try:
        yield
    finally:
        del optimizer.apply
        if own is not None:
            optimizer.apply = own


def _watching(optimizer: Any, calls: "queue.SimpleQueue[tuple[int, int, str]]") -> Any:
    apply = optimizer.apply

    def watching(grads: Any, trainable_variables: Any = None) -> Any:
        for gradient, variable in zip(grads, trainable_variables or (), strict=False):
            if isinstance(gradient, tf.IndexedSlices):
                # Of some rows only. The whole is computed beside it, for whoever fetches it.
                gradient = tf.convert_to_tensor(gradient)
            if isinstance(gradient, tf.Tensor):
                calls.put((id(optimizer), id(variable), gradient.name))
        return apply(grads, trainable_variables)

    return watching
