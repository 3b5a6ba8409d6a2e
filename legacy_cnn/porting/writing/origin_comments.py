"""Comments that name the line of a script that a statement comes from."""

from collections.abc import Iterable

from legacy_cnn.porting.writing.statements import Mark, Statement


def comments(statements: Iterable[Statement]) -> dict[Mark, str]:
    """Statement -> its comment: where the line is another than that of the one before."""
    found: dict[Mark, str] = {}
    before = None
    for statement in statements:
        origin = statement.origin
        words = [statement.comment] if statement.comment else []
        if origin is not None and (origin.file, origin.line) != before:
            words.insert(0, origin.shown.replace(", line ", ":"))
            before = (origin.file, origin.line)
        if words:
            found[statement.mark] = "; ".join(words)
    return found
