"""`tensorflow.flags`, `tensorflow.app.flags` and `tensorflow.python.platform.flags`."""

import functools
import inspect
from collections.abc import Callable
from typing import Any

from absl import flags

from legacy_cnn.compat.flag_values import FlagValues, define
from legacy_cnn.compat.rows import Table

# Whoever calls these functions defines the flags, not this module.
flags.disclaim_key_flags()

TABLE = Table("tensorflow.flags", real="absl.flags")

FLAGS = FlagValues()
_VALUES = vars(FLAGS)["_values"]
_RENAMED = {"flag_name": "name", "default_value": "default", "docstring": "help"}


def _own(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of absl's that is about the program's own flags."""

    @functools.wraps(function)
    def called(*arguments: Any, **keywords: Any) -> Any:
        if keywords.get("flag_values") in (None, FLAGS):
            keywords["flag_values"] = _VALUES
        return function(*arguments, **keywords)

    return called


def _defining(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function that defines a flag with a default; up to 1.4 its arguments had other names."""

    @functools.wraps(function)
    def called(*arguments: Any, **keywords: Any) -> Any:
        keywords = {_RENAMED.get(name, name): value for name, value in keywords.items()}
        given = dict(zip(("name", "default", "help"), arguments, strict=False)) | keywords
        given.setdefault("flag_values", _VALUES)
        first = (given.pop("name"), given.pop("default"), given.pop("help", None))
        return define(function, *first, *arguments[3:], **given)

    return called


for _name in dir(flags):
    _function = getattr(flags, _name)
    if inspect.isfunction(_function) and "flag_values" in inspect.signature(_function).parameters:
        TABLE.value(_name, _own(_function))
for _name in ("string", "bool", "boolean", "float", "integer"):
    TABLE.value(f"DEFINE_{_name}", _defining(getattr(flags, f"DEFINE_{_name}")))
TABLE.value("FLAGS", FLAGS, note="the program's own, apart from those of libraries")
