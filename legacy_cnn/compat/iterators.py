"""Iterators of data sets, counted as in 1.15; see `op_seeds`."""

import contextlib
import functools
from collections.abc import Callable, Iterator
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.compat import options
from legacy_cnn.compat.op_seeds import more
from legacy_cnn.compat.patching import patched

#: A constant with the names of the rewrites, and two data sets, which today are made in the kernel.
_OPTIMIZED = 3


@contextlib.contextmanager
def old_iterators() -> Iterator[None]:
    """Counts what 1.15 put between a data set and an iterator that is initialized, in the block."""
    with contextlib.ExitStack() as stack:
        for owner in (tf.data, tf.data.Dataset):
            counted = _counted(owner.make_initializable_iterator)
            stack.enter_context(patched(owner, "make_initializable_iterator", counted))
        yield


def _counted(real: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(real)
    def make_initializable_iterator(*arguments: Any, **keywords: Any) -> Any:
        iterator = real(*arguments, **keywords)
        if options.release() == options.RELEASE and not tf.executing_eagerly():
            more(_OPTIMIZED)
        return iterator

    return make_initializable_iterator
