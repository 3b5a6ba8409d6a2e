"""A report in blocks: the verdict, the ladder as a table, and the first differences."""

from collections import Counter
from collections.abc import Iterator

from legacy_cnn.results import Report
from legacy_cnn.results.report import (
    DIFFERENT,
    FAILED,
    NOT_COMPARED,
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
from legacy_cnn.show.report.conclusion import lines, verdict
from legacy_cnn.show.report.words import binding, multiple, place, size

#: Differences that are listed.
MOST = 5

_HEADER = ("rung", "status", "tensor", "difference", "tolerance")
#: Units that are shorter in the table than elsewhere.
_SHORT = {" absolute": " abs", " relative": " rel", " times the measured noise": " x noise"}
#: Unit in the table -> what it means.
_NOTES = {
    "x noise": "x noise: times what rounding was measured to do to that element",
    "rel": "rel: relative to the largest value of the tensor",
    "norm": "norm: relative to its Euclidean norm, or for weights in training to that of their "
    "change",
}


def title(report: Report) -> str:
    return f"{report.candidate}: {verdict(report)}"


def blocks(report: Report) -> list[Block]:
    rows = [(rung.name, _status(rung), *_row(rung)) for rung in report.rungs]
    units = {cell.rpartition(" ")[2] for row in rows for cell in row[3:]}
    return [
        Text(f"{verdict(report)}."),
        *(Text(line) for line in lines(report)),
        Text(f"{report.candidate} against {report.reference}"),
        Table("", _HEADER, rows, left=_HEADER),
        *(Text(note, quiet=True) for unit, note in _NOTES.items() if unit.split()[-1] in units),
        *_data(report),
        *_accuracy(report),
        *_differences(report),
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
    verdicts = Counter(finding.verdict for finding in rung.findings)
    others = [f"{verdicts[one]} {one}" for one in (REWRITTEN, NOT_COMPARED) if verdicts[one]]
    tensor = f"{place(finding)} ({', '.join(others)})" if others else place(finding)
    figures, measure = finding.figures, binding(finding, finding.figures)
    allowed = finding.tolerance.of(measure)
    return (
        tensor,
        "equal" if figures.equal else _short(figures, measure),
        _short(finding.tolerance, measure) if allowed else "none",
    )


def _short(numbers: Figures | Tolerance, measure: Measure) -> str:
    """A difference or a tolerance for a narrow column."""
    text = size(numbers, measure, two_digits)
    for unit, short in _SHORT.items():
        text = text.replace(unit, short)
    return text


def _data(report: Report) -> Iterator[Text]:
    """Where the batches are from, if neither MNIST nor the user gave them."""
    if "data" in report.setting:
        yield Text(f"Batches: {report.setting['data']}")
    if "ignored" in report.setting:
        yield Text(f"Not used, because the reference decides: {report.setting['ignored']}")
    if "run" in report.setting:
        yield Text(f"Run: {report.setting['run']}")


def _accuracy(report: Report) -> Iterator[Text]:
    if report.accuracy:
        accuracies = (f"{who} {accuracy(value)}" for who, value in report.accuracy.items())
        yield Text(f"Accuracy on the test set: {', '.join(accuracies)}")


def _differences(report: Report) -> Iterator[Text]:
    """The first differences, if there is more than one."""
    differences = [
        (rung, finding)
        for rung in report.rungs
        for finding in rung.findings
        if finding.verdict == DIFFERENT
    ]
    if len(differences) < 2:
        return
    more = len(differences) > MOST
    shown = f"; the first {MOST} (the JSON and the page list all)" if more else ""
    yield Text(f"{count(len(differences))} differences{shown}:")
    for rung, finding in differences[:MOST]:
        yield Text(f"{rung.name}: {_difference(finding)}", indent=2)


def _difference(finding: Finding) -> str:
    figures = finding.figures
    how = finding.note
    if figures:
        how = multiple(figures) or _short(figures, binding(finding, figures))
    return ", ".join(filter(None, (place(finding), how))) + (
        f"; {finding.cause}" if finding.cause else ""
    )
