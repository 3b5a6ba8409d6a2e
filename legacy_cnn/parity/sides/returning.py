"""What a model returns while a step of its own is traced."""

import contextlib
import functools
import queue
from collections.abc import Callable, Iterator
from typing import Any, Self

import keras
import tensorflow as tf


class Returning:
    """Watches the calls of a model of Keras 3; a context manager."""

    def __init__(self, model: Any) -> None:
        """Names the model; others are not watched."""
        #: Names of the tensors that its last call returned.
        self.names: list[str] = []
        # Containers are put back after a trace; a queue is not.
        self._calls: queue.SimpleQueue[list[str]] = queue.SimpleQueue()
        self._model = model
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> Self:
        if isinstance(self._model, keras.Model):
            watching = _watching(self._model.call, self._calls)
            self._stack.enter_context(replaced(self._model, "call", watching))
        return self

    def __exit__(self, *exception: object) -> None:
        self._stack.close()
        while not self._calls.empty():
            self.names = self._calls.get()


@contextlib.contextmanager
def replaced(owner: Any, name: str, function: Callable[..., Any]) -> Iterator[None]:
    """Gives an object another method for a while."""
    # A user may have given the object a method of its own.
    own = vars(owner).get(name)
    setattr(owner, name, function)
    try:
        yield
    finally:
        delattr(owner, name)
        if own is not None:
            setattr(owner, name, own)


def _watching(call: Callable[..., Any], calls: "queue.SimpleQueue[list[str]]") -> Any:
    @functools.wraps(call)
    def watching(*args: Any, **kwargs: Any) -> Any:
        returned = call(*args, **kwargs)
        tensors = [leaf for leaf in tf.nest.flatten(returned) if isinstance(leaf, tf.Tensor)]
        calls.put([tensor.name for tensor in tensors])
        return returned

    return watching
