"""The view of the old names that a program uses."""

from legacy_cnn.results import Explanation, OldName
from legacy_cnn.show.blocks import Block, Heading, Text


def title(result: Explanation) -> str:
    return f"{result.script}: a program for TensorFlow {result.release}"


def blocks(result: Explanation) -> list[Block]:
    missing = [name for name in result.names if not name.served]
    served = [name for name in result.names if name.served]
    shown: list[Block] = [Text(title(result)), Heading("Missing")]
    shown += [block for name in missing for block in _lines(name)] or [_none()]
    shown.append(Heading("Served"))
    shown += [block for name in served for block in _lines(name)] or [_none()]
    return shown


def _none() -> Text:
    return Text("none", indent=2, quiet=True)


def _lines(name: OldName) -> list[Block]:
    """The name and its places, and what is known about it."""
    lines: list[Block] = [Text(f"{name.name}  {', '.join(name.lines)}", indent=2)]
    if name.note:
        lines.append(Text(name.note, indent=4, quiet=True))
    return lines
