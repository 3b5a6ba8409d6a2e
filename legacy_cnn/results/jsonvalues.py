"""Dataclasses to JSON values and back, checked against their annotations.

Why not cattrs: unless told otherwise type by type it turns "5" into 5 and "ab" into ("a", "b"), and
its errors do not say what was found.
"""

import dataclasses
import functools
import math
import os
import reprlib
import types
from typing import Any, ClassVar, Literal, Union, get_args, get_origin, get_type_hints

from legacy_cnn.errors import ResultError

#: Levels of lists and objects that a field of type `Any` may have.
DEEPEST = 40
#: Integers beyond it are no count of anything, and too large for a float to take.
LARGEST = 2**63

_NOT_FINITE = {"inf": math.inf, "-inf": -math.inf, "nan": math.nan}
_NAMES: dict[Any, str] = {
    bool: "true or false",
    int: "an integer",
    float: "a number",
    str: "a string",
    types.NoneType: "null",
}


def to_json(value: Any) -> Any:
    """Turns a dataclass, and whatever is in it, into what `json.dumps` takes.

    Tuples become lists, paths strings; infinities and NaN, which JSON does not have, become the
    strings "inf", "-inf" and "nan".
    """
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [*(field.name for field in dataclasses.fields(value)), *_derived(type(value))]
        return {name: to_json(getattr(value, name)) for name in names}
    if isinstance(value, dict):
        return {str(key): to_json(inner) for key, inner in value.items()}
    if isinstance(value, tuple | list):
        return [to_json(inner) for inner in value]
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else str(float(value))
    if value is None or isinstance(value, bool | int | str):
        return value
    raise TypeError(f"{type(value).__name__} cannot be written as JSON.")


def from_json(value: Any, expected: Any, place: str) -> Any:
    """Turns a JSON value into an annotated type.

    Args:
      value: what `json.loads` returned.
      expected: a dataclass, `int`, `float`, `bool`, `str`, `None`, `Any`, a `Literal`,
        `tuple[X, ...]`, `tuple[X, Y]`, `dict[str, X]`, or a union of these.
      place: where the value stands, for messages.

    Raises:
      ResultError: the value is of another type, a field is missing or not known.
    """
    if expected is Any:
        return _anything(value, place, DEEPEST)
    if dataclasses.is_dataclass(expected):
        return _dataclass(value, expected, place)
    origin, arguments = get_origin(expected), get_args(expected)
    if origin in (Union, types.UnionType):
        return _union(value, expected, place)
    if origin is Literal:
        if not any(value == literal and type(value) is type(literal) for literal in arguments):
            raise _unexpected(value, expected, place)
        return value
    if origin is tuple:
        return _tuple(value, expected, place)
    if origin is dict:
        if not isinstance(value, dict):
            raise _unexpected(value, expected, place)
        return {
            key: from_json(inner, arguments[1], f"{place}.{_shown(key)}")
            for key, inner in value.items()
        }
    return _scalar(value, expected, place)


def _scalar(value: Any, expected: Any, place: str) -> Any:
    if expected is None:
        expected = types.NoneType
    if expected not in _NAMES:
        raise TypeError(f"{place}: the annotation {expected} cannot be read from JSON.")
    if isinstance(value, int) and abs(value) >= LARGEST:
        raise ResultError(
            f"{place} is an integer of {value.bit_length()} bits, expected at most 63."
        )
    if expected is float:
        if isinstance(value, str) and value in _NOT_FINITE:
            return _NOT_FINITE[value]
        if isinstance(value, int | float) and not isinstance(value, bool):
            return float(value)
    elif type(value) is expected:
        return value
    raise _unexpected(value, expected, place)


