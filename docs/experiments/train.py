"""Records a training run with its settings, versions and machine."""

import argparse
import json
from pathlib import Path

from experiments.support import recorded

HELP = "record a finished run of `legacy-cnn train`"
WRITES = ("train.json",)
TAKES = "no time, after a run of three minutes"


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", metavar="RUN", type=Path, help="directory of the run")
    recorded.add_quick(parser)


def run(arguments: argparse.Namespace) -> None:
    record = {
        name: json.loads((arguments.run / f"{name}.json").read_text())
        for name in ("config", "results")
    }
    recorded.write(arguments, "train.json", record)
