"""Slices of tensors, counted as in TensorFlow 1; see `op_seeds`."""

import contextlib
import functools
from collections.abc import Callable, Iterator
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.compat.op_seeds import more
from legacy_cnn.compat.patching import patched


@contextlib.contextmanager
def old_slices() -> Iterator[None]:
    """Counts `x[:n]` of a tensor n as the releases did, in the block.

    Today its other bounds are constants of n's type, each an operation, which are packed; they were
    numbers, and so one constant.
    """
    with contextlib.ExitStack() as undo:
        for owner in (tf.Tensor, tf.Variable):
            undo.enter_context(patched(owner, "__getitem__", _counted(owner.__getitem__)))
        yield


def _counted(real: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(real)
    def get_item(self: Any, bounds: Any, *rest: Any) -> Any:
        given = bounds if isinstance(bounds, tuple | list) else [bounds]
        slices = [each for each in given if isinstance(each, slice)]
        if any(_tensors(each) for each in slices) and not tf.executing_eagerly():
            more(-sum(_more_today(given, slices, name) for name in ("start", "stop", "step")))
        return real(self, bounds, *rest)

    return get_item


def _more_today(given: Any, slices: list[slice], name: str) -> int:
    """How many operations more today's bounds of one kind are."""
    tensors = [each for each in given if isinstance(each, tf.Tensor)] if name != "step" else []
    if tensors or any(isinstance(getattr(each, name), tf.Tensor) for each in slices):
        return 0
    filled = [tensor for each in slices if getattr(each, name) is None for tensor in _tensors(each)]
    is_cast = any(each.dtype == tf.int64 for each in filled)  # the one constant then was
    return (len(given) - is_cast) if filled else 0


def _tensors(bounds: slice) -> list[Any]:
    each = bounds.start, bounds.stop, bounds.step
    return [bound for bound in each if isinstance(bound, tf.Tensor)]
