"""`tensorflow`: what takes a shape, in whose list one number may be a small integer of NumPy's."""

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from legacy_cnn.compat.faces import resolved
from legacy_cnn.compat.rows import Table

TABLE = Table("tensorflow")

#: Function -> the name of its shape, and where that stands.
_SIZED = {
    "fill": ("dims", 0), "ones": ("shape", 0), "random_normal": ("shape", 0),
    "random_uniform": ("shape", 0), "reshape": ("shape", 1), "truncated_normal": ("shape", 0),
    "zeros": ("shape", 0),
}  # fmt: skip


def _sized(path: str, name: str, position: int) -> Callable[..., Any]:
    """A function whose shape may hold an integer of eight bits, which makes TensorFlow's eight.

    In NumPy 1, `max(labels) + 1` was an int64 for labels of any type.
    """
    function = resolved(path)

    @functools.wraps(function)
    def called(*arguments: Any, **keywords: Any) -> Any:
        if len(arguments) > position:
            sizes = _sizes(arguments[position])
            arguments = (*arguments[:position], sizes, *arguments[position + 1 :])
        elif name in keywords:
            keywords[name] = _sizes(keywords[name])
        return function(*arguments, **keywords)

    return called


def _sizes(shape: Any) -> Any:
    if not isinstance(shape, list | tuple):
        return shape
    return [int(size) if isinstance(size, np.integer) else size for size in shape]


for _name, (_argument, _position) in _SIZED.items():
    TABLE.value(_name, _sized(f"tf.{_name}", _argument, _position))
