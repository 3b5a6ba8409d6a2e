"""How a report's findings are put into words, on the terminal and on the page."""

import math
from collections.abc import Callable

from legacy_cnn.results.report import (
    MEASURES,
    NOT_COMPARED,
    Figures,
    Finding,
    Measure,
    Report,
    Status,
    Tolerance,
)
from legacy_cnn.show.numbers import count, three_digits

#: Units of a difference.
UNITS: dict[Measure, str] = {
    "absolute": "absolute",
    "relative": "relative",
    "ulp": "ULP",
    "norm": "norm",
    "ratio": "times the measured noise",
}

#: A factor is round if it is a whole number, or one divided by it, up to this relative error.
ROUND = 1e-5


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
    """Returns a difference in every measure that was counted.

    Where its noise was measured, that comes first, and units in the last place say nothing more.
    """
    measures: list[Measure] = [measure for measure in MEASURES if measure != "ratio"]
    if figures.ratio is not None:
        measures = ["ratio", *(measure for measure in measures if measure != "ulp")]
    return ", ".join(filter(None, (size(figures, measure, write) for measure in measures)))


def multiple(figures: Figures) -> str:
    """Returns by which round factor a single number differs, "" if there is none: "16 times the
    reference's" for a sum in place of a mean."""
    factor = round_factor(figures)
    if factor is None:
        return ""
    if factor == -1:
        return "the negative of the reference's"
    if abs(factor) < 1:
        return f"1/{count(round(1 / factor))} of the reference's"
    return f"{count(round(factor))} times the reference's"


def round_factor(figures: Figures) -> float | None:
    """The factor between two single numbers, if it is a whole number or one divided by it."""
    values = figures.reference, figures.candidate
    if math.prod(figures.shape) != 1 or not all(map(math.isfinite, values)) or 0 in values:
        return None
    factor = figures.candidate / figures.reference
    whole = factor if abs(factor) >= 1 else 1 / factor
    if not math.isfinite(whole) or round(whole) == 1:
        return None
    if abs(whole - round(whole)) > min(ROUND * abs(whole), 0.01):
        return None
    return float(round(whole)) if abs(factor) >= 1 else 1 / round(whole)


def binding(finding: Finding, figures: Figures) -> Measure:
    """Returns the measure in which a difference uses the least of its tolerance.

    It decides whether the tensor passes. Absolute, if the tolerance is 0.
    """
    measures = finding.tolerance.measures or ("absolute",)

    def share(measure: Measure) -> float:
        value = figures.of(measure)
        return float("inf") if value is None else value / (finding.tolerance.of(measure) or 1)

    return min(measures, key=share)


def named(report: Report, status: Status) -> str:
    """Returns the names of the rungs with a status."""
    return ", ".join(rung.name for rung in report.rungs if rung.status == status)


def not_compared(report: Report) -> str:
    """Returns the names of what the reference has and was not compared."""
    return ", ".join(report.uncompared)


def left_out(report: Report) -> str:
    """Returns the names of the rungs that were not compared and need not be."""
    return ", ".join(
        rung.name for rung in report.rungs if rung.status == NOT_COMPARED and not rung.owed
    )


#: Type -> significant digits that tell each of its numbers from the others.
_DIGITS = {"float32": 9, "float16": 5, "bfloat16": 4}


def both(figures: Figures) -> str:
    """Both values where two tensors differ most, with as many digits as their type has."""
    digits = _DIGITS.get(figures.dtype)
    shown = (
        repr(float(f"{value:.{digits}g}")) if digits and isinstance(value, float) else repr(value)
        for value in (figures.reference, figures.candidate)
    )
    return "reference {}, candidate {}".format(*shown)
