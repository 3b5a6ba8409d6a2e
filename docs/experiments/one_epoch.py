"""Trains every implementation for an epoch from the same weights, batches and noise."""

import argparse
import sys
import tempfile
from typing import Any

from experiments.support import apart, recorded
from legacy_cnn.settings import IMPLEMENTATIONS

HELP = "train every implementation for one epoch, with three seeds"
WRITES = ("one_epoch.json",)
TAKES = "four minutes"

SEEDS = (0, 1, 2)

#: Training images that a quick run sets aside: all but seven batches.
QUICK = 59_000


def add_options(parser: argparse.ArgumentParser) -> None:
    recorded.add_quick(parser)


def run(arguments: argparse.Namespace) -> None:
    runs = []
    settings = {"validation_size": QUICK} if arguments.quick else {}
    for seed in SEEDS[:1] if arguments.quick else SEEDS:
        for implementation in IMPLEMENTATIONS:
            setting = {"implementation": implementation, "seed": seed}
            runs.append({**setting, **apart.call(epoch, **setting, **settings)})
            print(runs[-1], file=sys.stderr)
    recorded.write(arguments, "one_epoch.json", {"runs": runs})


def epoch(**settings: Any) -> dict[str, float]:
    """Trains for an epoch; returns its loss and accuracies."""
    from legacy_cnn import training

    with tempfile.TemporaryDirectory() as directory:
        (first,) = training.train(f"{directory}/run", epochs=1, **settings).epochs
    return {
        "loss": first.loss,
        "train_accuracy": first.train_accuracy,
        "test_accuracy": first.test_accuracy,
    }
