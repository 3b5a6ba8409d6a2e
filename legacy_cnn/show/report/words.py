"""How a report's findings are put into words, on the terminal and on the page."""

from collections.abc import Callable

from legacy_cnn.results.report import (
    MEASURES,
    NOT_COMPARED,
    PASSED,
    Figures,
    Finding,
    Measure,
    Report,
    Status,
    Tolerance,
)
from legacy_cnn.show.numbers import three_digits

#: Units of a difference.
UNITS: dict[Measure, str] = {
    "absolute": "absolute",
    "relative": "relative",
    "ulp": "ULP",
    "norm": "norm",
}

#: Where a difference comes from.
ORIGINS = {
    "local": "local: the tensor differs for equal input, too",
    "accumulated": "accumulated: for equal input, the tensor is the same",
}


def place(finding: Finding) -> str:
    """Returns the tensor of a finding, with the step if there is one."""
    return finding.tensor if finding.step is None else f"{finding.tensor}, step {finding.step}"


def size(
    numbers: Figures | Tolerance, measure: Measure, write: Callable[[float], str] = three_digits
) -> str:
    """Returns a difference or a tolerance in one measure, with its unit; "" if not counted."""
    value = numbers.of(measure)
    return "" if value is None else f"{write(value)} {UNITS[measure]}"


def sizes(figures: Figures, write: Callable[[float], str] = three_digits) -> str:
    """Returns a difference in every measure that was counted."""
    return ", ".join(filter(None, (size(figures, measure, write) for measure in MEASURES)))


def binding(finding: Finding, figures: Figures) -> Measure:
    """Returns the measure in which a difference uses the least of its tolerance.

    It decides whether the tensor passes. Absolute, if the tolerance is 0.
    """
    measures = finding.tolerance.measures or ("absolute",)

    def share(measure: Measure) -> float:
        value = figures.of(measure)
        return float("inf") if value is None else value / (finding.tolerance.of(measure) or 1)

    return min(measures, key=share)


#: The verdict on a file of weights if there are no weights to compare it with.
_ONLY_SHAPES = "Only shapes and types were compared, and they are the same"


def verdict(report: Report) -> str:
    """Returns the verdict, for a title."""
    if not report.first:
        if not named(report, PASSED):
            return "Nothing was compared"
        return "Same program, as far as it was compared" if _has_values(report) else _ONLY_SHAPES
    rung, finding = report.first
    index = finding.figures.index if finding.figures else ()
    element = f", index {list(index)}" if index else ""
    return f"Different. The first difference is on rung {rung.name}: {place(finding)}{element}"


def _has_values(report: Report) -> bool:
    """Whether a rung passed by more than notes about shapes and types."""
    passed = [rung for rung in report.rungs if rung.status == PASSED]
    return any(
        not rung.findings or any(finding.figures for finding in rung.findings) for rung in passed
    )


def named(report: Report, status: Status) -> str:
    """Returns the names of the rungs with a status."""
    return ", ".join(rung.name for rung in report.rungs if rung.status == status)


def not_compared(report: Report) -> str:
    """Returns the names of the rungs that were not compared."""
    return named(report, NOT_COMPARED)
