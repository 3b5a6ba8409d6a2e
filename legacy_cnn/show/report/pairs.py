"""The section with both programs side by side: layers, and the tensors of the port that match."""

from collections.abc import Iterable

from legacy_cnn.results import Report
from legacy_cnn.results.report import DIFFERENT, REWRITTEN, Finding, Rung
from legacy_cnn.show.html import Cell, Html, cell, table, tag

#: Rungs that compare what a step computes, in its order.
COMPUTED = ("forward", "dropout", "loss", "gradients")

_HEADER = ("rung", "reference", "port", "verdict")
_TEXT = (
    "The tensors of the reference in the order of computation, each with the tensor of the port "
    "that has its values, whatever it is called there."
)
#: Of a tensor that has no partner by value: what the port returns, or its own of that name.
_SAME_NAME = "its own"
_SIGNS = {DIFFERENT: "\u2717 different", REWRITTEN: "another way to the same values"}


def section(report: Report) -> Html:
    """Returns the section of the page; nothing if no layers were compared."""
    rungs = [rung for rung in report.rungs if rung.name in COMPUTED and rung.findings]
    if not any(one.partner for rung in rungs for one in rung.findings):
        return Html("")
    first = next((rung for rung in report.rungs if rung.first), None)
    rows = [
        _row(rung, finding, rung is first and finding is rung.first)
        for rung in rungs
        for finding in _once(rung)
    ]
    shown = table("pairs", _HEADER, rows)
    return tag("section", tag("h2", "Side by side"), tag("p", _TEXT), shown)


def _once(rung: Rung) -> Iterable[Finding]:
    """Each tensor once: it is compared again with other weights, where it may differ."""
    once: dict[str, Finding] = {}
    for finding in rung.findings:
        if finding.tensor not in once or once[finding.tensor].verdict != DIFFERENT:
            once[finding.tensor] = finding
    return once.values()


def _row(rung: Rung, finding: Finding, is_first: bool) -> list[Cell | str]:
    unlike = "nothing like it" if finding.verdict == DIFFERENT else ""
    partner = finding.partner or (_SAME_NAME if finding.figures else unlike)
    sign = _SIGNS.get(finding.verdict, "\u2713")
    if is_first:
        sign = f"{sign}: the first"
    style = "different" if finding.verdict == DIFFERENT else "quiet"
    return [
        rung.name,
        finding.tensor,
        cell(partner, class_="tensor"),
        cell(tag("span", sign, class_=style)),
    ]
