"""Trains for an epoch alone, on a synchronous and on an asynchronous cluster, with some seeds."""

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from experiments.support import recorded, small_runs
from legacy_cnn.errors import BenchError

HELP = "train for an epoch alone and on clusters, with five seeds"
WRITES = ("cluster_epoch.json",)
TAKES = "forty minutes"

WHAT = (
    "One epoch, accuracy on the test set with the dropout off; [k] of staleness is the number of "
    "steps between whose weights and whose update other workers made k updates."
)
SEEDS = (0, 1, 2, 3, 4)
#: Way to train -> workers, and words for `train`; no workers is a single process.
WAYS: dict[str, tuple[int, tuple[str, ...]]] = {
    "single process": (0, ()),
    "synchronous, 2 workers": (2, ()),
    "asynchronous, 2 workers": (2, ("--asynchronous",)),
    "asynchronous, 4 workers": (4, ("--asynchronous",)),
}
PATIENCE = 60.0
#: Training images that a quick run sets aside: all but seven batches.
QUICK = 59_000


def add_options(parser: argparse.ArgumentParser) -> None:
    recorded.add_quick(parser)
    parser.add_argument(
        "--go-on", action="store_true", help="keep the runs that the record has already"
    )


def run(arguments: argparse.Namespace) -> None:
    done = _kept(arguments)
    words = ["--validation-size", str(QUICK)] if arguments.quick else []
    for seed in SEEDS[:1] if arguments.quick else SEEDS:
        for way in WAYS:
            if any((one["way"], one["seed"]) == (way, seed) for one in done):
                continue
            done.append({"way": way, "seed": seed, **_epoch(way, seed, words)})
            print(done[-1], file=sys.stderr)
            recorded.write(arguments, "cluster_epoch.json", {"what": WHAT, "runs": done})


def _kept(arguments: argparse.Namespace) -> list[dict[str, Any]]:
    path = recorded.target(arguments, "cluster_epoch.json")
    return json.loads(path.read_text())["runs"] if arguments.go_on and path.exists() else []


def _epoch(way: str, seed: int, words: list[str]) -> dict[str, Any]:
    """Trains; returns accuracy, loss and staleness."""
    workers, more = WAYS[way]
    train = ["--seed", str(seed), "--epochs", "1", "--threads", "1", *words, *more]
    with tempfile.TemporaryDirectory() as folder:
        run_dir = Path(folder) / "run"
        if workers:
            _on_a_cluster(workers, train, run_dir)
        else:
            small_runs.sound("train", *train, "--run-dir", run_dir)
        result = json.loads((run_dir / "results.json").read_text())
    (epoch,) = result["epochs"]
    figures = {"accuracy": epoch["test_accuracy"], "loss": epoch["loss"]}
    return {**figures, "staleness": result["staleness"]}


def _on_a_cluster(workers: int, words: list[str], run_dir: Path) -> None:
    from legacy_cnn.cluster.here import Cluster

    said: list[str] = []
    jobs = {"ps": 1, "worker": workers}
    with Cluster(jobs, words, run_dir, PATIENCE, said.append) as cluster:
        if cluster.watch(lambda: False) or said:
            raise BenchError(f"The cluster has failed: {' '.join(said)}")
