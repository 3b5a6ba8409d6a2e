"""Python 2's `/`: between integers, whether of Python, NumPy or TensorFlow, it rounds down."""

import operator
from typing import Any


def divided(left: Any, right: Any) -> Any:
    """`left / right` as in Python 2."""
    if _is_integer(left) and _is_integer(right):
        return left // right
    return left / right


def divided_in_place(left: Any, right: Any) -> Any:
    """`left /= right` as in Python 2."""
    if _is_integer(left) and _is_integer(right):
        return operator.ifloordiv(left, right)
    return operator.itruediv(left, right)


def _is_integer(value: Any) -> bool:
    if isinstance(value, int):
        return True
    dtype = getattr(value, "dtype", None)
    # TensorFlow's types say it themselves, NumPy's by their kind.
    return bool(getattr(dtype, "is_integer", getattr(dtype, "kind", "f") in "iub"))
