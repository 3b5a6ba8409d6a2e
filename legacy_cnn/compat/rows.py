"""The tables' rows: an old name, what serves it, when it was there, and what to know about it."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeVar

_Function = TypeVar("_Function", bound=Callable[..., Any])


class Text(NamedTuple):
    """A string that is a value itself, and no path."""

    text: str


class Row(NamedTuple):
    """One old name.

    Attributes:
      name: the old dotted name, as `tensorflow.mul`.
      serves: what serves it: a function or another object, or the dotted path of one, in which
        `tf.` stands for `tensorflow.compat.v1.`, and a leading `=` for an old module. None if
        nothing does.
      until: the last release that had the name, or took its arguments so; "" if 1.15 still did.
      note: what differs, or what to use instead.
    """

    name: str
    serves: Any
    until: str = ""
    note: str = ""


class Table:
    """The rows of one old module."""

    def __init__(self, module: str, real: str = "", note: str = "") -> None:
        """Starts a table.

        Args:
          module: the old module, such as `tensorflow.nn`.
          real: the dotted path of what serves every name that has no row; "" if nothing does.
          note: what to use instead of a name that is missing.
        """
        self.module, self.real, self.note = module, real, note
        self.rows: dict[str, Row] = {}

    def names(self, names: Mapping[str, str], until: str = "", note: str = "") -> None:
        """Adds rows: old name -> the path of what serves it."""
        for name, path in names.items():
            self.rows[name] = Row(f"{self.module}.{name}", path, until, note)

    def include(self, other: "Table") -> None:
        """Adds the rows of another table; a module with many has them in several files."""
        self.rows.update(other.rows)

    def value(self, name: str, value: Any, until: str = "", note: str = "") -> None:
        """Adds a row whose name is a value."""
        value = Text(value) if isinstance(value, str) else value
        self.rows[name] = Row(f"{self.module}.{name}", value, until, note)

    def serves(
        self, name: str = "", *, until: str = "", note: str = ""
    ) -> Callable[[_Function], _Function]:
        """Adds a function or a class as a row; its name is the old one unless `name` is given."""

        def add(function: _Function) -> _Function:
            self.value(name or function.__name__, function, until, note)
            return function

        return add

    def gone(self, *names: str, note: str) -> None:
        """Adds rows of names that cannot be served; `note` says what to use instead."""
        for name in names:
            self.rows[name] = Row(f"{self.module}.{name}", None, "", note)
