"""Division of integers, which 0.12 rounded toward zero, as C does; from 1.0 on it rounds down."""

import contextlib
import functools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import tensorflow.compat.v1 as tf

from legacy_cnn.compat import options
from legacy_cnn.compat.patching import patched


def div(x: Any, y: Any, name: str | None = None) -> tf.Tensor:
    """`tf.div`: of integers, -7 by 2 was -3 in 0.12, and is -4 from 1.0 on."""
    is_old = _is_as_in_c() and _is_integer(x, y)
    return tf.truncatediv(x, y, name or "Div") if is_old else tf.div(x, y, name)


def floordiv(x: Any, y: Any, name: str | None = None) -> tf.Tensor:
    """`tf.floordiv`, which rounded down floats alone in 0.12."""
    is_old = _is_as_in_c() and _is_integer(x, y)
    return tf.truncatediv(x, y, name or "floordiv") if is_old else tf.floordiv(x, y, name)


def mod(x: Any, y: Any, name: str | None = None) -> tf.Tensor:
    """`tf.mod`: the remainder of -7 by 2 was -1 in 0.12, of floats, too, and is 1 from 1.0 on."""
    return tf.truncatemod(x, y, name or "Mod") if _is_as_in_c() else tf.mod(x, y, name)


def _is_as_in_c() -> bool:
    return options.release() == "0.12.1"


def _is_integer(x: Any, y: Any) -> bool:
    """Whether two numbers, arrays or tensors are integers."""
    tensor = next((each for each in (x, y) if isinstance(each, (tf.Tensor, tf.Variable))), x)
    dtype = getattr(tensor, "dtype", None) or np.asarray(tensor).dtype
    return bool(tf.as_dtype(dtype).is_integer)


@contextlib.contextmanager
def old_division() -> Iterator[None]:
    """Has `//` and `%` of tensors round as the release did, in the block."""
    if not _is_as_in_c():
        yield
        return
    with contextlib.ExitStack() as undo:
        for owner in (tf.Tensor, tf.Variable):
            for name, function in (("floordiv", floordiv), ("mod", mod)):
                for prefix in ("__", "__r"):
                    method = _method(function, name, is_swapped=prefix == "__r")
                    undo.enter_context(patched(owner, f"{prefix}{name}__", method))
        yield


def _method(function: Callable[..., tf.Tensor], name: str, *, is_swapped: bool) -> Any:
    @functools.wraps(function)
    def method(self: Any, other: Any) -> tf.Tensor:
        if is_swapped:
            first = tf.convert_to_tensor(other, self.dtype.base_dtype)
            return function(first, self, name)
        return function(self, other, name)

    return method
