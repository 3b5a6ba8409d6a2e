"""What NumPy's arrays could do. They are written in C, and cannot be given it back."""

import functools
import operator
import re
from collections.abc import Callable
from typing import Any

import numpy

#: A place in a text that `%` fills; the fourth group is its kind.
CONVERSION = re.compile(r"%(\([^)]*\))?[-#0 +]*(\*|\d*)(?:\.(\*|\d*))?[hlL]?(.)")


def tostring(owner: Any, *arguments: Any, **keywords: Any) -> Any:
    """`owner.tostring(...)`: of an array, its bytes."""
    if hasattr(owner, "tobytes") and not hasattr(owner, "tostring"):
        return owner.tobytes(*arguments, **keywords)
    return owner.tostring(*arguments, **keywords)


def of_numbers(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of numbers that takes arrays of one number for them."""

    @functools.wraps(function)
    def called(*numbers: Any) -> Any:
        try:
            return function(*numbers)
        except TypeError:
            if not any(isinstance(each, numpy.ndarray) for each in numbers):
                raise
        return function(*map(only, numbers))

    return called


def number(kind: Any, value: Any) -> Any:
    """`int(value)` or `float(value)`, which an array of one number was taken for."""
    return kind(only(value) if kind in (int, float) else value)


def formatted(text: str, values: Any) -> str:
    """`text % values`; an array of one number is a number where the text asks for one."""
    if not any(only(each) is not each for each in _each(values)):
        return text % values
    places = [match for match in CONVERSION.finditer(text) if match[4] != "%"]
    if isinstance(values, dict) or any("*" in match[0] for match in places):
        return text % values
    given = _each(values)
    if len(given) != len(places):
        return text % values  # Python says what is wrong
    pairs = zip(given, places, strict=True)
    return text % tuple(each if match[4] in "sra" else only(each) for each, match in pairs)


def set_item(value: Any, owner: Any, key: Any) -> None:
    """`owner[key] = value`; an element of an array could be an array of one number."""
    try:
        owner[key] = value
    except (TypeError, ValueError):
        number = [only(each) for each in value] if type(value) is list else only(value)
        if not isinstance(owner, numpy.ndarray) or number is value:
            raise
        owner[key] = number


def set_item_in_place(name: str, owner: Any, key: Any, value: Any) -> None:
    """`owner[key] += value`, or another operator, by its name in `operator`."""
    set_item(getattr(operator, name)(owner[key], value), owner, key)


def _each(values: Any) -> tuple[Any, ...]:
    return values if isinstance(values, tuple) else (values,)


def only(value: Any) -> Any:
    """The one number of an array that has axes; anything else as it is."""
    is_one = isinstance(value, numpy.ndarray) and value.ndim > 0 and value.size == 1
    return value.reshape(()).item() if is_one and value.dtype.kind in "biufc" else value
