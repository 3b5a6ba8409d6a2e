"""Tables of Markdown pages."""

from collections.abc import Iterable, Sequence


def markdown(header: Sequence[object], rows: Iterable[Sequence[object]], left: int = 1) -> str:
    """Makes a table.

    Args:
      header: headings of the columns.
      rows: cells of each row.
      left: number of leading columns that are flush left; all others are flush right.
    """
    rule = ["---"] * left + ["---:"] * (len(header) - left)
    return "\n".join(f"| {' | '.join(map(str, row))} |" for row in (header, rule, *rows))
