"""How Python 2 wrote values: floats with twelve digits, types as `<type 'int'>`, sets in full."""

import sys
from collections.abc import Iterable
from typing import Any

from legacy_cnn.compat import methods

_HEAP_TYPE = 1 << 9  # of `type.__flags__`: a class that no C file declares
_OLD_MODULES = {"builtins": "exceptions"}  # of exceptions


def string(*arguments: Any, **keywords: Any) -> str:
    """`str(value)`."""
    return str(*map(written, arguments), **keywords)


def written(value: Any) -> Any:
    """What `print` and `str` write of a value: a text, or the value if they write it as today."""
    if type(value) is float:
        return _float(value)
    if type(value) is complex:
        return f"{value:.12g}"[1:-1] if value.real else f"{value.imag:.12g}j"
    if isinstance(value, type) or type(value) in _CONTAINERS:
        return representation(value)
    return value


def representation(value: Any) -> str:
    """`repr(value)`."""
    if type(value) is int and not -sys.maxsize - 1 <= value <= sys.maxsize:
        return f"{value}L"
    if isinstance(value, type):
        return _type(value)
    if isinstance(value, BaseException) and len(value.args) == 1:
        return f"{type(value).__name__}({representation(value.args[0])},)"
    try:
        return _CONTAINERS.get(type(value), repr)(value)
    except RecursionError:  # it has itself in it
        return repr(value)


def octal(number: int) -> str:
    """`oct(number)`."""
    return oct(number).replace("0o", "0" if number else "")


class _Float(float):
    def __format__(self, form: str) -> str:
        return format(float(self), form) if form else _float(self)


def formatted(text: Any, *arguments: Any, **keywords: Any) -> Any:
    """`text.format(...)`."""
    if isinstance(text, str):
        arguments = tuple(map(_formatting, arguments))
        keywords = {name: _formatting(each) for name, each in keywords.items()}
    return text.format(*arguments, **keywords)


def _formatting(value: Any) -> Any:
    return _Float(value) if type(value) is float else value


def modulo(text: Any, values: Any) -> Any:
    """`text % values`; what is no text has another `%`."""
    if not isinstance(text, str):
        return text % values
    if isinstance(values, dict):
        return methods.formatted(text, values)
    given = values if isinstance(values, tuple) else (values,)
    places = [place for place in methods.CONVERSION.finditer(text) if place[4] != "%"]
    if len(given) != len(places) or any("*" in place[0] for place in places):
        return methods.formatted(text, values)
    pairs = zip(given, places, strict=True)
    return methods.formatted(text, tuple(_placed(each, place[4]) for each, place in pairs))


def _placed(value: Any, kind: str) -> Any:
    if kind == "r" and type(value) in _CONTAINERS:
        return _Written(representation(value))
    return written(value) if kind == "s" else value


class _Written(str):
    """A text that is its own `repr`."""

    def __repr__(self) -> str:
        return str(self)


def _float(value: float) -> str:
    text = f"{float(value):.12g}"
    return text if set(text) & set(".eni") else f"{text}.0"


def _type(kind: type) -> str:
    module = kind.__module__
    if issubclass(kind, BaseException):
        module = _OLD_MODULES.get(module, module)
    if kind is bytes:
        return "<type 'str'>"
    name = kind.__name__ if module == "builtins" else f"{module}.{kind.__name__}"
    return f"<{'class' if kind.__flags__ & _HEAP_TYPE else 'type'} '{name}'>"


def _joined(values: Iterable[Any]) -> str:
    return ", ".join(map(representation, values))


def _dict(value: dict[Any, Any]) -> str:
    pairs = (f"{representation(key)}: {representation(each)}" for key, each in value.items())
    return f"{{{', '.join(pairs)}}}"


_CONTAINERS: dict[type, Any] = {
    dict: _dict,
    frozenset: lambda value: f"frozenset([{_joined(value)}])",
    list: lambda value: f"[{_joined(value)}]",
    range: lambda value: repr(value).replace("range(0, ", "range(", 1).replace("range", "xrange"),
    set: lambda value: f"set([{_joined(value)}])",
    tuple: lambda value: f"({_joined(value)}{',' * (len(value) == 1)})",
}
