"""A report as one page of HTML to open, mail, print or project: no script, nothing to load."""

import html
import inspect
import math
import re
from pathlib import Path
from string import Template

from legacy_cnn.parity import plots
from legacy_cnn.parity.report import DIFFERENT, FAILED, NOT_COMPARED, NOT_REACHED, PASSED
from legacy_cnn.parity.rungs import RUNGS
from legacy_cnn.parity.table import where
from legacy_cnn.parity.tolerance import MEASURES

_SIGNS = {PASSED: "\u2713", FAILED: "\u2717", NOT_COMPARED: "\u2013", NOT_REACHED: "\u00b7"}
_COLUMNS = ("rung", "status", "tensor", "needed", "allowed", "share used", "why that much")
_ORIGINS = {
    "local": "It is local: it differs from the same input, too.",
    "accumulated": "It has accumulated: from the same input there is no difference here.",
}
_NOTES = 40  # of a rung
_POINTS = 200  # of a line; with more steps each is the largest value of several


def page(report):
    """A report as one page of HTML.

    Args:
      report: a `Report`.

    Returns:
      The page. All that comes from the report is escaped in it.
    """
    first = report.first
    return Template(_beside("page.html")).substitute(
        style=_beside("page.css"),
        title=_escaped(f"{report.candidate}: {_verdict(report)}"),
        state="different" if first else "same" if _named(report, PASSED) else "nothing",
        verdict=_escaped(_verdict(report)),
        facts=_facts(report),
        ladder=_ladder(report.rungs),
        difference=_difference(*first) if first else "",
        rungs="\n".join(_section(rung) for rung in report.rungs if rung.findings),
    )


def _beside(name):
    return Path(__file__).with_name(name).read_text("utf-8")


class _Html(str):
    """Text that is HTML already."""


def _escaped(value):
    """HTML for a text, without control characters and what turns the direction of writing."""
    return value if isinstance(value, _Html) else html.escape(_printable(value))


def _printable(value):
    text = " ".join(str(value).split())
    return "".join(each if each.isprintable() else "\ufffd" for each in text)


def _tag(tag, *inner, **attributes):
    """An element; whatever goes into it is escaped, unless it is an element itself."""
    given = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{_escaped(value)}"'
        for name, value in attributes.items()
    )
    return _Html(f"<{tag}{given}>{''.join(map(_escaped, inner))}</{tag}>")


def _number(value):
    if math.isnan(value) or math.isinf(value):
        return "not a number" if math.isnan(value) else "infinite"
    return f"{value:,.0f}" if 1000 <= value < 1e6 else f"{value:.3g}"


def _verdict(report):
    if not report.first:
        same = "The same program, as far as it was compared"
        return same if _named(report, PASSED) else "Nothing was compared"
    rung, finding = report.first
    index = f", index {list(finding.figures.index)}" if finding.figures else ""
    return f"Different, first on the rung {rung.name}: {where(finding)}{index}"


def _named(report, status):
    return ", ".join(rung.name for rung in report.rungs if rung.status == status)


def _facts(report):
    return _list(
        {
            "candidate": report.candidate,
            "reference": report.reference,
            "passed": _named(report, PASSED),
            "not compared": _named(report, NOT_COMPARED),
            "accuracy": _said({who: f"{each:.4f}" for who, each in report.accuracy.items()}),
            **{name.replace("_", " "): _said(value) for name, value in report.setting.items()},
            "time": f"{report.seconds:,.1f} seconds",
        }
    )


def _said(value):
    if isinstance(value, dict):
        return ", ".join(f"{name} {_said(each)}" for name, each in value.items())
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _list(facts):
    """Terms and what they are, but for those of which there is nothing to say."""
    pairs = [(_tag("dt", term), _tag("dd", said)) for term, said in facts.items() if said != ""]
    return _tag("dl", *(_tag("div", *pair) for pair in pairs))


def _ladder(rungs):
    head = _tag("tr", *(_tag("th", each, scope="col") for each in _COLUMNS))
    body = _tag("tbody", *(_tag("tr", *_cells(each)) for each in rungs))
    return _scrolling("ladder", _tag("table", _tag("thead", head), body))


