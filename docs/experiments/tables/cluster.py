"""The table of docs/how-to/cluster.md, from the recorded JSON."""

import statistics
from typing import Any

from experiments.support.markdown import markdown
from experiments.support.recorded import read

_KINDS = ("loss", "gradients", "slots", "weights")


def cluster_step() -> str:
    """How far a step of a cluster is from that of a single process."""
    rows = read("cluster_step")["rows"]
    workers = sorted({row["workers"] for row in rows})
    table = [
        [f"{number}", *(_largest(rows, number, kind) for kind in _KINDS)] for number in workers
    ]
    return markdown(["Workers", *(kind.capitalize() for kind in _KINDS)], table)


def cluster_kills() -> str:
    """What has become of runs of which a process was killed."""
    rows = [
        [row["way"], row["process"], f"{row['kills']}", f"{row['right']}", f"{row['apart']:.1g}"]
        for row in read("cluster_kills")["rows"]
    ]
    return markdown(["Workers", "Killed", "Kills", "Right", "Losses apart, relative"], rows)


def cluster_epoch() -> str:
    """Accuracy and staleness after an epoch, over seeds."""
    runs = read("cluster_epoch")["runs"]
    rows = [
        _epoch(way, [run for run in runs if run["way"] == way])
        for way in dict.fromkeys(run["way"] for run in runs)
    ]
    header = ["Training", "Seeds", "Accuracy, mean", "Range", "Staleness, mean", "Most"]
    return markdown(header, rows)


def _epoch(way: str, runs: list[dict[str, Any]]) -> list[str]:
    accuracies = [run["accuracy"] for run in runs]
    counts = [pair for run in runs for pair in enumerate(run["staleness"])]
    steps = sum(count for _, count in counts)
    return [
        way,
        f"{len(runs)}",
        f"{statistics.mean(accuracies):.4f}",
        f"{min(accuracies):.4f} - {max(accuracies):.4f}",
        f"{sum(updates * count for updates, count in counts) / steps:.2f}" if steps else "",
        f"{max(updates for updates, _ in counts)}" if steps else "",
    ]


def cluster_stalls() -> str:
    """What has become of runs whose network was disturbed."""
    facts = read("cluster_stalls")
    rows = [
        [f"it {kind}", *(f"{row[each]}" for each in ("runs", "right", "complete", "seconds"))]
        for kind, row in facts["kinds"].items()
    ]
    header = ["The network", "Runs", "Right", "Of which complete", "Seconds until the last end"]
    return markdown(header, rows)


def _largest(rows: list[dict[str, float]], workers: int, kind: str) -> str:
    figure = max(row[kind] for row in rows if row["workers"] == workers)
    return f"{figure:.3g}"
