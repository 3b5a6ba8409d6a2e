"""The table of docs/how-to/cluster.md, from the recorded JSON."""

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
        [name, str(row["kills"]), str(row["right"]), f"{row['apart']:.1g}"]
        for name, row in read("cluster_kills").items()
    ]
    return markdown(["Killed", "Kills", "Right", "Losses apart, relative"], rows)


def _largest(rows: list[dict[str, float]], workers: int, kind: str) -> str:
    figure = max(row[kind] for row in rows if row["workers"] == workers)
    return f"{figure:.3g}"
