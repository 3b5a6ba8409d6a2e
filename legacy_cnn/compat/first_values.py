"""The first values of variables that name no initializer, where a release had others than 1.0's."""

import contextlib
import functools
from collections.abc import Iterator
from typing import Any

import tensorflow
import tensorflow.compat.v1 as tf

from legacy_cnn.compat import options
from legacy_cnn.compat.op_seeds import more
from legacy_cnn.compat.patching import patched


class _Uniform(tf.uniform_unit_scaling_initializer):
    """What 0.12 drew from, after one operation more than today's makes."""

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        more(1)
        try:
            return super().__call__(*arguments, **keywords)
        finally:
            more(-1)


@contextlib.contextmanager
def old_first_values() -> Iterator[None]:
    """Has variables of 0.12 begin as they did, in the block.

    `get_variable`, and so the recurrent cells, drew from `uniform_unit_scaling_initializer`; from
    1.0 on it was `glorot_uniform_initializer`.
    """
    make = tensorflow.Graph.__init__
    if options.release() != "0.12.1":
        yield
        return

    @functools.wraps(make)
    def made(self: tensorflow.Graph) -> None:
        make(self)
        if type(self) is tensorflow.Graph:  # a function's is not ready to be the default yet
            with self.as_default():
                tf.get_variable_scope().set_initializer(_Uniform())

    with patched(tensorflow.Graph, "__init__", made):
        yield
