"""The section on all tensors: for each rung its notes, and charts of its differences."""

import re
from collections.abc import Callable, Iterator, Sequence

from legacy_cnn.results import Report
from legacy_cnn.results.report import DIFFERENT, Figures, Finding, Rung
from legacy_cnn.show.html import Html, tag
from legacy_cnn.show.numbers import count, three_digits
from legacy_cnn.show.report import dots, lines
from legacy_cnn.show.report.ladder import note, status
from legacy_cnn.show.report.words import UNITS

#: Notes of a rung that are shown, and from how many on they are folded.
_NOTES, _FOLDED = 40, 8

#: Measures that may be far above 1 where nothing is wrong.
_OFF_THE_AXIS = ("absolute", "ulp", "ratio")

#: Kinds of tensors: in training a slot ("m of W_fc"), outside of it an experiment ("probe: W_fc")
#: or a gradient.
_IN_TRAINING, _OUTSIDE = r"\w+ of ", r".*: |gradient with respect to "


def rungs(report: Report) -> Iterator[Html]:
    """Yields the part of each rung that has findings."""
    for number, rung in enumerate(report.rungs):
        if rung.findings:
            yield _rung(rung, number)


def _rung(rung: Rung, number: int) -> Html:
    differences = [finding for finding in rung.findings if finding.verdict == DIFFERENT]
    others = [
        finding for finding in rung.findings if finding.verdict != DIFFERENT and not finding.figures
    ]
    charts = [
        _chart(rung, group, findings, f"chart-{number}-{at}")
        for at, (group, findings) in enumerate(_groups(rung.findings).items())
    ]
    return tag(
        "section",
        tag("h3", rung.name, " ", status(rung)),
        tag("p", f"{rung.compares[0].upper()}{rung.compares[1:]}.") if rung.compares else "",
        _list([f"different: {note(finding)}" for finding in differences]),
        _folded([note(finding) for finding in others]),
        tag("div", *charts, class_="charts"),
    )


def _list(notes: list[str]) -> Html:
    if not notes:
        return Html()
    more = len(notes) - _NOTES
    shown = [*notes[:_NOTES], *([f"and {count(more)} more"] if more > 0 else [])]
    return tag("ul", *(tag("li", text) for text in shown))


def _folded(notes: list[str]) -> Html:
    """A list that is folded if it is long."""
    if len(notes) < _FOLDED:
        return _list(notes)
    return tag("details", tag("summary", f"{count(len(notes))} notes"), _list(notes))


#: What the findings of one chart have in common: row of the table of tolerances, note, kind of
#: tensor, whether it is outside of training.
Group = tuple[str, str, str, bool]


def _groups(findings: Sequence[Finding]) -> dict[Group, list[tuple[Finding, Figures]]]:
    groups: dict[Group, list[tuple[Finding, Figures]]] = {}
    for finding in findings:
        if finding.figures:
            outside = finding.step is None
            kind = re.match(_OUTSIDE if outside else _IN_TRAINING, finding.tensor)
            group = (finding.row, finding.note, kind[0] if kind else "", outside)
            groups.setdefault(group, []).append((finding, finding.figures))
    return groups


def _chart(
    rung: Rung, group: Group, findings: Sequence[tuple[Finding, Figures]], name: str
) -> Html:
    """A figure of all tensors of a group: in their order, or over the steps."""
    title, (_, _, kind, outside) = tag("b", _title(rung, group)), group
    if all(figures.equal for _, figures in findings):
        names = dict.fromkeys(finding.tensor.removeprefix(kind) for finding, _ in findings)
        equal = tag("p", f"Bitwise equal: {', '.join(names)}.")
        return tag("figure", tag("figcaption", title), equal)
    measure, limit, value = _plotted(findings)
    points = [
        (finding, finding.tensor.removeprefix(kind), value(finding, figures))
        for finding, figures in findings
    ]
    axis = tag("span", f"{measure}; tolerance {three_digits(limit) if limit else 'none'}")
    style, chart = (
        ("dots", dots.chart(points, limit))
        if outside
        else ("lines", [lines.chart(points, limit, name)])
    )
    return tag("figure", tag("figcaption", title, axis), *chart, class_=style)


def _title(rung: Rung, group: Group) -> str:
    row, note, kind, _ = group
    kind = kind.strip(": ").removesuffix(" of")
    parts = (row.removeprefix(rung.name).strip(", "), kind, note)
    return ", ".join(filter(None, dict.fromkeys(parts))) or rung.name


def _plotted(
    findings: Sequence[tuple[Finding, Figures]],
) -> tuple[str, float, Callable[[Finding, Figures], float]]:
    """What a chart shows: the measure, the tolerance in it, and the value of a finding."""
    tolerances = {finding.tolerance for finding, _ in findings}
    measures = {measure for tolerance in tolerances for measure in tolerance.measures}
    measure = next(iter(measures)) if measures else "relative"
    if max(len(tolerances), len(measures)) > 1 or measure in _OFF_THE_AXIS:
        # Several measures decide, or one with a unit for which the axis has no place.
        return (
            "share of the tolerance",
            1.0,
            lambda finding, figures: finding.tolerance.share(figures),
        )
    limit = tolerances.pop().of(measure)
    return UNITS[measure], limit, lambda finding, figures: figures.of(measure) or 0.0