def _scrolling(label, wide):
    # The tabulator key reaches it, so that it can be scrolled without a mouse.
    return _tag("div", wide, class_="scroll", tabindex=0, role="region", aria_label=label)


def _cells(rung):
    yield _tag("td", rung.name)
    yield _tag("td", _status(rung))
    finding = rung.first or rung.needed
    if finding and finding.figures:
        yield from _needed(finding, finding.figures, finding.tolerance)
    else:
        notes = [_note(each) for each in (finding, *rung.findings) if each]
        yield _tag("td", rung.reason or "".join(notes[:1]), colspan=5)


def _status(rung):
    style = f"status {rung.status.replace(' ', '-')}"
    return _tag("span", f"{_SIGNS[rung.status]} {rung.status}", class_=style)


def _needed(finding, figures, tolerance):
    """The cells of a finding: tensor, needed beside allowed in each measure, share, reason."""
    measures = _measures(tolerance) or ["absolute"]
    needed = ["equal"] if figures.equal else [_size(figures, each) for each in measures]
    yield _tag("td", where(finding), class_="tensor")
    for lines in (needed, _allowed(tolerance)):
        yield _tag("td", *(_tag("span", each) for each in lines), class_="numbers")
    yield _tag("td", *_share(tolerance.use(figures)), class_="numbers")
    yield _tag("td", tolerance.reason, class_="words")


def _measures(tolerance):
    return [each for each in MEASURES if tolerance.of(each)]


def _size(figures, measure):
    return f"{_number(getattr(figures, measure))} {measure.replace('ulp', 'ULP')}"


def _allowed(tolerance):
    return [_size(tolerance, each) for each in _measures(tolerance)] or ["only equal"]


def _share(share):
    """A share of the tolerance, in words and as a bar."""
    within = share <= 1  # NaN is not
    said = f"{100 * share:.3g} %" if within else f"{_number(share)} times"
    filled = _tag("span", style=f"width:{math.ceil(100 * share) if within else 100}%")
    yield _tag("span", said if math.isfinite(share) else _number(share))
    yield _tag("span", filled, class_="bar" if within else "bar over")


def _difference(rung, finding):
    """The first difference in detail."""
    facts = {"rung": f"{rung.name}: {_about(rung)}", "tensor": finding.tensor}
    facts |= {"step": finding.step or "", **(_values(finding) if finding.figures else {})}
    facts |= {"origin": _ORIGINS.get(finding.origin, ""), "cause": finding.cause}
    shown = _list({**facts, "note": finding.note})
    return _tag("section", _tag("h2", "The first difference"), shown, class_="first")


def _values(finding):
    """Both values where the tensors differ most, and how far they are apart."""
    figures = finding.figures
    return {
        "index": list(figures.index) if figures.index else "none: a single number",
        "values there": f"reference {figures.reference!r}, candidate {figures.candidate!r}",
        "apart": ", ".join(_size(figures, each) for each in MEASURES),
        "allowed": " or ".join(_allowed(finding.tolerance)),
        "not equal": f"{figures.unequal:,} of {math.prod(figures.shape):,} values",
        "type, shape": f"{figures.dtype} {list(figures.shape)}",
    }


def _about(rung):
    """What the rung compares, as its module says."""
    module = inspect.getmodule(RUNGS.get(rung.name))
    return ((module and module.__doc__) or "").partition("\n")[0]


def _section(rung):
    """A rung's heading, what is to be said in words, and its charts."""
    notes = [each for each in rung.findings if each.verdict == DIFFERENT or not each.figures]
    parts = [_tag("h3", rung.name, " ", _status(rung)), _tag("p", _about(rung))]
    said = [_note(each) for each in notes[:_NOTES]]
    if notes[_NOTES:]:
        said.append(f"and {len(notes) - _NOTES:,} more")
    parts += [_tag("ul", *(_tag("li", each) for each in said))] if said else []
    charts = [_chart(rung, *each) for each in _groups(rung.findings).items()]
    return _tag("section", *parts, _tag("div", *charts, class_="charts"))


