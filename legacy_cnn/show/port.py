"""The view of a port: the files that were written, and the script beside the port, line by line."""

import ast
import itertools
from collections.abc import Iterator
from pathlib import Path

from legacy_cnn.results import Port
from legacy_cnn.show import html
from legacy_cnn.show.blocks import Block, Text
from legacy_cnn.show.html import Html, definitions, tag
from legacy_cnn.show.report import conclusion

#: A statement of a script: its file, and its first line.
_Statement = tuple[str, int]

#: Colours that pairs of lines take in turn.
COLOURS = 6


def title(result: Port) -> str:
    return f"{result.reference} in Keras"


def blocks(result: Port) -> list[Block]:
    shown: list[Block] = [Text(f"{result.folder}: {', '.join(result.files)}")]
    shown.append(Text(f"{conclusion.verdict(result.report)}."))
    return [*shown, *(Text(line) for line in conclusion.lines(result.report))]


def page(result: Port) -> str:
    """The script left, the port right; lines that belong together have one colour and are links."""
    pairs = _Pairs(result)
    facts: dict[str, object] = {"written": f"{result.folder}: {', '.join(result.files)}"}
    return html.page(
        __file__,
        more_style=pairs.style,
        title=title(result),
        heading=title(result),
        state=conclusion.state(result.report),
        verdict=conclusion.verdict(result.report),
        lines=Html("\n".join(tag("p", line) for line in conclusion.lines(result.report))),
        facts=definitions(facts),
        old=Html("\n".join(_source(pairs, name) for name in result.sources)),
        new=Html("\n".join(_port(pairs, result))),
    )


class _Pairs:
    """Which statements of the sources and which lines of the port belong together."""

    def __init__(self, result: Port) -> None:
        self.files = list(result.sources)
        self.lines = {name: text.splitlines() for name, text in result.sources.items()}
        self._starts = {name: _starts(text) for name, text in result.sources.items()}
        self.of_line = [self._statement(line.file, line.line) for line in result.lines]
        statements = dict.fromkeys(one for one in self.of_line if one)
        #: Statement -> the number of its pair, in the order of the port.
        self.numbers = {one: number for number, one in enumerate(statements)}
        self.first = {one: self.of_line.index(one) for one in statements}

    def _statement(self, file: str, line: int) -> _Statement | None:
        if not 0 < line <= len(self.lines.get(file, ())):
            return None
        return file, self._starts[file].get(line, line)

    def of_source(self, file: str, line: int) -> _Statement | None:
        """The statement of a line of a source that has lines in the port."""
        statement = self._statement(file, line)
        return statement if statement in self.numbers else None

    def label(self, statement: _Statement) -> str:
        """What the link to a statement says: its line, and its file where there are several."""
        file, line = statement
        return str(line) if len(self.files) == 1 else f"{Path(file).stem} {line}"

    def anchor(self, statement: _Statement) -> str:
        return f"old-{self.files.index(statement[0])}-{statement[1]}"

    @property
    def style(self) -> str:
        """A pair stands out while the pointer is on one of its lines, or a link led there."""
        numbers = range(len(self.numbers))
        chosen = [f"main:has(.pair-{n}:is(:hover, :target)) .pair-{n}" for n in numbers]
        return f"{', '.join(chosen)} {{ background: var(--chosen); }}" if chosen else ""


def _starts(text: str) -> dict[int, int]:
    """Line -> the first line of its statement, of those that contain no others."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return {}
    return {
        line: node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt) and not hasattr(node, "body")
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }


def _source(pairs: _Pairs, file: str) -> Html:
    rows = []
    for number, text in enumerate(pairs.lines[file], 1):
        statement = pairs.of_source(file, number)
        link = str(number)
        if statement and statement[1] == number:
            rows.append(_line(pairs, statement, link, text, f"new-{pairs.first[statement] + 1}",
                              pairs.anchor(statement)))  # fmt: skip
        else:
            rows.append(_line(pairs, statement, link, text))
    name = tag("h2", Path(file).name)
    return Html(f"{name}{tag('div', *rows, class_='code')}")


def _port(pairs: _Pairs, result: Port) -> Iterator[Html]:
    yield tag("h2", result.files[0] if result.files else "port.py")
    rows = []
    before = None
    for at, (line, statement) in enumerate(zip(result.lines, pairs.of_line, strict=True)):
        link, target = "", ""
        if statement and statement != before:
            link, target = pairs.label(statement), pairs.anchor(statement)
        anchor = f"new-{at + 1}" if statement and pairs.first[statement] == at else ""
        rows.append(_line(pairs, statement, link, line.text, target, anchor))
        before = statement
    yield tag("div", *rows, class_="code")


def _line(
    pairs: _Pairs,
    statement: _Statement | None,
    label: str,
    text: str,
    target: str = "",
    anchor: str = "",
) -> Html:
    """A line of code, with a link in its margin."""
    margin = tag("a", label, href=f"#{target}") if target else tag("span", label)
    classes = "line"
    if statement is not None:
        number = pairs.numbers[statement]
        classes = f"line pair-{number} colour-{number % COLOURS}"
    return tag("div", margin, _code(text), class_=classes, **({"id": anchor} if anchor else {}))


def _code(text: str) -> Html:
    """A line, its comment quiet."""
    code, comment = _parted(text.expandtabs())
    said = [tag("span", html.code(comment), class_="quiet")] if comment else []
    return tag("code", html.code(code), *said)


def _parted(text: str) -> tuple[str, str]:
    """The code and the comment of a line."""
    quotes = ""
    for at, (one, after) in enumerate(itertools.pairwise(f"{text} ")):
        if quotes:
            quotes = "" if one == quotes else quotes
        elif one in "\"'":
            quotes = one
        elif one == "#" and after:
            return text[:at], text[at:]
    return text, ""
