"""`tensorflow`: functions that fold a sequence."""

import functools
from collections.abc import Callable
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.compat.rows import Table

TABLE = Table("tensorflow", real="tensorflow.compat.v1")


def _of_numbers(name: str) -> Callable[..., Any]:
    """A function whose `elems` may be a list of numbers, which is a nest of scalars since 1.14."""
    real = getattr(tf, name)

    @functools.wraps(real)
    def fold(fn: Any, elems: Any, *arguments: Any, **keywords: Any) -> Any:
        flat = tf.nest.flatten(elems)
        if isinstance(elems, list | tuple) and not any(tf.is_tensor(each) for each in flat):
            elems = tf.convert_to_tensor(elems)
        return real(fn, elems, *arguments, **keywords)

    return fold


for _name in ("foldl", "foldr"):
    TABLE.value(_name, _of_numbers(_name), until="1.13", note="a list of numbers was a tensor")
