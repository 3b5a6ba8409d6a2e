"""A chart with a row for each tensor, in HTML and CSS."""

from collections.abc import Iterator, Sequence

from legacy_cnn.results.report import Finding
from legacy_cnn.show.html import Html, tag
from legacy_cnn.show.numbers import three_digits
from legacy_cnn.show.report.axis import axis_place

_TICKS = {"equal": 0.0, "1e-6": 1e-6, "1e-3": 1e-3, "1": 1.0}


def chart(points: Sequence[tuple[Finding, str, float]], limit: float) -> Iterator[Html]:
    """Yields the rows of a chart, and its axis.

    Args:
      points: for each tensor its finding, its name and its difference.
      limit: the tolerance.
    """
    tolerance = tag("b", style=_left(limit))
    for finding, name, value in points:
        style = finding.verdict.replace(" ", "-")
        mark = tag("i", class_=style, style=_left(value))
        track = tag("span", tolerance, mark, class_="track")
        words = tag("span", three_digits(value) if value else "equal", class_=style)
        yield tag("div", tag("span", name), track, words, class_="dot-row")
    ticks = (tag("i", text, style=_left(value)) for text, value in _TICKS.items())
    yield tag("div", tag("span"), tag("span", *ticks, class_="axis"), class_="dot-row")


def _left(value: float) -> str:
    return f"left:{axis_place(value):.1%}"
