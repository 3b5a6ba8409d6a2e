"""A comparison of the dialects as a page of HTML."""

import itertools

from legacy_cnn.comparison import rows
from legacy_cnn.show import html as elements
from legacy_cnn.show.html import definitions, scrolling, tag
from legacy_cnn.show.texts import in_words

#: Of the width, so that the mark at the end of the longest bar has room.
LONGEST = 0.98


def page(result):
    """The page, a text, for what `compare` returns."""
    return elements.page(
        __file__,
        title="Graph, eager, tf.function and Keras",
        facts=definitions(_facts(result)),
        prints=_prints(result),
        steps=_bars(result),
        costs=_table("what it takes", ["", *rows.TITLES.values()], rows.costs(result)),
        differences=_table(
            "differences", ["tensor", *list(rows.TITLES.values())[1:]], rows.differences(result)
        ),
    )


def _facts(result):
    settings = {name.replace("_", " "): value for name, value in result["settings"].items()}
    return {
        "versions": in_words(result["versions"]),
        "machine": in_words(result["machine"]),
        **{name: in_words(value) for name, value in settings.items()},
    }


def _prints(result):
    cards = []
    for title, own in itertools.groupby(rows.prints(result), lambda row: row[0]):
        moments = [
            tag("div", tag("dt", when), tag("dd", *(_line(line) for _, _, line in lines)))
            for when, lines in itertools.groupby(own, lambda row: row[1])
        ]
        cards.append(tag("section", tag("h3", title), tag("dl", *moments)))
    return tag("div", *cards, class_="dialects")


def _line(line):
    return tag("span", "nothing", class_="nothing") if line == rows.NONE else tag("code", line)


def _bars(result):
    dialects = result["dialects"]
    longest = max(max(each["step"], each["most"]) for each in dialects.values())
    return tag("div", *(_bar(name, each, longest / LONGEST) for name, each in dialects.items()))


def _bar(name, each, scale):
    left, right = each["least"] / scale, each["most"] / scale
    track = tag(
        "span",
        tag("i", style=f"width:{each['step'] / scale:.1%}"),
        tag("b", style=f"left:{left:.1%};width:{right - left:.1%}"),
        class_="track",
    )
    said = f"{1e3 * each['step']:.1f} ms, {each['times']:.2f} times"
    return tag("div", tag("span", rows.TITLES[name]), track, tag("span", said), class_="bar-row")


def _table(label, header, lines):
    head = tag("thead", tag("tr", *(tag("th", each, scope="col") for each in header)))
    body = [
        tag("tr", tag("th", first, scope="row"), *(tag("td", each) for each in rest))
        for first, *rest in lines
    ]
    return scrolling(label, tag("table", head, tag("tbody", *body)))
