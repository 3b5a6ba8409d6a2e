"""The recorded numbers, and tables of them for pages."""

import json
from pathlib import Path

#: Where all recorded numbers are.
RESULTS = Path(__file__).parent.parent / "results"


def read(name):
    """The content of a JSON file in docs/results."""
    return json.loads((RESULTS / f"{name}.json").read_text())


def markdown(header, rows, left=1):
    """A table; all but the first `left` columns are flush right."""
    rule = ["---"] * left + ["---:"] * (len(header) - left)
    return "\n".join(f"| {' | '.join(map(str, row))} |" for row in (header, rule, *rows))
