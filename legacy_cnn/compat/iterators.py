"""Iterators of data sets, counted as in 1.15; see `op_seeds`."""

import contextlib
import functools
from collections.abc import Iterator
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
    real = tf.data.Dataset.make_initializable_iterator

    @functools.wraps(real)
    def make_initializable_iterator(self: Any, *arguments: Any, **keywords: Any) -> Any:
        iterator = real(self, *arguments, **keywords)
        if options.release() == options.RELEASE and not tf.executing_eagerly():
            more(_OPTIMIZED)
        return iterator

    with patched(tf.data.Dataset, "make_initializable_iterator", make_initializable_iterator):
        yield
