"""Python's own modules: what they had in the years of TensorFlow 1."""

import collections
import collections.abc
import html
import inspect
import math
import time
from typing import Any

from legacy_cnn.compat.rows import Table

TIME = Table("time", real="time")
TIME.value("clock", time.process_time, note="time.process_time")

COLLECTIONS = Table("collections", real="collections")
for _name in collections.abc.__all__:
    COLLECTIONS.value(_name, getattr(collections.abc, _name), note=f"collections.abc.{_name}")

FRACTIONS = Table("fractions", real="fractions")
FRACTIONS.value("gcd", math.gcd, note="math.gcd")

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
