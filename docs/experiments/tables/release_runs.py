"""The table of the listing's runs in old releases and here, from docs/results/release_runs.json."""

from typing import Any

from experiments.support import recorded
from experiments.support.markdown import markdown


def runs() -> str:
    """How much of each release's run is the same here."""
    header = (
        "Release",
        "Batches",
        "Masks",
        "Initial weights",
        "Losses, first 3 steps",
        "first 8",
        "first 30",
        "Accuracy there",
        "here",
    )
    return markdown(header, [_row(run) for run in recorded.read("release_runs")["runs"]])


def apart() -> str:
    """How far two releases, whose runs have the same seeds and batches, are from one another."""
    every = {run["version"]: run["losses"] for run in recorded.read("release_runs")["runs"]}
    first, second = "1.4.0", "1.15.5"
    relative = [abs(a - b) / b for a, b in zip(every[first], every[second], strict=True)]
    sizes = ", ".join(f"{max(relative[:steps]):.1e} after {steps}" for steps in (3, 8, 30))
    return f"The losses of {first} and {second}, from the same seeds, are apart by {sizes} steps."


def _row(run: dict[str, Any]) -> list[str]:
    large, small, masks = (run[name] for name in ("large_batches", "batches", "masks"))
    weights, losses = run["initial_weights"], run["losses_apart"]
    batches = [large[0] + small[0], large[1] + small[1]]
    return [
        run["version"],
        _equal(batches),
        _equal([masks[0] + run["evaluation_mask"][0], masks[1] + run["evaluation_mask"][1]]),
        f"{weights['largest_difference']:.1e}" if weights["share_that_differs"] else "equal",
        *(f"{max(losses[:steps]):.1e}" for steps in (3, 8, 30)),
        *(f"{run['accuracy'][where]:.4f}" for where in ("there", "here")),
    ]


def _equal(counts: list[int]) -> str:
    equal, compared = counts
    return f"all {compared} equal" if equal == compared else f"{equal} of {compared} equal"
