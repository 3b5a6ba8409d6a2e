"""What NumPy's arrays could do. They are written in C, and cannot be given it back."""

import re
from typing import Any

import numpy

_CONVERSION = re.compile(r"%(\([^)]*\))?[-#0 +]*(\*|\d*)(?:\.(\*|\d*))?[hlL]?(.)")


def tostring(owner: Any, *arguments: Any, **keywords: Any) -> Any:
    """`owner.tostring(...)`: of an array, its bytes."""
    if hasattr(owner, "tobytes") and not hasattr(owner, "tostring"):
        return owner.tobytes(*arguments, **keywords)
    return owner.tostring(*arguments, **keywords)


def number(kind: Any, value: Any) -> Any:
    """`int(value)` or `float(value)`, which an array of one number was taken for."""
    return kind(_only(value) if kind in (int, float) else value)


def formatted(text: str, values: Any) -> str:
    """`text % values`; an array of one number is a number where the text asks for one."""
    if not any(_only(each) is not each for each in _each(values)):
        return text % values
    places = [match for match in _CONVERSION.finditer(text) if match[4] != "%"]
    if isinstance(values, dict) or any("*" in match[0] for match in places):
        return text % values
    given = _each(values)
    if len(given) != len(places):
        return text % values  # Python says what is wrong
    pairs = zip(given, places, strict=True)
    return text % tuple(each if match[4] in "sra" else _only(each) for each, match in pairs)


def _each(values: Any) -> tuple[Any, ...]:
    return values if isinstance(values, tuple) else (values,)


def _only(value: Any) -> Any:
    """The one number of an array that has axes; anything else as it is."""
    is_one = isinstance(value, numpy.ndarray) and value.ndim > 0 and value.size == 1
    return value.reshape(()).item() if is_one and value.dtype.kind in "biufc" else value
