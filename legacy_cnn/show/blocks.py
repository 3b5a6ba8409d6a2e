"""The parts of a view, which the terminal and a page show each in its own way.

All texts in them may come from anywhere: whoever shows them escapes them.
"""

import dataclasses
from collections.abc import Sequence
from typing import Literal


@dataclasses.dataclass(frozen=True)
class Mark:
    """A text that stands out, in a cell of a table."""

    text: str
    style: Literal["good", "bad", "quiet"]


@dataclasses.dataclass(frozen=True)
class Heading:
    """A heading of what follows."""

    text: str


@dataclasses.dataclass(frozen=True)
class Text:
    """A paragraph; on the terminal one line, however long."""

    text: str
    indent: int = 0  #: spaces before it on the terminal
    quiet: bool = False


@dataclasses.dataclass(frozen=True)
class Entry:
    """A title and a paragraph about it, filled to the width of a page on the terminal."""

    title: str
    text: str


@dataclasses.dataclass(frozen=True)
class Facts:
    """Terms and their values; those without a value are left out."""

    facts: dict[str, object]


@dataclasses.dataclass(frozen=True)
class Table:
    """A table; columns are flush right but for those named in `left`."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[object]]  #: of texts, numbers or `Mark`s
    left: Sequence[str] = ()
    notes: Sequence[str] = ()  #: lines below it


Block = Heading | Text | Entry | Facts | Table
