"""The lines that a report begins with: the verdict, the first difference, its cause or advice."""

import math
import shlex

from legacy_cnn.results import Report
from legacy_cnn.results.report import (
    AS_FAR_AS_COMPARED,
    PASSED,
    SAME,
    Figures,
    Finding,
    Rung,
)
from legacy_cnn.show.numbers import count, two_digits
from legacy_cnn.show.report.words import (
    both,
    left_out,
    multiple,
    named,
    not_compared,
    place,
    round_factor,
    sizes,
)

#: The verdict on a file of weights if there are no weights to compare it with.
_ONLY_SHAPES = "Only shapes and types were compared, and they are the same"

#: Rung -> where a difference that nothing explains is looked for.
_WHERE = {
    "batch": "the port's own `train` and `test`: order, scale, types and the last batch",
    "weights": "the sizes and types of the layer that has this weight, and what a call assigns",
    "forward": "what the model does with its inputs before that",
    "dropout": "layers that are others in training: dropout, noise, normalisation",
    "loss": "the loss that compile is given, its from_logits and reduction, and losses that layers "
    "and regularizers add",
    "gradients": "the loss, what stops gradients, and what train_step does to them",
    "update": "the arguments of the optimizer: rate and schedule, decay, epsilon, clipping, "
    "averages",
    "steps": "train_step, and what changes weights beside the optimizer: constraints, averages",
    "fit": "a fit of the model's own, callbacks, and averages that are written over weights",
    "predictions": "predict_step, test_step, and layers that depend on the size of a batch",
    "initial weights": "the initializer of the layer that has this weight",
}

#: Rungs that compare tensors in the order of computation.
_IN_ORDER = ("forward", "dropout", "gradients")


def verdict(report: Report) -> str:
    """Returns the verdict in one line, without a full stop, for a title."""
    if report.first:
        rung, finding = report.first
        return f"Different. The first difference is on rung {rung.name}: {place(finding)}"
    if not named(report, PASSED):
        return "Nothing was compared"
    if report.verdict == SAME:
        return "Same program"
    same = "Same as far as compared" if _has_values(report) else _ONLY_SHAPES
    return f"{same}; not compared: {not_compared(report)}"


def state(report: Report) -> str:
    """Returns what a verdict looks like: as "same", "different", "partly" or "nothing"."""
    if report.verdict != AS_FAR_AS_COMPARED:
        return report.verdict
    return "partly" if named(report, PASSED) else "nothing"


def lines(report: Report) -> list[str]:
    """Returns what follows the verdict: the first difference and its cause, or what to do."""
    if report.first:
        rung, finding = report.first
        return [
            f"{place(finding)} {_difference(report, finding)}.{_code(finding)}",
            *filter(None, [_cause(rung, finding)]),
        ]
    return [*_compared(report), *_advice(report)]


def _compared(report: Report) -> list[str]:
    """What the verdict rests on, and what need not be compared."""
    passed, omitted = named(report, PASSED), left_out(report)
    if not passed:
        return []
    return [f"Compared: {passed}; left out: {omitted}." if omitted else f"Compared: {passed}."]


def _difference(report: Report, finding: Finding) -> str:
    """Both values where a tensor differs most, and how far they are apart."""
    figures = finding.figures
    if figures is None:
        return f"differs: {finding.note}" if finding.note else "differs"
    values = both(figures)
    if multiple(figures):
        words = [f"is {multiple(figures)}: {values}", _as_many(report, figures)]
    elif math.prod(figures.shape) == 1:
        words = [f"differs: {values}", sizes(figures, two_digits)]
    else:
        elements = f"{count(figures.unequal)} of {count(math.prod(figures.shape))}"
        apart = f"at most {sizes(figures, two_digits)} apart"
        words = [f"at {list(figures.index)}: {values}", apart, f"{elements} elements differ"]
    return "; ".join(filter(None, [*words, finding.note]))


def _code(finding: Finding) -> str:
    """Where that is in both programs, in the user's code if it is there."""
    return f" {finding.place}." if finding.place else ""


def _as_many(report: Report, figures: Figures) -> str:
    """What a factor reminds of, if it is the number of images in a batch."""
    factor, size = round_factor(figures), report.setting.get("batch_size")
    if not factor or not isinstance(size, int) or size not in (factor, round(1 / factor)):
        return ""
    mistake = "a sum in place of a mean" if factor == size else "a mean in place of a sum"
    return f"a batch has {count(size)} images, so this may be {mistake}"


def _cause(rung: Rung, finding: Finding) -> str:
    """What explains a difference, or else where to look for it."""
    if finding.cause:
        return f"Cause: {finding.cause}."
    before = rung.findings[: rung.findings.index(finding)]
    same = [other.tensor for other in before if other.verdict == SAME and other.figures]
    if same and rung.name in _IN_ORDER:
        return f"Look between {same[-1]}, which is the same, and {finding.tensor}."
    where = _WHERE.get(rung.name)
    return f"Its cause is not known. Look at {where}." if where else ""


def _advice(report: Report) -> list[str]:
    """Why something was not compared, and how it need not be."""
    reasons: dict[str, list[str]] = {}
    for name, reason in report.uncompared.items():
        reasons.setdefault(reason, []).append(name)
    if not reasons:
        return []
    why = [
        f"Not compared: {', '.join(names)}: {reason.rstrip('.')}."
        for reason, names in reasons.items()
    ]
    rungs = list(dict.fromkeys(name.partition(" (")[0] for name in report.uncompared))
    flag = f"--except {shlex.quote(','.join(rungs))}"
    return [*why, f"To do without: {flag}, in Python except_for={rungs}."]


def _has_values(report: Report) -> bool:
    """Whether a rung passed by more than notes about shapes and types."""
    passed = [rung for rung in report.rungs if rung.status == PASSED]
    return any(
        not rung.findings or any(finding.figures for finding in rung.findings) for rung in passed
    )
