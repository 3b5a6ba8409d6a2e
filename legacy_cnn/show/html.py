"""Pages of HTML to open, mail, print or project: no script, nothing to load."""

import functools
import html
import re
from collections.abc import Iterable, Sequence
from itertools import chain, repeat
from pathlib import Path
from string import Template

from legacy_cnn.show.blocks import Block, Entry, Facts, Heading, Mark, Table, Text
from legacy_cnn.show.texts import printable


class Html(str):
    """Text that is HTML already."""


class Cell(Html):
    """A whole cell of a table, with its tags."""


def page(beside: str | Path, title: str, **parts: object) -> str:
    """Fills a template with `parts`, and `base.html` with it and with the styles of both.

    Args:
      beside: a path that becomes the template's with the suffix .html, and its style's with .css:
        a module hands in its `__file__`.
      title: of the window.
      **parts: what the template's names stand for; texts that are not `Html` are escaped.

    Returns:
      The page.
    """
    template = Path(beside).with_suffix(".html")
    body = _filled(template, **parts)
    return _based(title, body, template.with_suffix(".css").read_text("utf-8"))


def plain_page(title: str, blocks: Iterable[Block]) -> str:
    """A page of blocks under a heading."""
    head = tag("header", tag("h1", title))
    return _based(title, Html(f"{head}\n{tag('main', *elements(blocks))}"))


def _based(title: str, body: Html, style: str = "") -> str:
    base = Path(__file__).parent
    whole = Html((base / "base.css").read_text("utf-8") + style)
    return _filled(base / "base.html", title=title, style=whole, body=body)


def _filled(path: Path, **parts: object) -> Html:
    template = Template(path.read_text("utf-8"))
    return Html(template.substitute({name: escaped(part) for name, part in parts.items()}))


def escaped(value: object) -> str:
    """HTML for a text, without control characters and what turns the direction of writing."""
    return value if isinstance(value, Html) else html.escape(printable(value))


def tag(element: str, *inner: object, **attributes: object) -> Html:
    """An element; whatever goes into it is escaped, unless it is an element itself.

    Args:
      element: its name.
      *inner: elements and texts.
      **attributes: `class_` is "class", `aria_label` is "aria-label".
    """
    given = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escaped(value)}"'
        for name, value in attributes.items()
    )
    return Html(f"<{element}{given}>{''.join(map(escaped, inner))}</{element}>")


def definitions(facts: dict[str, object]) -> Html:
    """Terms and their values, but for those without one."""
    pairs = [
        (tag("dt", term), tag("dd", value))
        for term, value in facts.items()
        if value not in ("", None)
    ]
    return tag("dl", *(tag("div", *pair) for pair in pairs))


def scrolling(label: str, wide: object) -> Html:
    """What is too wide for a narrow window, to be scrolled by itself."""
    # The tabulator key reaches it, so that it can be scrolled without a mouse.
    return tag("div", wide, class_="scroll", tabindex=0, role="region", aria_label=label)


def cell(*inner: object, **attributes: object) -> Cell:
    """A cell of a table with attributes, such as a class or a colspan."""
    return Cell(tag("td", *inner, **attributes))


def table(
    label: str,
    header: Sequence[object],
    rows: Iterable[Iterable[object]],
    row_headings: bool = True,
    **attributes: object,
) -> Html:
    """A table that scrolls by itself.

    Args:
      label: what it is, for those who do not see it.
      header: of each column; texts, elements, and whole cells.
      rows: of texts, elements, and whole cells as `cell` returns them.
      row_headings: whether the first of each row is its heading.
      **attributes: of the table.
    """
    head = tag("thead", tag("tr", *map(_column, header)))
    body = tag("tbody", *(_row(row, row_headings) for row in rows))
    return scrolling(label, tag("table", head, body, **attributes))


def _row(row: Iterable[object], row_headings: bool) -> Html:
    first, *rest = row
    heading = tag("th", first, scope="row") if row_headings else _cell(first)
    return tag("tr", heading, *map(_cell, rest))


def _column(name: object) -> Html:
    return name if isinstance(name, Cell) else tag("th", name, scope="col")


def _cell(inner: object) -> Cell:
    return inner if isinstance(inner, Cell) else cell(inner)


def prose(text: str) -> Html:
    """A text with what is between backquotes as code."""
    return Html(re.sub(r"`([^`]*)`", r"<code>\1</code>", escaped(text)))


def elements(blocks: Iterable[Block]) -> list[Html]:
    """Blocks as elements, one for each."""
    return [_element(block) for block in blocks]


@functools.singledispatch
def _element(block: object) -> Html:
    raise TypeError(f"{type(block).__name__} is not a block.")


@_element.register
def _heading(block: Heading) -> Html:
    return tag("h2", block.text)


@_element.register
def _text(block: Text) -> Html:
    return tag("p", prose(block.text), **_quiet(block.quiet))


@_element.register
def _entry(block: Entry) -> Html:
    return tag("section", tag("h3", block.title), tag("p", prose(block.text)))


@_element.register
def _facts(block: Facts) -> Html:
    return definitions(block.facts)


@_element.register
def _table(block: Table) -> Html:
    classes = [{} if name in block.left else {"class_": "number"} for name in block.header]
    header = [
        Cell(tag("th", name, scope="col", **own))
        for name, own in zip(block.header, classes, strict=True)
    ]
    rows = (map(_marked, row, chain(classes, repeat({}))) for row in block.rows)
    title = [tag("h2", block.title)] if block.title else []
    shown = table(block.title or "table", header, rows, row_headings=False)
    return tag("section", *title, shown, *(tag("p", prose(note)) for note in block.notes))


def _marked(inner: object, attributes: dict[str, str]) -> Cell:
    shown = tag("span", inner.text, class_=inner.style) if isinstance(inner, Mark) else inner
    return cell(shown, **attributes)


def _quiet(quiet: bool) -> dict[str, str]:
    return {"class_": "quiet"} if quiet else {}
