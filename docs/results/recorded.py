"""The recorded numbers, and tables of them for pages."""

import json
from pathlib import Path

HERE = Path(__file__).parent


def read(name):
    """The content of one of the JSON files beside this one."""
    return json.loads((HERE / f"{name}.json").read_text())


def markdown(header, rows, left=1):
    """A table; all but the first `left` columns are flush right."""
    rule = ["---"] * left + ["---:"] * (len(header) - left)
    return "\n".join(f"| {' | '.join(map(str, row))} |" for row in (header, rule, *rows))
