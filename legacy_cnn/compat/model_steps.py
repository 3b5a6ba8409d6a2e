"""Training steps that no `Session.run` takes: batches of Keras' models, and eager ones."""

import contextlib
import functools
import threading
from collections.abc import Callable, Iterator
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.compat import options, steps
from legacy_cnn.compat.patching import patched
from legacy_cnn.compat.steps import StepCount

#: Methods that train on many batches.
_LOOPS = ("fit", "fit_generator")


@contextlib.contextmanager
def counted_models() -> Iterator[None]:
    """Counts batches of Keras' models and eager optimizers' steps, in the block.

    Yields at once if there is no last step: Keras takes time to import.
    """
    if options.current.max_steps is None:
        yield
        return
    counter = _Counter(steps.current())
    with contextlib.ExitStack() as stack:
        for owner, name, made in counter.replacements():
            stack.enter_context(patched(owner, name, made))
        yield


class _Counter:
    """Methods of models and optimizers that count."""

    def __init__(self, count: StepCount) -> None:
        self._count, self._thread = count, threading.local()

    def replacements(self) -> Iterator[tuple[type, str, Callable[..., Any]]]:
        """Owner, name and what replaces it, of all methods that train."""
        import tf_keras

        with tf.Graph().as_default():  # the default graph would forbid eager execution
            model = tf_keras.Sequential()
        for owner in type(model).__mro__:  # the model of graphs, and the one of TensorFlow 2
            for name in _LOOPS:
                if name in vars(owner):
                    yield owner, name, self._looping(vars(owner)[name])
            if "train_on_batch" in vars(owner):
                yield owner, "train_on_batch", self._on_batch(vars(owner)["train_on_batch"])
        for optimizer in (tf.train.Optimizer, tf_keras.optimizers.legacy.Optimizer):
            apply = optimizer.apply_gradients
            yield optimizer, "apply_gradients", self._applying(apply)

    def _looping(self, function: Callable[..., Any]) -> Callable[..., Any]:
        import tf_keras

        counter = self

        class Batches(tf_keras.callbacks.Callback):
            """Counts each batch before it is trained on."""

            def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
                counter._count.next_step()

        @functools.wraps(function)
        def looped(model: Any, *arguments: Any, **keywords: Any) -> Any:
            if self._is_inside:
                return function(model, *arguments, **keywords)
            keywords["callbacks"] = [*(keywords.get("callbacks") or ()), Batches()]
            with self._inside():
                return function(model, *arguments, **keywords)

        return looped

    def _on_batch(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def on_batch(model: Any, *arguments: Any, **keywords: Any) -> Any:
            if not self._is_inside:
                self._count.next_step()
            with self._inside():
                return function(model, *arguments, **keywords)

        return on_batch

    def _applying(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def apply_gradients(optimizer: Any, *arguments: Any, **keywords: Any) -> Any:
            if tf.executing_eagerly() and not self._is_inside:
                self._count.next_step()
            return function(optimizer, *arguments, **keywords)

        return apply_gradients

    @property
    def _is_inside(self) -> bool:
        """Whether this thread is in a method that counts already."""
        return getattr(self._thread, "depth", 0) > 0

    @contextlib.contextmanager
    def _inside(self) -> Iterator[None]:
        self._thread.depth = getattr(self._thread, "depth", 0) + 1
        try:
            yield
        finally:
            self._thread.depth -= 1
