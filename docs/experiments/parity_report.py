"""Records the report that docs/parity.md shows: of docs/results/example_port.py."""

import argparse
import os

from experiments.support import apart, recorded

HELP = "record the report on the example port, docs/results/example_port.py"
WRITES = ("example_port.txt",)
TAKES = "half a minute"

COMMAND = ("parity", "example_port:build")


def run(arguments: argparse.Namespace) -> None:
    text = apart.call(report, {"COLUMNS": "80"})
    (recorded.RESULTS / "example_port.txt").write_text(text)


def report() -> str:
    """What `legacy-cnn parity example_port:build` prints in docs/results."""
    from legacy_cnn import cli
    from legacy_cnn.streams import printed

    os.chdir(recorded.RESULTS)
    return printed(lambda: cli.main(COMMAND))
