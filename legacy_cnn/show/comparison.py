"""The view of a comparison of the tutorial's dialects."""

import itertools
import math
from collections.abc import Callable, Iterator

from legacy_cnn.results import Comparison, DialectResult
from legacy_cnn.show import html, numbers
from legacy_cnn.show.blocks import Block, Facts, Table
from legacy_cnn.show.html import Html, tag
from legacy_cnn.show.texts import in_words, setting_name

#: Row of the table of costs -> how it shows a dialect.
_COSTS: dict[str, Callable[[DialectResult], str]] = {
    "build the program, ms": lambda dialect: numbers.milliseconds(dialect.build),
    "first step, ms": lambda dialect: numbers.milliseconds(dialect.first_step),
    "trace a step, ms": lambda dialect: numbers.milliseconds(dialect.trace),
    "later step, median, ms": lambda dialect: numbers.milliseconds(dialect.step),
    "median of each round, ms": lambda dialect: _range(dialect),
    "ratio of the step": lambda dialect: numbers.times(dialect.times),
    "images/s": lambda dialect: numbers.rate(dialect.rate),
    "operations in the graph": lambda dialect: numbers.count(dialect.operations),
    "calls from Python": lambda dialect: numbers.count(dialect.handed_over),
    "peak memory, MB": lambda dialect: numbers.megabytes(dialect.memory),
    "of which imports, MB": lambda dialect: numbers.megabytes(dialect.memory_of_imports),
}

#: Of the width of a bar's track, so that the line at the end of the longest bar has room.
_LONGEST = 0.98


def title(result: Comparison) -> str:
    return f"Comparison of {', '.join(_titles(result))}"


def blocks(result: Comparison) -> list[Block]:
    return [
        Facts({**_environment(result), "settings": in_words(_settings(result))}),
        Table("Cost of a training step", ["", *_titles(result)], costs(result), left=[""]),
        Table("What print and tf.print show", _PRINTS, prints(result), left=_PRINTS),
        Table(
            f"Largest difference from {_reference(result)}, relative to the tensor's largest value",
            ["tensor", *(_title(result, name) for name in _compared(result))],
            differences(result),
            left=["tensor"],
        ),
    ]


_PRINTS = ["dialect", "when", "printed"]


def page(result: Comparison) -> str:
    settings = {name: in_words(value) for name, value in _settings(result).items()}
    compared = [_title(result, name) for name in _compared(result)]
    return html.page(
        __file__,
        title=title(result),
        heading=title(result),
        reference=_reference(result),
        facts=html.definitions({**_environment(result), **settings}),
        prints=_cards(result),
        steps=_bars(result),
        costs=html.table("cost of a training step", ["", *_titles(result)], costs(result)),
        differences=html.table("differences", ["tensor", *compared], differences(result)),
    )


def costs(result: Comparison) -> list[list[str]]:
    """Rows: a cost, and a column for each dialect."""
    dialects = result.dialects.values()
    return [[name, *map(show, dialects)] for name, show in _COSTS.items()]


def prints(result: Comparison) -> list[list[str]]:
    """Rows: a dialect, when, and a line that was printed then; "-" if none was."""
    return [
        [dialect.title, when, line]
        for dialect in result.dialects.values()
        for when, line in _lines(dialect)
    ]


def differences(result: Comparison) -> list[list[str]]:
    """Rows: a tensor, and a column for each dialect but the first."""
    return [
        [tensor, *(_difference(by_dialect.get(name)) for name in _compared(result))]
        for tensor, by_dialect in result.values.items()
    ]


def _difference(value: float | None) -> str:
    return numbers.NONE if value is None else numbers.difference(value)


def _range(dialect: DialectResult) -> str:
    return f"{numbers.milliseconds(dialect.least)}-{numbers.milliseconds(dialect.most)}"


def _titles(result: Comparison) -> list[str]:
    return [dialect.title for dialect in result.dialects.values()]


def _reference(result: Comparison) -> str:
    """The title of the dialect that the others are compared with."""
    return next(iter(_titles(result)), "the first dialect")


def _compared(result: Comparison) -> list[str]:
    """The dialects in the table of differences, by name."""
    return list(dict.fromkeys(itertools.chain(*result.values.values())))


def _title(result: Comparison, name: str) -> str:
    return result.dialects[name].title if name in result.dialects else name


def _environment(result: Comparison) -> dict[str, object]:
    return {"versions": in_words(result.versions), "machine": in_words(result.machine)}


def _settings(result: Comparison) -> dict[str, object]:
    return {
        setting_name(name): value for name, value in result.settings.items() if value is not None
    }


def _lines(dialect: DialectResult) -> Iterator[tuple[str, str]]:
    for when, lines in dialect.prints.items():
        for line in lines or [numbers.NONE]:
            yield when, line


def _cards(result: Comparison) -> Html:
    """What each dialect prints, side by side."""
    return tag("div", *map(_card, result.dialects.values()), class_="dialects")


def _card(dialect: DialectResult) -> Html:
    moments = [
        tag("div", tag("dt", when), tag("dd", *(_line(line) for _, line in lines)))
        for when, lines in itertools.groupby(_lines(dialect), lambda pair: pair[0])
    ]
    return tag("section", tag("h3", dialect.title), tag("dl", *moments))


def _line(line: str) -> Html:
    return tag("span", "nothing", class_="nothing") if line == numbers.NONE else tag("code", line)


def _bars(result: Comparison) -> Html:
    """A bar for the step of each dialect, and a line from its fastest to its slowest round."""
    dialects = result.dialects.values()
    ends = [end for dialect in dialects for end in (dialect.step, dialect.most)]
    longest = max(filter(math.isfinite, ends), default=0)
    return tag("div", *(_bar(dialect, longest) for dialect in dialects))


def _bar(dialect: DialectResult, longest: float) -> Html:
    left, right = _share(dialect.least, longest), _share(dialect.most, longest)
    track = tag(
        "span",
        tag("i", style=f"width:{_share(dialect.step, longest):.1%}"),
        tag("b", style=f"left:{left:.1%};width:{max(right - left, 0):.1%}"),
        class_="track",
    )
    text = f"{numbers.milliseconds(dialect.step)} ms, ratio {numbers.times(dialect.times)}"
    return tag("div", tag("span", dialect.title), track, tag("span", text), class_="bar-row")


def _share(seconds: float, longest: float) -> float:
    """The share of a track's width, 0.0-1.0, whatever was recorded."""
    if not (math.isfinite(seconds) and 0 < seconds <= longest):
        return 0.0
    return _LONGEST * (seconds / longest)
