"""What a program uses of the old names, and what serves each; without running it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from legacy_cnn.compat import guess, scan, stated
from legacy_cnn.compat.faces import Face
from legacy_cnn.compat.hook import faces, hooked
from legacy_cnn.compat.rows import Row
from legacy_cnn.results import Explanation, OldName


def explain(script: Path) -> Explanation:
    """Looks up the old names in a script and in the modules beside it.

    Args:
      script: its path.

    Returns:
      Each name that a row serves, or that nothing serves, with its lines.

    Raises:
      SyntaxError: a file is neither Python 3 nor Python 2.
    """
    uses = scan.uses(script)
    rows: dict[str, OldName] = {}
    places: dict[str, set[tuple[str, int]]] = {}
    with hooked():  # libraries that are as old import what is gone, too
        for use in uses:
            for row in _rows(use.name):
                rows[row.name] = row
                places.setdefault(row.name, set()).add((_shown(use.file, script.parent), use.line))
    names = (
        OldName(row.name, row.served, row.note, tuple(f"{file}:{line}" for file, line in where))
        for row, where in ((rows[name], sorted(places[name])) for name in sorted(rows))
    )
    said = stated.statement(script, {use.file for use in uses})
    release = guess.release_of(uses, said.release if said else "")
    return Explanation(str(script), release, tuple(names))


def _shown(file: Path, folder: Path) -> str:
    return str(file.relative_to(folder) if folder in file.parents else file)


def _rows(name: str) -> Iterator[OldName]:
    """The rows on the way along a dotted name; the last one may be missing."""
    parts = name.split(".")
    found: Any = faces("program").imported(parts[0])
    for length in range(2, len(parts) + 1):
        path = ".".join(parts[:length])
        row = found._table.rows.get(parts[length - 1]) if isinstance(found, Face) else None
        try:
            found = _below(found, path)
        except (AttributeError, ImportError):
            yield OldName(path, False, row.note if row else "", ())
            return
        if row is not None:
            yield OldName(row.name, True, _note(row), ())


def _below(found: Any, path: str) -> Any:
    """An attribute, or a module of that name."""
    last = path.rpartition(".")[2]
    return getattr(found, last) if hasattr(found, last) else faces("program").imported(path)


def _note(row: Row) -> str:
    served_by = row.serves if isinstance(row.serves, str) else ""
    return row.note or served_by.replace("tf.", "tensorflow.compat.v1.", 1).lstrip("=")
