"""`tensorflow.nn`: convolutions."""

import functools
from collections.abc import Callable
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.compat.rows import Table

TABLE = Table("tensorflow.nn", real="tensorflow.compat.v1.nn")


def _as_large_as_said(name: str) -> Callable[..., Any]:
    """A transposed convolution whose result has the shape that it was asked for.

    Today the batch is as long as that of the input, and so not known if that is not.
    """
    real = getattr(tf.nn, name)

    @functools.wraps(real)
    def convolve(*arguments: Any, **keywords: Any) -> Any:
        result = real(*arguments, **keywords)
        shape = keywords.get("output_shape", arguments[2] if len(arguments) > 2 else None)
        if isinstance(shape, list | tuple | tf.TensorShape):
            result.set_shape([_number(each) for each in shape])
        return result

    return convolve


def _number(length: Any) -> int | None:
    """A length if it is known."""
    length = getattr(length, "value", length)
    return None if length is None or tf.is_tensor(length) else int(length)


for _each in ("conv2d_transpose", "conv3d_transpose"):
    TABLE.value(_each, _as_large_as_said(_each), note="the result has the length of output_shape")