def _dataclass(value: Any, expected: Any, place: str) -> Any:
    if not isinstance(value, dict):
        raise _unexpected(value, expected, place)
    hints, arguments = _hints(expected), {}
    for field in dataclasses.fields(expected):
        inner = f"{place}.{field.name}"
        if field.name in value:
            arguments[field.name] = from_json(value[field.name], hints[field.name], inner)
        elif field.default is field.default_factory is dataclasses.MISSING:
            raise ResultError(f"{inner} is missing, expected {_name(hints[field.name])}.")
    unknown = value.keys() - arguments.keys() - set(_derived(expected))
    if unknown:
        raise ResultError(
            f"{place}.{_shown(min(unknown, key=str))} is unknown, expected only {', '.join(hints)}."
        )
    try:
        return expected(**arguments)
    except ResultError as error:  # from its __post_init__, which does not know the place
        raise ResultError(f"{place}: {error}") from error


@functools.cache
def _hints(expected: type) -> dict[str, Any]:
    """The annotations of a dataclass' fields."""
    hints = get_type_hints(expected)
    return {name: hint for name, hint in hints.items() if get_origin(hint) is not ClassVar}


def _derived(kind: type) -> tuple[str, ...]:
    """Properties that are written for readers of the JSON, and computed again when it is read."""
    return getattr(kind, "derived", ())


def _union(value: Any, expected: Any, place: str) -> Any:
    alternatives = [
        alternative for alternative in get_args(expected) if alternative is not types.NoneType
    ]
    if value is None and len(alternatives) < len(get_args(expected)):
        return None
    likely = _likely(value, alternatives)
    if likely:
        return from_json(value, likely, place)  # whose message says what is wrong inside
    for alternative in alternatives:
        try:
            return from_json(value, alternative, place)
        except ResultError:
            continue
    raise _unexpected(value, expected, place)


def _likely(value: Any, alternatives: list[Any]) -> Any:
    """The alternative that a list or an object is meant to be; None if that cannot be told."""
    if isinstance(value, str | int | float | None):
        return None
    if len(alternatives) == 1:
        return alternatives[0]
    if isinstance(value, dict) and all(map(dataclasses.is_dataclass, alternatives)):
        return min(
            alternatives, key=lambda alternative: len(value.keys() ^ _hints(alternative).keys())
        )
    return None


def _tuple(value: Any, expected: Any, place: str) -> tuple[Any, ...]:
    if not isinstance(value, list | tuple):
        raise _unexpected(value, expected, place)
    arguments = get_args(expected)
    if arguments[-1] is Ellipsis:
        arguments = (arguments[0],) * len(value)
    if len(arguments) != len(value):
        raise ResultError(f"{place} has {len(value)} elements, expected {len(arguments)}.")
    pairs = enumerate(zip(value, arguments, strict=True))
    return tuple(
        from_json(inner, annotation, f"{place}[{at}]") for at, (inner, annotation) in pairs
    )


def _anything(value: Any, place: str, deepest: int) -> Any:
    """A JSON value as it is, if it can be written again."""
    if not deepest:
        raise ResultError(f"{place} is nested deeper than {DEEPEST} levels.")
    if isinstance(value, dict):
        return {
            key: _anything(inner, f"{place}.{_shown(key)}", deepest - 1)
            for key, inner in value.items()
        }
    if isinstance(value, list | tuple):
        return [_anything(inner, f"{place}[{at}]", deepest - 1) for at, inner in enumerate(value)]
    return _scalar(value, type(value), place)


def _unexpected(value: Any, expected: Any, place: str) -> ResultError:
    return ResultError(f"{place} is {described(value)}, expected {_name(expected)}.")


def described(value: Any) -> str:
    """Returns how a message names a value: short, printable, without its content."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list | tuple):
        return "an array"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return reprlib.repr(value)


def _name(expected: Any) -> str:
    """A type as JSON names it."""
    origin, arguments = get_origin(expected), get_args(expected)
    if origin in (Union, types.UnionType):
        return " or ".join(map(_name, arguments))
    if origin is Literal:
        return " or ".join(map(repr, arguments))
    if origin is tuple:
        return "an array"
    if origin is dict or dataclasses.is_dataclass(expected):
        return "an object"
    return "a JSON value" if expected is Any else _NAMES[expected]


def _shown(key: Any) -> str:
    """A key that may come from anywhere, short and printable."""
    return str(key) if str(key).isidentifier() and len(str(key)) < 40 else reprlib.repr(key)
