"""The tables of docs/parity.md, from the recorded JSON."""

import statistics

from experiments.recorded import markdown, read
from legacy_cnn.parity.tolerance import MEASURES, TOLERANCES

UNITS = {"absolute": "absolute", "relative": "max", "ulp": "ULP", "norm": "norm"}


def measured():
    """Row of the table -> measure -> the most that was measured where nothing was wrong."""
    noise = list(read("noise")["noise"].values())
    ports = [run["needed"] for run in read("false_alarms")["runs"]]
    found = {row: dict.fromkeys(MEASURES, 0.0) for row in TOLERANCES}
    for rows in noise:
        for row, figures in rows.items():
            for measure, most in figures.items():
                found[row][measure] = max(found[row][measure], most["value"])
    for rows in ports:
        for row, figures in rows.items():
            for measure, value in figures.items():
                found[row][measure] = max(found[row][measure], value)
    return found


def tolerances():
    """What is allowed, what was measured, and why."""
    most = measured()
    rows = []
    for row, tolerance in TOLERANCES.items():
        given = [each for each in MEASURES if tolerance.of(each)]
        allowed = ", ".join(f"{tolerance.of(each):g} {UNITS[each]}" for each in given) or "0"
        needed = ", ".join(f"{most[row][each]:.2g} {UNITS[each]}" for each in given) or "0"
        rows.append([row, tolerance.reason, allowed, needed])
    return markdown(["Rung", "Reason", "Allowed", "Measured"], rows, 2)


def drift():
    """How far two correct programs drift apart."""
    runs = read("drift")["runs"]
    lines = [
        "The table shows the largest difference of any tensor: the median (maximum) of "
        f"{len(runs)} runs of correct programs.",
        "",
        "| Steps | Loss, relative | Weights, norm of their change | Slots, norm |",
        "| ---: | ---: | ---: | ---: |",
    ]
    for step in ("1", "10", "20", "30"):
        cells = []
        for row in ("loss", "weights", "slots"):
            values = [run[row][step] for run in runs]
            cells.append(f"{statistics.median(values):.1e} ({max(values):.1e})")
        lines.append(f"| {step} | {' | '.join(cells)} |")
    return "\n".join(lines)


def one_epoch():
    """Every implementation after an epoch from the same weights, batches and noise."""
    runs = read("one_epoch")["runs"]
    seeds = sorted({run["seed"] for run in runs})
    rows = []
    for name in dict.fromkeys(run["implementation"] for run in runs):
        own = {run["seed"]: run["test_accuracy"] for run in runs if run["implementation"] == name}
        rows.append([name, *(f"{own[seed]:.4f}" for seed in seeds)])
    return markdown(["Implementation", *(f"Seed {seed}" for seed in seeds)], rows)


def false_alarms():
    """The hundred runs where nothing was wrong, by port."""
    runs = read("false_alarms")["runs"]
    rows = []
    for port in sorted({run["port"] for run in runs}):
        own = [run for run in runs if run["port"] == port]
        used = [share(run) for run in own]
        alarms = sum(each > 1 for each in used)
        rows.append([port, len(own), alarms, f"{max(used):.0%}"])
    return "\n".join(
        [
            f"The table shows {len(runs)} comparisons of correct ports, with seeds 0 to "
            f"{len(runs) - 1}, one or two threads on each side, and oneDNN on or off.",
            "",
            markdown(["Port", "Runs", "False alarms", "Largest share of a tolerance"], rows),
        ]
    )


def share(run):
    """The most of any tolerance that a run used."""
    used = [0.0]
    for row, figures in run["needed"].items():
        given = [each for each in MEASURES if TOLERANCES[row].of(each)]
        if not given:
            used.append(float("inf") if figures["absolute"] else 0.0)
        else:
            used.append(min(figures[each] / TOLERANCES[row].of(each) for each in given))
    return max(used)


def mutants():
    """Every planted mistake, where it should be caught, and where it was; and every rewrite."""
    planted = read("mutants")
    mistakes = [each for each in planted if each["expected"]]
    rewrites = [each for each in planted if not each["expected"]]
    caught = sum(_place(each["expected"]) == _place(each["found"]) for each in mistakes)
    passed = sum(not each["found"] for each in rewrites)
    lines = [
        f"{caught} of {len(mistakes)} mistakes were caught where they were made, and {passed} of "
        f"{len(rewrites)} rewrites passed.",
        "",
        "| Mistake | Expected at | Caught at | Cause in the report |",
        "| --- | --- | --- | --- |",
    ]
    for each in mistakes:
        cause = (each["found"] or {}).get("cause", "")
        places = f"{_place(each['expected'])} | {_place(each['found'])}"
        lines.append(f"| {_cell(each['what'])} | {places} | {cause} |")
    lines += ["", "| Rewrite | Result |", "| --- | --- |"]
    lines += [f"| {_cell(each['what'])} | {_place(each['found'])} |" for each in rewrites]
    return "\n".join(lines)


def _cell(text):
    """Text of a cell: a bar would end it."""
    return text.replace("|", r"\|")


def _place(where):
    """Rung and tensor, or what happened instead."""
    if not where:
        return "passed"
    return where.get("error") or f"{where['rung']}, {where['tensor']}"
