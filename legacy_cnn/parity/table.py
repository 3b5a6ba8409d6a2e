"""A report as a table of text, for the terminal and for a failed test."""

import io
import math

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from legacy_cnn.parity.report import DIFFERENT, FAILED, PASSED, REWRITTEN
from legacy_cnn.parity.tolerance import MEASURES

_STYLES = {PASSED: "green", FAILED: "bold red"}
_UNITS = {"absolute": "abs", "relative": "max", "ulp": "ULP", "norm": "norm"}
_LEGEND = {
    "max": "of the tensor's largest value",
    "norm": "of its Euclidean norm (of weights: of the norm of their movement)",
}

#: How many differences are listed.
MOST = 5


def show(report, console):
    """Prints the report on a rich `Console`."""
    console.print(f"{report.candidate} against {report.reference}", markup=False)
    console.print(_ladder(report))
    console.print(
        "\n".join(f"{unit}: {what}" for unit, what in _LEGEND.items()), style="dim", soft_wrap=True
    )
    for line in _conclusion(report):
        console.print(line, markup=False, soft_wrap=True)


def show_on_terminal(report):
    show(report, Console(highlight=False))


def text(report, width=100):
    """The same as plain text."""
    file = io.StringIO()
    show(report, Console(file=file, width=width, highlight=False, color_system=None))
    return file.getvalue()


def _ladder(report):
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for name in ("rung", "", "tensor", "needed", "allowed"):
        table.add_column(name, no_wrap=name != "tensor", overflow="fold")
    for rung in report.rungs:
        style = _STYLES.get(rung.status, "dim")
        row = [escape(each) for each in _row(rung)]
        table.add_row(rung.name, f"[{style}]{rung.status}[/]", *row)
    return table


def _row(rung):
    finding = rung.first or rung.needed
    if finding is None:
        return rung.reason or (f"{rung.findings[0].note}" if rung.findings else ""), "", ""
    place = where(finding)
    if finding.figures is None:
        return f"{place}: {finding.note}", "", ""
    measure = binding(finding)
    rewritten = sum(each.verdict == REWRITTEN for each in rung.findings)
    if rewritten:
        place += f" ({rewritten} rewritten)"
    return place, needed(finding, measure), allowed(finding, measure)


def binding(finding):
    """The measure in which the finding is nearest to what is allowed."""
    given = [each for each in MEASURES if finding.tolerance.of(each)]
    return min(
        given or ["absolute"],
        key=lambda each: getattr(finding.figures, each) / (finding.tolerance.of(each) or 1),
    )


def needed(finding, measure):
    """The tolerance that would have passed, with its unit."""
    value = getattr(finding.figures, measure)
    return "0" if value == 0 else f"{_number(value)} {_UNITS[measure]}"


def allowed(finding, measure):
    value = finding.tolerance.of(measure)
    return f"{_number(value)} {_UNITS[measure]}" if value else "0"


def _number(value):
    if math.isinf(value):
        return "infinite"
    return f"{value:.2g}" if value < 1e5 else f"{value:.2e}"


def where(finding):
    """The tensor, and the step where there is one."""
    return f"{finding.tensor}, step {finding.step}" if finding.step else finding.tensor


def _conclusion(report):
    """The verdict, and the first difference in detail."""
    if report.accuracy:
        yield (
            f"Accuracy on the test set: reference {report.accuracy['reference']:.4f}, "
            f"candidate {report.accuracy['candidate']:.4f}"
        )
    if report.same:
        compared = [rung.name for rung in report.rungs if rung.status == PASSED]
        yield f"Same program, as far as it was compared: {', '.join(compared)}."
        return
    rung, finding = report.first
    yield f"Different, first on the rung {rung.name}: {where(finding)}."
    yield from details(finding)
    found = others(report)
    if len(found) > 1:
        more = len(found) - MOST
        rest = f", the first {MOST}; --json and --html have all" if more > 0 else ""
        yield f"{len(found)} differences{rest}:"
        for each, finding in found[:MOST]:
            size = needed(finding, binding(finding)) if finding.figures else finding.note
            yield f"  {each.name}: {where(finding)}, {size}{finding.cause and '; '}{finding.cause}"


def details(finding):
    """What is to be said of a finding that is different, line by line."""
    figures = finding.figures
    if figures:
        yield f"  at {list(figures.index)}: reference {figures.reference!r}, " + (
            f"candidate {figures.candidate!r}"
        )
        yield (
            f"  largest difference {_number(figures.absolute)}, "
            f"{_number(figures.relative)} of the largest value, {_number(figures.ulp)} ULP; "
            f"{_number(figures.norm)} of the norm; "
            f"{figures.unequal:,} of {math.prod(figures.shape):,} values differ"
        )
    if finding.note:
        yield f"  {finding.note}"
    if finding.origin == "local":
        yield "  It is local: it differs from the same input, too."
    if finding.origin == "accumulated":
        yield "  It has accumulated: from the same input there is no difference here."
    if finding.cause:
        yield f"  Cause: {finding.cause}"


def others(report):
    """All findings that are different: rung, finding."""
    return [
        (rung, each) for rung in report.rungs for each in rung.findings if each.verdict == DIFFERENT
    ]
