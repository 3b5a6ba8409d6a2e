"""A report in blocks: the ladder as a table, the verdict, and the first differences."""

import math
from collections.abc import Iterator

from legacy_cnn.results import Report
from legacy_cnn.results.report import (
    DIFFERENT,
    FAILED,
    PASSED,
    REWRITTEN,
    Figures,
    Finding,
    Measure,
    Rung,
    Tolerance,
)
from legacy_cnn.show.blocks import Block, Mark, Table, Text
from legacy_cnn.show.numbers import accuracy, count, two_digits
from legacy_cnn.show.report.words import ORIGINS, binding, named, place, size, sizes, verdict

#: Differences that are listed.
MOST = 5

_HEADER = ("rung", "status", "tensor", "difference", "tolerance")
#: Units that are shorter in the table than elsewhere.
_SHORT = {" absolute": " abs", " relative": " rel"}
_NOTES = (
    "rel: relative to the largest value of the tensor",
    "norm: relative to its Euclidean norm, or for weights in training to that of their change",
)


def title(report: Report) -> str:
    return f"{report.candidate}: {verdict(report)}"


def blocks(report: Report) -> list[Block]:
    rows = [(rung.name, _status(rung), *_row(rung)) for rung in report.rungs]
    return [
        Text(f"{report.candidate} against {report.reference}"),
        Table("", _HEADER, rows, left=_HEADER),
        *(Text(note, quiet=True) for note in _NOTES),
        *_conclusion(report),
    ]


def _status(rung: Rung) -> Mark:
    if rung.status == PASSED:
        return Mark(rung.status, "good")
    return Mark(rung.status, "bad" if rung.status == FAILED else "quiet")


def _row(rung: Rung) -> tuple[str, str, str]:
    """Tensor, difference and tolerance of the finding that decides a rung."""
    finding = rung.first or rung.closest
    if finding is None:
        return rung.reason or (rung.findings[0].note if rung.findings else ""), "", ""
    if finding.figures is None:
        return f"{place(finding)}: {finding.note}", "", ""
    rewritten = sum(finding.verdict == REWRITTEN for finding in rung.findings)
    tensor = f"{place(finding)} ({rewritten} rewritten)" if rewritten else place(finding)
    measure = binding(finding, finding.figures)
    allowed = finding.tolerance.of(measure)
    return (
        tensor,
        _short(finding.figures, measure) if finding.figures.of(measure) else "equal",
        _short(finding.tolerance, measure) if allowed else "none",
    )


def _short(numbers: Figures | Tolerance, measure: Measure) -> str:
    """A difference or a tolerance for a narrow column."""
    text = size(numbers, measure, two_digits)
    for unit, short in _SHORT.items():
        text = text.replace(unit, short)
    return text


def _conclusion(report: Report) -> Iterator[Text]:
    """The verdict, and the first difference in detail."""
    if report.accuracy:
        accuracies = (f"{who} {accuracy(value)}" for who, value in report.accuracy.items())
        yield Text(f"Accuracy on the test set: {', '.join(accuracies)}")
    if not report.first:
        rungs = named(report, PASSED)
        yield Text(f"{verdict(report)}: {rungs}." if rungs else f"{verdict(report)}.")
        return
    rung, finding = report.first
    yield Text(f"Different. The first difference is on rung {rung.name}: {place(finding)}.")
    yield from _details(finding)
    differences = [
        (rung, finding)
        for rung in report.rungs
        for finding in rung.findings
        if finding.verdict == DIFFERENT
    ]
    if len(differences) > 1:
        more = len(differences) > MOST
        shown = f"; the first {MOST} (the JSON and the page list all)" if more else ""
        yield Text(f"{count(len(differences))} differences{shown}:")
        for rung, finding in differences[:MOST]:
            yield Text(f"{rung.name}: {_difference(finding)}", indent=2)


def _details(finding: Finding) -> Iterator[Text]:
    """What is known about a difference, line by line."""
    figures = finding.figures
    if figures:
        at = f"at {list(figures.index)}: " if figures.index else ""
        elements = f"{count(figures.unequal)} of {count(math.prod(figures.shape))}"
        yield Text(
            f"{at}reference {figures.reference!r}, candidate {figures.candidate!r}", indent=2
        )
        yield Text(
            f"largest difference: {sizes(figures, two_digits)}; {elements} elements differ",
            indent=2,
        )
    for line in (
        finding.note,
        finding.origin and f"Origin: {ORIGINS[finding.origin]}",
        finding.cause and f"Cause: {finding.cause}",
    ):
        if line:
            yield Text(line, indent=2)


def _difference(finding: Finding) -> str:
    figures = finding.figures
    how = _short(figures, binding(finding, figures)) if figures else finding.note
    return ", ".join(filter(None, (place(finding), how))) + (
        f"; {finding.cause}" if finding.cause else ""
    )
