"""Blocks on a terminal, or as plain text."""

import functools
import io
import textwrap
from collections.abc import Iterable

from rich import box, text
from rich import table as rich_table
from rich.console import Console

from legacy_cnn.escaping import escaped_controls
from legacy_cnn.show.blocks import Block, Entry, Facts, Heading, Mark, Table, Text

#: Columns that a filled paragraph has.
WIDTH = 78

_STYLES = {"good": "green", "bad": "bold red", "quiet": "dim"}


class _Console(Console):
    """Rich's console; it would end the process with status 1, which means "different" elsewhere."""

    def on_broken_pipe(self) -> None:
        """Leaves it to the command what a reader means that has closed the output."""
        raise  # rich calls this while it handles the error


def write(blocks: Iterable[Block], console: Console | None = None) -> None:
    """Prints blocks.

    Args:
      blocks: what a view returned.
      console: rich's; None prints on stdout.
    """
    console = console or _Console(highlight=False)
    for block in blocks:
        _write(block, console)


def plain(blocks: Iterable[Block], width: int = 100) -> str:
    """Blocks as plain text, whose tables have at most `width` columns."""
    file = io.StringIO()
    write(blocks, Console(file=file, width=width, highlight=False, color_system=None))
    return file.getvalue()


@functools.singledispatch
def _write(block: object, console: Console) -> None:
    raise TypeError(f"{type(block).__name__} is not a block.")


@_write.register
def _heading(block: Heading, console: Console) -> None:
    _line(block.text, console)


@_write.register
def _text(block: Text, console: Console) -> None:
    _line(" " * block.indent + block.text, console, "dim" if block.quiet else "")


@_write.register
def _entry(block: Entry, console: Console) -> None:
    _line(block.title, console)
    for line in textwrap.wrap(block.text, WIDTH, initial_indent="  ", subsequent_indent="  "):
        _line(line, console)


@_write.register
def _facts(block: Facts, console: Console) -> None:
    for term, value in block.facts.items():
        if value not in ("", None):
            _line(f"{term}: {value}", console)


@_write.register
def _table(block: Table, console: Console) -> None:
    if block.title:
        _line(block.title, console, "italic")  # rich would wrap it at the width of the table
    table = rich_table.Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for name in block.header:
        left = name in block.left
        table.add_column(_rich(name), justify="left" if left else "right", overflow="fold")
    for row in block.rows:
        table.add_row(*map(_rich, row))
    console.print(table)
    for note in block.notes:
        _line(note, console)


def _line(line: str, console: Console, style: str = "") -> None:
    """Prints one line, which the terminal wraps where it has to."""
    console.print(_rich(line), style=style, soft_wrap=True)


def _rich(cell: object) -> text.Text:
    """Text as it is: without markup, emoji codes and control characters."""
    if isinstance(cell, Mark):
        return text.Text(escaped_controls(cell.text), _STYLES[cell.style])
    return text.Text(escaped_controls(cell))
