"""Lines of Keras as text."""

from collections.abc import Sequence
from typing import Any

import numpy as np


class Code(str):
    """A text that is code, not a string in it."""


def call(name: str, *arguments: Any, **keywords: Any) -> Code:
    """A call as a line of Python; arguments that are None are left out."""
    given = [written(value) for value in arguments if value is not None]
    named = [f"{key}={written(value)}" for key, value in keywords.items() if value is not None]
    return Code(f"{name}({', '.join([*given, *named])})")


def written(value: Any) -> str:
    """A value as Python writes it; float32 in as few digits as tell it from others."""
    if isinstance(value, Code):
        return str(value)
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, tuple | list):
        inner = ", ".join(map(written, value))
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    if isinstance(value, float | np.floating):
        return number(float(value))
    return str(value)


def number(value: float) -> str:
    """A number in the digits of float32: 0.001, 1e-8."""
    text = str(np.float32(value)) if np.isfinite(np.float32(value)) else str(value)
    mantissa, e, exponent = text.partition("e")
    return f"{mantissa}e{int(exponent)}" if e else text


def one_or_all(sizes: Sequence[int]) -> int | tuple[int, ...]:
    """Equal sizes as one number."""
    return sizes[0] if len(set(sizes)) == 1 else tuple(sizes)


def unless(value: Any, usual: Any) -> Any:
    """None for the value that Keras has anyway."""
    return None if value == usual else value
