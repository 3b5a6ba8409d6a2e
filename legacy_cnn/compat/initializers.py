"""Initializers that made their values in another way, or of another number of operations."""

import contextlib
import functools
import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.compat import options
from legacy_cnn.compat.op_seeds import counted, more
from legacy_cnn.compat.patching import patched


@contextlib.contextmanager
def old_initializers() -> Iterator[None]:
    """Has orthogonal and identity initializers do what the release did, in the block."""
    changes = {
        tf.orthogonal_initializer: _by_singular_values if _is_early() else _by_qr,
        tf.initializers.identity: _identity,
    }
    with contextlib.ExitStack() as undo:
        for kind, change in changes.items():
            undo.enter_context(patched(kind, "__call__", change(vars(kind)["__call__"])))
        yield


def _is_early() -> bool:
    return options.release() in ("0.12.1", "1.0.1")


def _by_qr(real: Callable[..., Any]) -> Callable[..., Any]:
    """1.4 made Q unique by a quotient, and not by a sign: one operation more."""

    @functools.wraps(real)
    def call(self: Any, *arguments: Any, **keywords: Any) -> Any:
        value = real(self, *arguments, **keywords)
        if options.release() == "1.4.0":
            more(1, lasting=True)
        return value

    return call


def _by_singular_values(real: Callable[..., Any]) -> Callable[..., Any]:
    """Up to 1.0, a matrix of uniform numbers was decomposed into its singular values."""

    @functools.wraps(real)
    def call(
        self: Any, shape: Sequence[int], dtype: Any = None, partition_info: Any = None
    ) -> tf.Tensor:
        *first, columns = (int(each) for each in shape)
        if not first:
            raise ValueError("The tensor to initialize must be at least two-dimensional")
        rows = math.prod(first)
        uniform = _counted("random_uniform", tf.random_uniform)
        drawn = uniform((rows, columns), dtype=dtype or self.dtype, seed=self.seed)
        _, left, right = tf.svd(drawn)
        turned = left if rows > columns else _counted("transpose", tf.transpose)(right)
        return self.gain * tf.reshape(turned, shape)

    return call


def _identity(real: Callable[..., Any]) -> Callable[..., Any]:
    """The matrix was made of fewer operations."""

    @functools.wraps(real)
    def call(self: Any, *arguments: Any, **keywords: Any) -> Any:
        value = real(self, *arguments, **keywords)
        more(-4, lasting=True)
        return value

    return call


def _counted(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """A function that counts as if the program called it."""
    called: Callable[..., Any] = counted(f"tensorflow.{name}", function)
    return called
