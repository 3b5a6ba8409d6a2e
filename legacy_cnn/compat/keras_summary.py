"""What `Model.summary` printed: Keras changed its layout, and adds the size in bytes."""

import ast
import functools
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

_Line = Callable[[str], object]
#: So wide that no field of today's summary is cut.
_WIDTH = 100_000
_COLUMNS = ("Layer (type)", "Output Shape", "Param #", "Connected to")


class Layout(NamedTuple):
    """How a release printed a summary.

    Attributes:
      title: whether it begins with the name of the model.
      width: of the lines, where the layers' connections are shown.
      listed_inputs: whether an input's shape is shown in a list.
    """

    title: bool = True
    width: int = 98
    listed_inputs: bool = True


def old_summary(real: Callable[..., Any], layout: Callable[[], Layout]) -> Callable[..., None]:
    """`Model.summary` that prints what Keras printed until 2020.

    Args:
      real: today's method.
      layout: called for the layout each time.
    """

    @functools.wraps(real)
    def summary(
        self: Any,
        line_length: int | None = None,
        positions: Sequence[float] | None = None,
        print_fn: _Line | None = None,
    ) -> None:
        lines: list[str] = []
        wide = [_WIDTH * column for column in range(1, len(_COLUMNS) + 1)]
        real(self, line_length=_WIDTH, positions=wide, print_fn=lines.append)
        for line in _lines(lines, layout(), line_length, positions):
            (print if print_fn is None else print_fn)(line)

    return summary


def _lines(
    found: list[str], layout: Layout, width: int | None, positions: Sequence[float] | None
) -> Iterator[str]:
    """The lines of a summary, from those of today's."""
    connected = "Connected to" in found[2]
    width = width or (layout.width if connected else 65)
    at = _places(positions or ([0.33, 0.55, 0.67, 1.0] if connected else [0.45, 0.85, 1.0]), width)
    if layout.title:
        yield found[0]
    yield "_" * width
    yield _row(_COLUMNS[: len(at)], at)
    yield "=" * width
    end = next(n for n, line in enumerate(found[4:], start=4) if line.startswith("="))
    blocks = list(_blocks(found[4:end]))
    for number, fields in enumerate(blocks, start=1):
        yield from _of_layer(fields, at, layout)
        yield ("=" if number == len(blocks) else "_") * width
    for line in found[end + 1 :]:
        if "params:" in line:
            title, count = re.sub(r" \([^()]*\)$", "", line.rstrip()).split(": ")
            yield f"{title}: {int(count.replace(',', '')):,}"
    yield "_" * width


def _places(positions: Sequence[float], width: int) -> list[int]:
    return [int(width * each) if positions[-1] <= 1 else int(each) for each in positions]


def _blocks(lines: list[str]) -> Iterator[list[str]]:
    """The fields of each layer; today's summary breaks long ones, and has a blank line between."""
    fields = [""] * len(_COLUMNS)
    for line in [*lines, ""]:
        if line.strip():
            pieces = [line[n * _WIDTH : (n + 1) * _WIDTH].rstrip() for n in range(len(_COLUMNS))]
            pieces[0] = pieces[0][1:]
            fields = [before + piece for before, piece in zip(fields, pieces, strict=True)]
        elif any(fields):
            yield fields
            fields = [""] * len(_COLUMNS)


def _of_layer(fields: list[str], at: list[int], layout: Layout) -> Iterator[str]:
    name, shape, parameters, connections = fields
    if not layout.listed_inputs and name.endswith("(InputLayer)"):
        shape = re.sub(r"^\[(\(.*\))\]$", r"\1", shape)
    parameters = parameters.removesuffix(" (unused)")
    first, *others = ast.literal_eval(connections or "[]") or [""]
    yield _row([name, shape, parameters, first][: len(at)], at)
    for each in others:
        yield _row(["", "", "", each], at)


def _row(fields: Sequence[str], at: Sequence[int]) -> str:
    """A line of columns that end at the given places; what is too long for one is cut."""
    line = ""
    for field, end in zip(fields, at, strict=True):
        line = f"{line[:-1]} {field}" if line else field
        line = line[:end].ljust(end)
    return line
