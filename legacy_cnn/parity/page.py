"""A report as one page of HTML to open, mail, print or project: no script, nothing to load."""

import inspect
import math
import re

from legacy_cnn.parity import plots
from legacy_cnn.parity.report import DIFFERENT, FAILED, NOT_COMPARED, NOT_REACHED, PASSED
from legacy_cnn.parity.rungs import RUNGS
from legacy_cnn.parity.table import where
from legacy_cnn.parity.tolerance import MEASURES
from legacy_cnn.show import html as elements
from legacy_cnn.show.html import Html, definitions, scrolling, tag
from legacy_cnn.show.numbers import three_digits as number
from legacy_cnn.show.texts import in_words, printable

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
    return elements.page(
        __file__,
        title=f"{report.candidate}: {_verdict(report)}",
        state="different" if first else "same" if _named(report, PASSED) else "nothing",
        verdict=_verdict(report),
        facts=_facts(report),
        ladder=_ladder(report.rungs),
        difference=_difference(*first) if first else "",
        rungs=Html("\n".join(_section(rung) for rung in report.rungs if rung.findings)),
    )


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
    return definitions(
        {
            "candidate": report.candidate,
            "reference": report.reference,
            "passed": _named(report, PASSED),
            "not compared": _named(report, NOT_COMPARED),
            "accuracy": in_words({who: f"{each:.4f}" for who, each in report.accuracy.items()}),
            **{name.replace("_", " "): in_words(value) for name, value in report.setting.items()},
            "time": f"{report.seconds:,.1f} seconds",
        }
    )


def _ladder(rungs):
    head = tag("tr", *(tag("th", each, scope="col") for each in _COLUMNS))
    body = tag("tbody", *(tag("tr", *_cells(each)) for each in rungs))
    return scrolling("ladder", tag("table", tag("thead", head), body))


def _cells(rung):
    yield tag("td", rung.name)
    yield tag("td", _status(rung))
    finding = rung.first or rung.needed
    if finding and finding.figures:
        yield from _needed(finding, finding.figures, finding.tolerance)
    else:
        notes = [_note(each) for each in (finding, *rung.findings) if each]
        yield tag("td", rung.reason or "".join(notes[:1]), colspan=5)


def _status(rung):
    style = f"status {rung.status.replace(' ', '-')}"
    return tag("span", f"{_SIGNS[rung.status]} {rung.status}", class_=style)


def _needed(finding, figures, tolerance):
    """The cells of a finding: tensor, needed beside allowed in each measure, share, reason."""
    measures = _measures(tolerance) or ["absolute"]
    needed = ["equal"] if figures.equal else [_size(figures, each) for each in measures]
    yield tag("td", where(finding), class_="tensor")
    for lines in (needed, _allowed(tolerance)):
        yield tag("td", *(tag("span", each) for each in lines), class_="numbers")
    yield tag("td", *_share(tolerance.use(figures)), class_="numbers")
    yield tag("td", tolerance.reason, class_="words")


def _measures(tolerance):
    return [each for each in MEASURES if tolerance.of(each)]


def _size(figures, measure):
    return f"{number(getattr(figures, measure))} {measure.replace('ulp', 'ULP')}"


def _allowed(tolerance):
    return [_size(tolerance, each) for each in _measures(tolerance)] or ["only equal"]


def _share(share):
    """A share of the tolerance, in words and as a bar."""
    within = share <= 1  # NaN is not
    said = f"{100 * share:.3g} %" if within else f"{number(share)} times"
    filled = tag("span", style=f"width:{math.ceil(100 * share) if within else 100}%")
    yield tag("span", said if math.isfinite(share) else number(share))
    yield tag("span", filled, class_="bar" if within else "bar over")


def _difference(rung, finding):
    """The first difference in detail."""
    facts = {"rung": f"{rung.name}: {_about(rung)}", "tensor": finding.tensor}
    facts |= {"step": finding.step or "", **(_values(finding) if finding.figures else {})}
    facts |= {"origin": _ORIGINS.get(finding.origin, ""), "cause": finding.cause}
    shown = definitions({**facts, "note": finding.note})
    return tag("section", tag("h2", "The first difference"), shown, class_="first")


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
    parts = [tag("h3", rung.name, " ", _status(rung)), tag("p", _about(rung))]
    said = [_note(each) for each in notes[:_NOTES]]
    if notes[_NOTES:]:
        said.append(f"and {len(notes) - _NOTES:,} more")
    parts += [tag("ul", *(tag("li", each) for each in said))] if said else []
    charts = [_chart(rung, *each) for each in _groups(rung.findings).items()]
    return tag("section", *parts, tag("div", *charts, class_="charts"))


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
            kinds = r"\w+ of |" if each.step else r".*: |gradient with respect to |"
            kind = re.match(kinds, each.tensor)
            key = (each.row, each.note, kind[0] if kind else "", each.step is None)
            groups.setdefault(key, []).append(each)
    return groups


def _chart(rung, group, findings):
    """A figure: every tensor of a group, in its order, or over the steps."""
    row, note, kind, _ = group
    said = (row.removeprefix(rung.name).strip(", "), kind.strip(": ").removesuffix(" of"), note)
    head = tag("b", ", ".join(filter(None, dict.fromkeys(said))))
    if all(each.figures.equal for each in findings):
        names = ", ".join(dict.fromkeys(each.tensor.removeprefix(kind) for each in findings))
        return tag("figure", tag("figcaption", head), tag("p", f"Equal, bit for bit: {names}."))
    measure, limit, value = _plotted(findings)
    axis = tag("span", f"{measure}; allowed: {number(limit) if limit else 'only equal'}")
    points = [(each.tensor.removeprefix(kind), each, value(each)) for each in findings]
    style, draw = ("lines", _lines) if findings[0].step else ("dots", _dots)
    return tag("figure", tag("figcaption", head, axis), *draw(points, limit), class_=style)


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
    allowed = tag("b", style=_left(limit))
    for name, finding, value in points:
        mark = tag("i", class_=finding.verdict, style=_left(value))
        said = tag("span", number(value) if value else "equal", class_=finding.verdict)
        track = tag("span", allowed, mark, class_="track")
        yield tag("div", tag("span", name), track, said, class_="dot-row")
    ticks = {"equal": 0, "1e-6": 1e-6, "1e-3": 1e-3, "1": 1}
    marks = [tag("i", said, style=_left(at)) for said, at in ticks.items()]
    yield tag("div", tag("span"), tag("span", *marks, class_="axis"), class_="dot-row")


def _left(value):
    return f"left:{plots.place(math.inf if math.isnan(value) else value):.1%}"


def _lines(points, limit):
    """A line for each tensor over the steps, and which line is whose."""
    series: dict[str, list] = {}
    for name, finding, value in points:
        point = finding.step, math.inf if math.isnan(value) else value
        # The legend escapes its names, but does not make them printable.
        series.setdefault(printable(name), []).append(point)
    shown = {name: _thinned(line) for name, line in series.items()}
    yield scrolling("chart", Html(plots.chart(shown, limit)))
    yield Html(plots.legend(shown) if len(shown) > 1 else "")


def _thinned(line):
    """At most `_POINTS` of a line's points."""
    every = math.ceil(len(line) / _POINTS)
    parts = (line[start : start + every] for start in range(0, len(line), every))
    return [max(part, key=lambda point: point[1]) for part in parts]
