"""The tables of the old releases' own results, and of their comparison with today's."""

import itertools
import math
from collections.abc import Sequence
from statistics import mean, stdev
from typing import Any

from scipy import stats

from experiments.original_results import PLAN
from experiments.support import recorded
from experiments.support.markdown import markdown
from experiments.support.recorded import RESULTS
from legacy_cnn import results
from legacy_cnn.expected import interval
from legacy_cnn.originals import packages
from legacy_cnn.results import OriginalsComparison
from legacy_cnn.results.study import Study
from legacy_cnn.show import originals as view
from legacy_cnn.show.numbers import accuracy, deviation, loss

#: Fewest runs that a probability is told from.
FEWEST = 3

#: Epochs -> our study of the listing with so many, and its variant.
_OURS = {2: ("two_epochs", "two-epochs"), 10: ("study", "published")}

Group = tuple[str, int, list[dict[str, Any]]]


def original_accuracies() -> str:
    """Accuracy and losses of the listing on old releases, of ours, and of the published runs."""
    study = results.read(RESULTS / "study.json", Study)
    groups = [*_groups(), *(("ours", epochs, _ours(epochs)) for epochs in _OURS)]
    rows = [_row(title, epochs, runs) for title, epochs, runs in groups]
    for published in study.published:
        run = {"losses": published.losses, "accuracy": published.accuracy}
        title = f"{published.id}: {published.variant}"
        rows.append(_row(title, len(published.losses), [run]))
    measured = ["Accuracy", "Std. deviation", "Range", "First loss", "Last loss"]
    return markdown(["", "Epochs", "Runs", *measured], rows)


def _ours(epochs: int) -> list[dict[str, Any]]:
    """Our runs with dropout in the evaluation, as `_groups` has those of the releases."""
    name, variant = _OURS[epochs]
    study = results.read(RESULTS / f"{name}.json", Study)
    reached = study.trained[variant].accuracy.by_seed
    return [
        {"losses": [epoch.loss for epoch in run.epochs[:epochs]], "accuracy": value}
        for run, value in zip(study.trainings["dropout"], reached, strict=True)
    ]


def _row(title: str, epochs: int, runs: Sequence[dict[str, Any]]) -> list[object]:
    reached = [run["accuracy"] for run in runs]
    return [
        title,
        epochs,
        len(runs),
        accuracy(mean(reached)),
        deviation(stdev(reached) if len(reached) > 1 else None),
        _range([accuracy(value) for value in sorted(reached)]),
        *(_range([loss(run) for run in sorted(run["losses"][at] for run in runs)])
          for at in (0, -1)),
    ]  # fmt: skip


def _range(shown: list[str]) -> str:
    return shown[0] if len(shown) == 1 else f"{shown[0]} - {shown[-1]}"


def reached() -> str:
    """How many of the planned runs are recorded."""
    counts = {(runs[0]["release"], epochs): len(runs) for _, epochs, runs in _groups()}
    parts = [
        f"{counts.get((release, epochs), 0)} of {planned} with {epochs} epochs on {release}"
        for release, epochs, planned in PLAN
    ]
    return f"Recorded so far, of the runs that are planned: {', '.join(parts)}."


def likelihood() -> str:
    """How likely the accuracy of C2 is, as a run of the listing with two epochs."""
    study = results.read(RESULTS / "study.json", Study)
    (published,) = [run for run in study.published if run.id == "C2"]
    epochs = len(published.losses)
    groups = [(f"on {title}", runs) for title, length, runs in _groups() if length == epochs]
    lines = [] if groups else ["- No run of so many epochs on an old release is recorded yet."]
    if len(groups) > 1:
        groups.append(("on these releases together", [run for _, runs in groups for run in runs]))
    for where, runs in [*groups, ("of ours", _ours(epochs))]:
        accuracies = [run["accuracy"] for run in runs]
        lines.append(f"- {_likelihood(where, accuracies, published.accuracy)}")
    return "\n".join(lines)


def _likelihood(where: str, reached: list[float], published: float) -> str:
    above, count = sum(value >= published for value in reached), len(reached)
    runs = f"{count} runs" if count > 1 else "one run"
    first = f"Of {runs} {where}, {above or 'none'} reached {accuracy(published)}"
    if count < FEWEST or not stdev(reached):
        return f"{first}; too few for a probability."
    middle, spread = mean(reached), stdev(reached)
    away = (published - middle) / spread
    low, high = interval(reached)
    return (
        f"{first}. Their mean is {accuracy(middle)}, their standard deviation {deviation(spread)}, "
        f"and their range {_range([accuracy(value) for value in sorted(reached)])}: C2 is "
        f"{abs(away):.1f} standard deviations {'above' if away > 0 else 'below'} the mean. One "
        f"more run would lie within {accuracy(low)} - {accuracy(high)} with a probability of 95%, "
        f"and reach C2 with one of {exceeding(published, reached):.2g}; whatever their "
        f"distribution, at most {at_most(above, count):.1%} reach it, with a confidence of 95%."
    )


def exceeding(value: float, sample: Sequence[float]) -> float:
    """The probability that one more draw exceeds a value, if the draws are normal.

    Student's t distribution of a prediction: the mean and the deviation are the sample's, and the
    sample is no larger than it is.
    """
    count = len(sample)
    t = (value - mean(sample)) / (stdev(sample) * math.sqrt(1 + 1 / count))
    return float(stats.t.sf(t, count - 1))


def at_most(found: int, count: int) -> float:
    """The largest share of all draws that a sample does not rule out, with a confidence of 95%.

    Clopper and Pearson's upper bound, which assumes no distribution of what is drawn.
    """
    return float(stats.beta.ppf(0.95, found + 1, count - found)) if found < count else 1.0


def _groups() -> list[Group]:
    """The recorded runs by release and epochs, shortest first."""
    runs = recorded.read("originals")["runs"]

    def key(run: dict[str, Any]) -> tuple[int, list[int]]:
        return run["epochs"], [int(number) for number in run["release"].split(".")]

    groups = itertools.groupby(sorted(runs, key=key), key)
    lists = [list(group) for _, group in groups]
    return [(f"TensorFlow {group[0]['release']}", group[0]["epochs"], group) for group in lists]


def compared() -> str:
    """The comparison of old releases with today's, as it was recorded."""
    result = results.read(RESULTS / "originals_compared.json", OriginalsComparison)
    rows = [
        [*row, "same" if release.same else "different"]
        for row, release in zip(view.agreement_rows(result), result.releases.values(), strict=True)
    ]
    return markdown([*view.agreement_header(result), "verdict"], rows, 2)


def tried() -> str:
    """The versions that were set up, and the Python that each was set up on."""
    rows = [
        [python, ", ".join(version for row in rows for version in row.tried)]
        for python, rows in itertools.groupby(
            packages.PACKAGES.values(), lambda row: row.pythons[0]
        )
    ]
    return markdown(["Python", "Releases that were set up and imported"], rows, 2)
