"""The view of what a program printed in an old release and here."""

from legacy_cnn.results import PrintedComparison, PrintedLine
from legacy_cnn.show.blocks import Block, Mark, Table, Text

#: Lines that are shown after the first difference.
_SHOWN = 20


def title(result: PrintedComparison) -> str:
    return f"{result.script}: TensorFlow {result.release} and here"


def blocks(result: PrintedComparison) -> list[Block]:
    different = [line for line in result.lines if not line.same]
    shown: list[Block] = [Text(_verdict(result, different))]
    if result.status_there != result.status_here:
        statuses = f"{result.status_there} there, {result.status_here} here"
        shown.append(Text(f"The exit status differs: {statuses}."))
    elif result.status_there:
        shown.append(Text(f"Both ended with exit status {result.status_there}."))
    if different:
        first = different[0].number
        rows = [_row(line) for line in result.lines[max(0, first - 3) : first - 1 + _SHOWN]]
        shown.append(Table("", ["line", "there", "here"], rows, left=["there", "here"]))
    return shown


def _verdict(result: PrintedComparison, different: list[PrintedLine]) -> str:
    if not result.lines:
        return "Neither printed anything."
    if not different:
        return f"All {len(result.lines)} lines are the same, numbers to rounding."
    first = different[0].number
    return f"{len(different)} of {len(result.lines)} lines differ, the first is line {first}."


def _row(line: PrintedLine) -> list[object]:
    texts = [text if text is not None else "(ended)" for text in (line.there, line.here)]
    if line.same:
        return [line.number, *texts]
    return [line.number, *(Mark(text, "bad") for text in texts)]
