"""The section with both programs side by side: layers, and the tensors of the port that match."""

from legacy_cnn.results import Report
from legacy_cnn.results.report import DIFFERENT, REWRITTEN, Finding, Rung
from legacy_cnn.show.html import Cell, Html, cell, table, tag

#: Rungs that compare layers.
LAYERS = ("forward", "dropout")

_HEADER = ("reference", "port", "verdict")
_TEXT = (
    "The layers of the reference in the order of computation, each with the tensor of the port "
    "that has its values, whatever it is called there."
)
_SIGNS = {DIFFERENT: "\u2717 different", REWRITTEN: "another way to the same values"}


def section(report: Report) -> Html:
    """Returns the section of the page; nothing if no layers were compared."""
    rung = _shown(report)
    if rung is None:
        return Html("")
    first: dict[str, Finding] = {}
    for finding in rung.findings:  # again for other weights, where all was the same before
        if finding.tensor not in first or first[finding.tensor].verdict != DIFFERENT:
            first[finding.tensor] = finding
    rows = [_row(finding, finding is rung.first) for finding in first.values()]
    shown = table("pairs", _HEADER, rows)
    return tag("section", tag("h2", "Side by side"), tag("p", _TEXT), shown)


def _shown(report: Report) -> Rung | None:
    """The rung that failed, or else the first, of those that compare layers."""
    rungs = [rung for rung in report.rungs if rung.name in LAYERS]
    rungs = [r for r in rungs if any(one.partner for one in r.findings) or r.first]
    return next((rung for rung in rungs if rung.first), rungs[0] if rungs else None)


def _row(finding: Finding, is_first: bool) -> list[Cell | str]:
    partner = finding.partner or (
        "nothing like it" if finding.figures is None else "what it returns"
    )
    sign = _SIGNS.get(finding.verdict, "\u2713")
    if is_first:
        sign = f"{sign}: the first"
    style = "different" if finding.verdict == DIFFERENT else "quiet"
    return [
        finding.tensor,
        cell(partner, class_="tensor"),
        cell(tag("span", sign, class_=style)),
    ]