def _note(finding):
    sizes = [_size(finding.figures, each) for each in MEASURES] if finding.figures else []
    said = "; ".join(filter(None, (", ".join(sizes), finding.note, finding.cause)))
    return f"{'different: ' * (finding.verdict == DIFFERENT)}{where(finding)}: {said}"


def _groups(findings):
    """The findings of each chart: row of the table of tolerances, note, kind of tensor -> list."""
    groups: dict[tuple, list] = {}
    for each in findings:
        if each.figures:
            # A slot ("m of W_fc"); or an experiment ("probe: W_fc").
            kinds = r"\w+ of |" if each.step else r".*: |gradient by |"
            kind = re.match(kinds, each.tensor)
            key = (each.row, each.note, kind[0] if kind else "", each.step is None)
            groups.setdefault(key, []).append(each)
    return groups


def _chart(rung, group, findings):
    """A figure: every tensor of a group, in its order, or over the steps."""
    row, note, kind, _ = group
    said = (row.removeprefix(rung.name).strip(", "), kind.strip(": ").removesuffix(" of"), note)
    head = _tag("b", ", ".join(filter(None, dict.fromkeys(said))))
    if all(each.figures.equal for each in findings):
        names = ", ".join(dict.fromkeys(each.tensor.removeprefix(kind) for each in findings))
        return _tag("figure", _tag("figcaption", head), _tag("p", f"Equal, bit for bit: {names}."))
    measure, limit, value = _plotted(findings)
    axis = _tag("span", f"{measure}; allowed: {_number(limit) if limit else 'only equal'}")
    points = [(each.tensor.removeprefix(kind), each, value(each)) for each in findings]
    style, draw = ("lines", _lines) if findings[0].step else ("dots", _dots)
    return _tag("figure", _tag("figcaption", head, axis), *draw(points, limit), class_=style)


def _plotted(findings):
    """What a chart shows: a measure, what is allowed in it, and a function to a finding's value."""
    tolerances = {each.tolerance for each in findings}
    allowing = {each for tolerance in tolerances for each in _measures(tolerance)}
    measure = next(iter(allowing)) if allowing else "relative"
    if max(len(tolerances), len(allowing)) > 1 or measure in ("absolute", "ulp"):
        # No measure decides alone, or it has a unit for which the axis has no place.
        return "share of the tolerance", 1.0, lambda each: each.tolerance.use(each.figures)
    return measure, tolerances.pop().of(measure), lambda each: getattr(each.figures, measure)


def _dots(points, limit):
    """A row for each finding: its tensor, where it stands on the axis, and its value."""
    allowed = _tag("b", style=_left(limit))
    for name, finding, value in points:
        mark = _tag("i", class_=finding.verdict, style=_left(value))
        said = _tag("span", _number(value) if value else "equal", class_=finding.verdict)
        track = _tag("span", allowed, mark, class_="track")
        yield _tag("div", _tag("span", name), track, said, class_="dot-row")
    ticks = {"equal": 0, "1e-6": 1e-6, "1e-3": 1e-3, "1": 1}
    marks = [_tag("i", said, style=_left(at)) for said, at in ticks.items()]
    yield _tag("div", _tag("span"), _tag("span", *marks, class_="axis"), class_="dot-row")


def _left(value):
    return f"left:{plots.place(math.inf if math.isnan(value) else value):.1%}"


def _lines(points, limit):
    """A line for each tensor over the steps, and which line is whose."""
    series: dict[str, list] = {}
    for name, finding, value in points:
        point = finding.step, math.inf if math.isnan(value) else value
        # The legend escapes its names, but does not make them printable.
        series.setdefault(_printable(name), []).append(point)
    shown = {name: _thinned(line) for name, line in series.items()}
    yield _scrolling("chart", _Html(plots.chart(shown, limit)))
    yield _Html(plots.legend(shown) if len(shown) > 1 else "")


def _thinned(line):
    """At most `_POINTS` of a line's points."""
    every = math.ceil(len(line) / _POINTS)
    parts = (line[start : start + every] for start in range(0, len(line), every))
    return [max(part, key=lambda point: point[1]) for part in parts]
