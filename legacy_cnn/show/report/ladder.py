"""The section on the ladder: a table with the tensor that decides each rung."""

import math

from legacy_cnn.results import Report
from legacy_cnn.results.report import (
    FAILED,
    NOT_COMPARED,
    NOT_REACHED,
    PASSED,
    Figures,
    Finding,
    Rung,
    Status,
    Tolerance,
)
from legacy_cnn.show.html import Cell, Html, cell, table, tag
from legacy_cnn.show.numbers import exact_percent, three_digits
from legacy_cnn.show.report.words import place, size, sizes

_SIGNS: dict[Status, str] = {
    PASSED: "\u2713",
    FAILED: "\u2717",
    NOT_COMPARED: "\u2013",
    NOT_REACHED: "\u00b7",
}
_HEADER = ("rung", "status", "tensor", "difference", "tolerance", "used", "reason")
_TEXT = (
    "Each rung isolates one cause of a difference, because it builds on the rungs before it. For a "
    "rung that passed, the table shows the tensor that uses most of its tolerance; for a rung that "
    "failed, the first tensor that differs."
)


def section(report: Report) -> Html:
    """Returns the section of the page."""
    rows = ((rung.name, status(rung), *_cells(rung)) for rung in report.rungs)
    shown = table("ladder", _HEADER, rows, class_="ladder")
    return tag("section", tag("h2", "Ladder"), tag("p", _TEXT), shown)


def status(rung: Rung) -> Html:
    """Returns the status of a rung, with a sign."""
    style = f"status {rung.status.replace(' ', '-')}"
    return tag("span", f"{_SIGNS[rung.status]} {rung.status}", class_=style)


def _cells(rung: Rung) -> list[Cell]:
    finding = rung.first or rung.closest
    if finding and finding.figures:
        return _difference(finding, finding.figures)
    notes = [note(shown) for shown in (finding, *rung.findings) if shown]
    return [cell(rung.reason or "".join(notes[:1]), colspan=5)]


def _difference(finding: Finding, figures: Figures) -> list[Cell]:
    """Tensor, difference and tolerance in each measure, share of the tolerance, its reason."""
    measures = finding.tolerance.measures or ("absolute",)
    sizes = ["equal"] if figures.equal else [size(figures, measure) for measure in measures]
    share = finding.tolerance.share(figures)
    return [
        cell(place(finding), class_="tensor"),
        *(
            cell(*(tag("span", line) for line in lines), class_="numbers")
            for lines in (sizes, allowed(finding.tolerance))
        ),
        cell(*_share(share), class_="numbers"),
        cell(finding.tolerance.reason, class_="words"),
    ]


def allowed(tolerance: Tolerance) -> list[str]:
    """Returns a tolerance in each of its measures."""
    return [size(tolerance, measure) for measure in tolerance.measures] or ["none"]


def _share(share: float) -> tuple[Html, Html]:
    """A share of the tolerance, in words and as a bar."""
    within = share <= 1  # NaN is not
    words = exact_percent(share) if within else f"{three_digits(share)} times"
    percent = max(math.ceil(100 * share), 0) if within else 100
    return (
        tag("span", words if math.isfinite(share) else three_digits(share)),
        tag("span", tag("span", style=f"width:{percent}%"), class_="bar" if within else "bar over"),
    )


def note(finding: Finding) -> str:
    """Returns a finding in one line."""
    numbers = sizes(finding.figures) if finding.figures else ""
    words = "; ".join(filter(None, (numbers, finding.note, finding.cause)))
    return f"{place(finding)}: {words}" if words else place(finding)
