"""Losses of regularizers: tensors, made once, as in TensorFlow 1."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.compat import private
from legacy_cnn.compat.op_seeds import more
from legacy_cnn.compat.patching import patched

#: What today's variables put into the collection of regularization losses.
_LAZY = "_LazyEvalTensor"


@contextlib.contextmanager
def old_regularizers() -> Iterator[None]:
    """Puts the loss of a variable's regularizer itself into its collection, in the block."""
    module: Any = private.module("regularizers")
    lazy = getattr(module, _LAZY)

    def made(loss: Callable[[], Any]) -> Any:
        if tf.executing_eagerly():
            return lazy(loss)
        graph = tf.get_default_graph()
        before = graph.version
        tensor = loss()
        # Today's function has called the regularizer before, to see whether it returns a loss.
        more(before - graph.version, lasting=True)
        return tensor

    with patched(module, _LAZY, made):
        yield
