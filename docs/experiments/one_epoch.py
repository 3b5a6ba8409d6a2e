"""Trains every implementation for an epoch from the same weights, batches and noise.

python docs/experiments one_epoch         writes one_epoch.json (four minutes on two cores)
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from experiments.recorded import RESULTS
from legacy_cnn.settings import IMPLEMENTATIONS

SEEDS = (0, 1, 2)


def main(arguments):
    runs = []
    for seed in SEEDS:
        for implementation in IMPLEMENTATIONS:
            with tempfile.TemporaryDirectory() as place:
                run = Path(place) / "run"
                command = [
                    sys.executable, "-m", "legacy_cnn", "train", "--with", implementation,
                    "--epochs", "1", "--seed", str(seed), "--run-dir", str(run),
                ]  # fmt: skip
                subprocess.run(command, check=True, capture_output=True)
                results = json.loads((run / "results.json").read_text())
            (epoch,) = results["epochs"]
            runs.append(
                {
                    "implementation": implementation,
                    "seed": seed,
                    **{each: epoch[each] for each in ("loss", "train_accuracy", "test_accuracy")},
                }
            )
            print(runs[-1], flush=True)
    (RESULTS / "one_epoch.json").write_text(json.dumps({"runs": runs}, indent=1) + "\n")
