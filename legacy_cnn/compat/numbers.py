"""Numbers as NumPy 1 promoted them: a float32 and a number of Python made a float64.

A program that adds up losses (`total = 0; total += session.run(loss)`) had a double; NumPy 2 would
keep a single, whose sum over an epoch is off in the third digit. What a session returns as a single
number is therefore a float32 that promotes as it did.
"""

import operator
from collections.abc import Callable, Mapping
from typing import Any

import numpy

_OPERATORS = ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow")


class Float32(numpy.float32):
    """A float32 that makes a float64 with a number of Python, as in NumPy 1."""

    def __reduce__(self) -> Any:
        return numpy.float32, (float(self),)


def _promoting(name: str, function: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    """The method of an operator: `__add__`, or with swapped numbers `__radd__`."""
    swapped = name.startswith("__r")
    plain = getattr(numpy.float32, name)

    def method(self: Float32, other: Any) -> Any:
        if type(other) not in (int, float, bool):
            return plain(self, other)
        pair = (numpy.float64(self), other)
        return function(*pair[::-1]) if swapped else function(*pair)

    return method


# Who asks for the type's name, such as Keras when it writes JSON, knows NumPy's.
Float32.__module__, Float32.__name__, Float32.__qualname__ = "numpy", "float32", "float32"

for _name in _OPERATORS:
    for _prefix in ("__", "__r"):
        _method = _promoting(f"{_prefix}{_name}__", getattr(operator, _name))
        setattr(Float32, f"{_prefix}{_name}__", _method)


def promoting(value: Any) -> Any:
    """What a session returned, its single float32s promoting as in NumPy 1.

    Args:
      value: a number, an array, or lists, tuples and dicts of them.
    """
    if type(value) is numpy.float32:
        return Float32(value)
    if type(value) is list:
        return [promoting(each) for each in value]
    if isinstance(value, tuple) and type(value) is not tuple and hasattr(value, "_fields"):
        return type(value)(*map(promoting, value))
    if type(value) is tuple:
        return tuple(map(promoting, value))
    if isinstance(value, Mapping) and type(value) is dict:
        return {key: promoting(each) for key, each in value.items()}
    return value
