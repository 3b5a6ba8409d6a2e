"""The tables of docs/parity.md, from the recorded JSON."""

import statistics
from collections.abc import Mapping
from typing import Any

from experiments.support.markdown import markdown
from experiments.support.recorded import read
from legacy_cnn.parity.rounding import BOUND
from legacy_cnn.parity.tolerance import TOLERANCES
from legacy_cnn.results.report import MEASURES, Measure
from legacy_cnn.show.report.words import UNITS


def measured() -> dict[str, dict[Measure, float]]:
    """Row of the table -> measure -> the most that was measured where nothing was wrong."""
    most: dict[str, dict[Measure, float]] = {
        row: dict.fromkeys(MEASURES, 0.0) for row in TOLERANCES
    }
    for run in read("false_alarms")["runs"]:
        for row, figures in run["needed"].items():
            for measure, value in figures.items():
                most[row][measure] = max(most[row][measure], value)
    return most


def tolerances() -> str:
    """What is allowed, what was measured, and why."""
    most = measured()
    rows = []
    for row, tolerance in TOLERANCES.items():
        given = tolerance.measures
        allowed = ", ".join(f"{tolerance.of(each):g} {UNITS[each]}" for each in given) or "0"
        needed = ", ".join(f"{most[row][each]:.2g} {UNITS[each]}" for each in given) or "0"
        rows.append([row, tolerance.reason, allowed, needed])
    return markdown(["Row", "Reason", "Tolerance", "Measured"], rows, 2)


def drift() -> str:
    """How far two correct programs drift apart."""
    runs = read("drift")["runs"]
    rows = []
    for step in ("1", "10", "20", "30"):
        columns = [[run[row][step] for run in runs] for row in ("loss", "weights", "slots")]
        cells = [f"{statistics.median(column):.1e} ({max(column):.1e})" for column in columns]
        rows.append([step, *cells])
    header = ["Steps", "Loss, relative", "Weights, norm of their change", "Slots, norm"]
    return (
        "The table shows the largest difference of any tensor: the median (maximum) of "
        f"{len(runs)} runs of correct programs.\n\n{markdown(header, rows, 0)}"
    )


def one_epoch() -> str:
    """Every implementation after an epoch from the same weights, batches and noise."""
    runs = read("one_epoch")["runs"]
    seeds = sorted({run["seed"] for run in runs})
    by_seed = [[run["test_accuracy"] for run in runs if run["seed"] == seed] for seed in seeds]
    apart = max(max(accuracies) - min(accuracies) for accuracies in by_seed)
    rows = []
    for name in dict.fromkeys(run["implementation"] for run in runs):
        own = {run["seed"]: run["test_accuracy"] for run in runs if run["implementation"] == name}
        rows.append([name, *(f"{own[seed]:.4f}" for seed in seeds)])
    table = markdown(["Implementation", *(f"Seed {seed}" for seed in seeds)], rows)
    return (
        f"{table}\n\nWith the same seed, the accuracies are at most {100 * apart:.1f} percentage "
        "points apart."
    )


def false_alarms() -> str:
    """The runs where nothing was wrong, by port: how far the worst tensor of each was apart."""
    runs = read("false_alarms")["runs"]
    rows = []
    for port in sorted({run["port"] for run in runs}):
        worst = sorted(worst_ratio(run) for run in runs if run["port"] == port)
        alarms = sum(share(run) > 1 for run in runs if run["port"] == port)
        most = [f"{figure:.1f}" for figure in (statistics.median(worst), _ninth(worst), worst[-1])]
        rows.append([port, len(worst), alarms, *most])
    header = ["Port", "Runs", "False alarms", "Median", "9 of 10", "Largest"]
    return (
        f"The table shows {len(runs)} comparisons of correct ports, half of the tutorial and half "
        "of the foreign programs in tests/programs: one seed each, one or two threads on each "
        "side, oneDNN on or off, batches of 16 to 128 images, and keep probabilities from 0.05 to "
        "1. The figures are of the worst element of any tensor of a run, as a multiple of its "
        f"measured noise; the bound is {BOUND:g}.\n\n{markdown(header, rows)}"
    )


def _ninth(figures: list[float]) -> float:
    """What nine of ten sorted figures are at most."""
    return figures[min(len(figures) - 1, (9 * len(figures)) // 10)]


def worst_ratio(run: dict[str, Any]) -> float:
    """The largest multiple of its noise that a tensor of a run was apart."""
    return max((figures["ratio"] for figures in run["needed"].values()), default=0.0)


def share(run: dict[str, Any]) -> float:
    """The most of any tolerance that a run used."""
    return max((used(row, figures) for row, figures in run["needed"].items()), default=0.0)


def used(row: str, figures: Mapping[Any, float]) -> float:
    """How much of the tolerance of a row some figures use; 1.0 is all of it."""
    given = TOLERANCES[row].measures
    if not given:
        return float("inf") if figures["absolute"] else 0.0
    return min(figures[each] / TOLERANCES[row].of(each) for each in given)


def mutants() -> str:
    """Every planted mistake, where it should be caught, and where it was; and every rewrite."""
    mistakes = [mutant for mutant in read("mutants") if mutant["expected"]]
    rewrites = [mutant for mutant in read("mutants") if not mutant["expected"]]
    caught = sum(_place(mutant["expected"]) == _place(mutant["found"]) for mutant in mistakes)
    passed = sum(not mutant["found"] for mutant in rewrites)
    return "\n".join(
        [
            f"{caught} of {len(mistakes)} mistakes were caught where they were made, and {passed} "
            f"of {len(rewrites)} rewrites passed.{_others(mistakes)}",
            "",
            _mistakes(mistakes),
            "",
            markdown(["Rewrite", "Result"], map(_rewrite, rewrites), 2),
        ]
    )


def _others(mistakes: list[dict[str, Any]]) -> str:
    """The mistakes that were not caught where they were made, and what became of them."""
    others = [each for each in mistakes if _place(each["expected"]) != _place(each["found"])]
    if not others:
        return ""
    named = (f"{each['what'].rstrip('.')} ({_outcome(each['found'])})" for each in others)
    return f" The others: {'; '.join(named)}."


def _outcome(found: Any) -> str:
    if not found:
        return "not caught"
    if "error" in found:
        return "refused, with the reason"
    return f"caught elsewhere: {_place(found)}"


def _mistakes(mutants: list[dict[str, Any]]) -> str:
    rows = [
        (
            _cell(mutant["what"]),
            _place(mutant["expected"]),
            _place(mutant["found"]),
            (mutant["found"] or {}).get("cause", ""),
        )
        for mutant in mutants
    ]
    return markdown(["Mistake", "Expected at", "Caught at", "Cause in the report"], rows, 4)


def _rewrite(mutant: dict[str, Any]) -> tuple[str, str]:
    return _cell(mutant["what"]), _place(mutant["found"])


def _cell(text: str) -> str:
    """Text of a cell: a bar would end it."""
    return text.replace("|", r"\|")


def _place(where: dict[str, Any] | None) -> str:
    """Rung and tensor, or what happened instead."""
    if not where:
        return "passed"
    return where.get("error") or f"{where['rung']}, {where['tensor']}"
