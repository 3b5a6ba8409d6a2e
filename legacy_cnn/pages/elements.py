"""Pages of HTML to open, mail, print or project: no script, nothing to load."""

import html
import math
from pathlib import Path
from string import Template


def page(beside, title, **parts):
    """Fills a `page.html` with `parts`, and `base.html` with it and with the styles of both.

    Args:
      beside: a file in the directory of `page.html` and `page.css`.
      title: of the window.
      **parts: what the template's names stand for; texts that are not `Html` are escaped.

    Returns:
      The page, a text.
    """
    base, own = Path(__file__).parent, Path(beside).parent
    style = (base / "base.css").read_text("utf-8") + (own / "page.css").read_text("utf-8")
    body = _filled(own / "page.html", **parts)
    return _filled(base / "base.html", title=title, style=Html(style), body=body)


def _filled(path, **parts):
    template = Template(path.read_text("utf-8"))
    return Html(template.substitute({name: escaped(part) for name, part in parts.items()}))


class Html(str):
    """Text that is HTML already."""


def escaped(value):
    """HTML for a text, without control characters and what turns the direction of writing."""
    return value if isinstance(value, Html) else html.escape(printable(value))


def printable(value):
    """A text in one line, with a mark in the place of every character that is not printable."""
    text = " ".join(str(value).split())
    return "".join(each if each.isprintable() else "\ufffd" for each in text)


def tag(element, *inner, **attributes):
    """An element; whatever goes into it is escaped, unless it is an element itself."""
    given = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escaped(value)}"'
        for name, value in attributes.items()
    )
    return Html(f"<{element}{given}>{''.join(map(escaped, inner))}</{element}>")


def number(value):
    """A figure in three digits, or without any behind the point where it is large."""
    if math.isnan(value) or math.isinf(value):
        return "not a number" if math.isnan(value) else "infinite"
    return f"{value:,.0f}" if 1000 <= value < 1e6 else f"{value:.3g}"


def definitions(facts):
    """Terms and what they are, but for those of which there is nothing to say."""
    pairs = [(tag("dt", term), tag("dd", said)) for term, said in facts.items() if said != ""]
    return tag("dl", *(tag("div", *pair) for pair in pairs))


def in_words(value):
    """A setting as one says it: nothing for None, yes and no, all parts of a dict."""
    if isinstance(value, dict):
        return ", ".join(f"{name} {in_words(each)}" for name, each in value.items())
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def scrolling(label, wide):
    """What is too wide for a narrow window, to be scrolled by itself."""
    # The tabulator key reaches it, so that it can be scrolled without a mouse.
    return tag("div", wide, class_="scroll", tabindex=0, role="region", aria_label=label)
