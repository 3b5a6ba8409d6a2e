"""A report as one page of HTML to open, mail, print or project.

The page holds everything it shows: no script, nothing that is loaded from elsewhere.
"""

import html
import inspect
import math
import os
import re
from pathlib import Path
from string import Template

from legacy_cnn.parity.report import DIFFERENT, FAILED, NOT_COMPARED, NOT_REACHED, PASSED
from legacy_cnn.parity.rungs import RUNGS
from legacy_cnn.parity.tolerance import EXACT, MEASURES

_SIGNS = {PASSED: "\u2713", FAILED: "\u2717", NOT_COMPARED: "\u2013", NOT_REACHED: "\u00b7"}
_UNITS = {"absolute": "absolute", "relative": "relative", "ulp": "ULP", "norm": "norm"}
_COLUMNS = ("rung", "status", "tensor", "needed", "allowed", "share used", "why that much")
_ORIGINS = {
    "local": "local: it differs from the same input, too",
    "accumulated": "accumulated: from the same input there is no difference here",
}

#: Of the charts, in the SVG's unit: a chart is as wide as a telephone, so that its text can be
#: read there, and grows with the window.
_WIDTH, _ROW = 400, 17
_COLOURS = 8  # lines that can be told apart; the style sheet has as many
_POINTS = 120  # of a line; training of more steps shows the largest value of several


def page(report):
    """A report as one page of HTML.

    Args:
      report: a `Report`.

    Returns:
      The page. Every name and text of the report is escaped in it.
    """
    numbered = list(enumerate(report.rungs, 1))
    state = "different" if report.first else "same" if _compared(report) else "nothing"
    return Template(_beside("page.html")).substitute(
        style=_beside("page.css"),
        state=state,
        title=_escaped(f"{report.candidate}: {_verdict(report)}"),
        verdict=_escaped(_verdict(report)),
        lead=_lead(report),
        facts=_facts(report),
        ladder=_table(_COLUMNS, [_row(*each) for each in numbered]),
        difference=_difference(report) if report.first else "",
        rungs="\n".join(_section(*each) for each in numbered if each[1].findings),
    )


def _beside(name):
    return Path(__file__).with_name(name).read_text("utf-8")


class _Html(str):
    """Text that is HTML already."""


def _escaped(value):
    """HTML for a text; line ends, and what steers terminals or writing directions, removed."""
    if isinstance(value, _Html):
        return value
    text = " ".join(str(value).split())
    return html.escape("".join(each if each.isprintable() else "\ufffd" for each in text))


def _tag(tag, *inner, **attributes):
    """An element; whatever goes into it is escaped, unless it is an element itself."""
    given = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{_escaped(value)}"'
        for name, value in attributes.items()
    )
    return _Html(f"<{tag}{given}>{''.join(map(_escaped, inner))}</{tag}>")


def _number(value, digits=3):
    if math.isnan(value) or math.isinf(value):
        return "not a number" if math.isnan(value) else "infinite"
    return f"{value:,.0f}" if 1000 <= value < 1e6 else f"{value:.{digits}g}"


def _compared(report):
    return [rung.name for rung in report.rungs if rung.status == PASSED]


def _verdict(report):
    if report.first:
        rung, finding = report.first
        return f"Different: first at rung {rung.name}, {_where(finding)}"
    return "Same program" if _compared(report) else "Nothing was compared"


def _where(finding):
    step = f"step {finding.step}, " if finding.step else ""
    index = f", index {list(finding.figures.index)}" if _has_index(finding) else ""
    return f"{step}tensor {finding.tensor}{index}"


def _has_index(finding):
    return finding.figures is not None and finding.figures.index != ()


def _lead(report):
    said = [f"{report.candidate} against {report.reference}."]
    for what, status in (("Passed", PASSED), ("Not compared", NOT_COMPARED)):
        names = [rung.name for rung in report.rungs if rung.status == status]
        said += [f"{what}: {', '.join(names)}."] if names else []
    return _tag("p", " ".join(said))


def _facts(report):
    facts = {"candidate": report.candidate, "reference": report.reference}
    if report.accuracy:
        facts["accuracy"] = ", ".join(f"{who} {it:.4f}" for who, it in report.accuracy.items())
    for name, value in report.setting.items():
        if value is not None:
            facts[name.replace("_", " ")] = _setting(value)
    return _list({**facts, "time": f"{report.seconds:,.1f} seconds"})


def _setting(value):
    if isinstance(value, dict):
        return ", ".join(f"{name} {_setting(each)}" for name, each in value.items())
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _list(facts):
    return _tag("dl", *(_tag("div", _tag("dt", k), _tag("dd", v)) for k, v in facts.items()))


def _table(columns, rows):
    head = _tag("thead", _tag("tr", *(_tag("th", each, scope="col") for each in columns)))
    table = _tag("table", head, _tag("tbody", *rows))
    # In the order of the tabulator key, so that it can be scrolled without a mouse.
    return _tag("div", table, class_="scroll", tabindex=0, role="region", aria_label="table")


def _status(rung):
    name = rung.status.replace(" ", "-")
    return _tag("span", f"{_SIGNS.get(rung.status, '')} {rung.status}", class_=f"status {name}")


def _row(number, rung):
    name = _tag("a", rung.name, href=f"#rung-{number}") if rung.findings else rung.name
    cells = _tag("td", name, class_="rung"), _tag("td", _status(rung), class_="status")
    finding = rung.first or rung.needed
    if finding is not None and finding.figures is not None:
        return _tag("tr", *cells, *_needed(finding))
    notes = [f"{each.tensor}: {each.note}" for each in (finding, *rung.findings) if each]
    return _tag("tr", *cells, _tag("td", rung.reason or next(iter(notes), ""), colspan=5))


def _needed(finding):
    """The cells of a finding: tensor, needed beside allowed in each measure, share, reason."""
    where = f"{finding.tensor}, step {finding.step}" if finding.step else finding.tensor
    figures, tolerance = finding.figures, finding.tolerance
    measures = _measures(tolerance)
    needed = [f"{_number(getattr(figures, each))} {_UNITS[each]}" for each in measures]
    allowed = [f"{_number(tolerance.of(each))} {_UNITS[each]}" for each in measures]
    if not measures:
        needed, allowed = [f"{_number(figures.absolute)} absolute"], ["only equal"]
    yield _tag("td", _tag("code", where))
    for lines in (["equal"] if figures.equal else needed, allowed):
        yield _tag("td", *(_tag("span", each) for each in lines), class_="numbers")
    yield _tag("td", *_share(tolerance.use(figures)), class_="numbers")
    yield _tag("td", tolerance.reason, class_="words")


def _measures(tolerance):
    return [each for each in MEASURES if tolerance.of(each)]


def _share(share):
    """A share of the tolerance, in words and as a bar."""
    small = f"{_number(100 * share)} %"
    filled = 100 if not share <= 1 else math.ceil(100 * share)
    bar = _tag("span", style=f"width: {filled}%")
    yield _tag("span", small if share < 10 or not math.isfinite(share) else f"{_number(share)} times")
    yield _tag("span", bar, class_="bar over" if not share <= 1 else "bar")
