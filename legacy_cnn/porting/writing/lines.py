"""Lines of a port, each with what it comes from."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from legacy_cnn.porting.origins import Origin
from legacy_cnn.porting.writing.expressions import Expr
from legacy_cnn.porting.writing.origin_comments import comments
from legacy_cnn.porting.writing.statements import Mark, Statement, replaced
from legacy_cnn.porting.writing.text import commented, wrapped


class Line(NamedTuple):
    """A line of text, without its end."""

    text: str
    origin: Origin | None = None  #: the line of the script that it comes from
    operation: str = ""  #: of the graph, whose value the line computes


def plain(text: str, indent: int = 0, origin: Origin | None = None) -> Iterator[Line]:
    """One logical line, on as many as it needs."""
    yield from (Line(line, origin) for line in wrapped(text, indent))


def of_statements(
    statements: Iterable[Statement], chosen: dict[Mark, str], indent: int, commenting: bool = True
) -> Iterator[Line]:
    """Statements with their names, and with comments that name the script's lines."""
    listed = list(statements)
    said = comments(listed) if commenting else {}
    for statement in listed:
        for text in _assigning(statement, chosen):
            for line in commented(text, said.pop(statement.mark, ""), indent):
                yield Line(line, statement.origin, statement.operation)


def returning(result: Expr, chosen: dict[Mark, str], indent: int) -> Iterator[Line]:
    yield from plain(f"return {replaced(result.text, chosen)}", indent)


def _assigning(statement: Statement, chosen: dict[Mark, str]) -> Iterator[str]:
    text = replaced(statement.text, chosen)
    name = ", ".join(chosen[mark] for mark in (statement.mark, *statement.more.values()))
    if statement.layer is None:
        yield f"{name} = {text}"
    elif statement.layer in chosen:
        layer = chosen[statement.layer]
        yield f"{layer} = {replaced(statement.made, chosen)}"
        yield f"{name} = {layer}({text})"
    else:
        yield f"{name} = {replaced(statement.made, chosen)}({text})"
