"""Lines of a port, each with what it comes from."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from legacy_cnn.porting.origins import Origin
from legacy_cnn.porting.writing.expressions import Expr
from legacy_cnn.porting.writing.origin_comments import comments
from legacy_cnn.porting.writing.repeats import Repeat, Written, repeats
from legacy_cnn.porting.writing.statements import Mark, Statement, replaced
from legacy_cnn.porting.writing.text import commented, wrapped


class Line(NamedTuple):
    """A line of text, without its end."""

    text: str
    origin: Origin | None = None  #: the line of the script that it comes from
    operations: tuple[str, ...] = ()  #: of the graph, whose values the line computes


def plain(text: str, indent: int = 0, origin: Origin | None = None) -> Iterator[Line]:
    """One logical line, on as many as it needs."""
    yield from (Line(line, origin) for line in wrapped(text, indent))


def of_statements(
    statements: Iterable[Statement], chosen: dict[Mark, str], indent: int, commenting: bool = True
) -> Iterator[Line]:
    """Statements with their names, in loops where the script has them.

    Comments name the script's lines.
    """
    written = [
        Written(one, tuple(_assigning(one, chosen)), (one.operation,) if one.operation else ())
        for one in statements
    ]
    found = repeats(written, set(chosen.values()))
    said = comments(_first_times(found)) if commenting else {}
    yield from _of(found, said, indent)


def body(
    statements: Sequence[Statement], result: Expr, chosen: dict[Mark, str], indent: int
) -> Iterator[Line]:
    """What a function computes, and what it returns."""
    last = statements[-1] if statements else None
    if last is None or result.text != last.mark or last.layer is not None or last.more:
        yield from of_statements(statements, chosen, indent)
        yield from plain(f"return {replaced(result.text, chosen)}", indent)
        return
    yield from of_statements(statements[:-1], chosen, indent)
    said = comments(statements).get(last.mark, "")
    for text in commented(f"return {replaced(last.text, chosen)}", said, indent):
        yield Line(text, last.origin, (last.operation,))


def _of(found: Iterable[Written | Repeat], said: dict[Mark, str], indent: int) -> Iterator[Line]:
    for one in found:
        if isinstance(one, Repeat):
            if one.before:
                yield from plain(one.before, indent)
            yield from plain(one.head, indent)
            yield from _of(one.body, said, indent + 4)
            continue
        statement = one.statement
        for text in one.texts:
            for line in commented(text, said.pop(statement.mark, ""), indent):
                yield Line(line, statement.origin, one.operations)


def _first_times(found: Iterable[Written | Repeat]) -> Iterator[Statement]:
    for one in found:
        if isinstance(one, Repeat):
            yield from _first_times(one.body)
        else:
            yield one.statement


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
