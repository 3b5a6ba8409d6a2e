"""Python's own modules: what they had in the years of TensorFlow 1."""

import collections
import collections.abc
import html
import inspect
import math
import time
from collections.abc import Iterable
from typing import Any

from legacy_cnn.compat import methods
from legacy_cnn.compat.rows import Table

TIME = Table("time", real="time")
TIME.value("clock", time.process_time, note="time.process_time")

STRING = Table("string", real="string", note="methods of str")
for _name in ("letters", "lowercase", "uppercase"):
    STRING.names({_name: f"string.ascii_{_name}"}, note=f"string.ascii_{_name}")
for _name in (
    "count",
    "find",
    "lower",
    "lstrip",
    "replace",
    "rfind",
    "rstrip",
    "split",
    "strip",
    "upper",
):
    STRING.value(_name, getattr(str, _name), note=f"str.{_name}")
STRING.value("atoi", int, note="int")
STRING.value("atof", float, note="float")
STRING.value("maketrans", str.maketrans, note="str.maketrans")


@STRING.serves(note="str.join")
def join(words: Iterable[str], sep: str = " ") -> str:
    """The words with something between them."""
    return sep.join(words)


COLLECTIONS = Table("collections", real="collections")
for _name in collections.abc.__all__:
    COLLECTIONS.value(_name, getattr(collections.abc, _name), note=f"collections.abc.{_name}")

FRACTIONS = Table("fractions", real="fractions")
FRACTIONS.value("gcd", math.gcd, note="math.gcd")

MATH = Table("math", real="math")
for _name in (
    "acos", "asin", "atan", "atan2", "ceil", "cos", "cosh", "degrees", "exp", "fabs", "floor",
    "fmod", "isinf", "isnan", "log", "log10", "log1p", "pow", "radians", "sin", "sinh", "sqrt",
    "tan", "tanh",
):  # fmt: skip
    MATH.value(_name, methods.of_numbers(getattr(math, _name)), note="arrays of one number, too")

CGI = Table("cgi", note="html.escape, urllib.parse")


@CGI.serves(note="html.escape")
def escape(s: str, quote: bool = False) -> str:
    """Text for an HTML page; quotes stay unless `quote` is true."""
    return html.escape(s, quote)


INSPECT = Table("inspect", real="inspect")
ArgSpec = collections.namedtuple("ArgSpec", "args varargs keywords defaults")


@INSPECT.serves(note="inspect.getfullargspec")
def getargspec(func: Any) -> ArgSpec:
    """The arguments of a function: names, `*` and `**`, and defaults."""
    return ArgSpec(*inspect.getfullargspec(func)[:4])
