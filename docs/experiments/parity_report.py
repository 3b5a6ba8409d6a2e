"""Records the report that docs/parity.md shows: of docs/results/example_port.py."""

import argparse
import os

from experiments.support import apart, recorded

HELP = "record the report on the example port, docs/results/example_port.py"
WRITES = ("example_port.txt",)
TAKES = "half a minute"

COMMAND = ("parity", "example_port:build")

#: The exit status of the command: the port has another epsilon.
DIFFERENT = 1


def run(arguments: argparse.Namespace) -> None:
    text = apart.call(report, {"COLUMNS": "80"})
    (recorded.RESULTS / "example_port.txt").write_text(text)


def report() -> str:
    """What `legacy-cnn parity example_port:build` prints in docs/results.

    The port's dropout draws its mask from Keras' global seed.
    """
    import keras

    from legacy_cnn.streams import printed

    keras.utils.set_random_seed(0)

    os.chdir(recorded.RESULTS)
    return printed(run_command)


def run_command() -> None:
    from legacy_cnn import cli
    from legacy_cnn.errors import BenchError

    status = cli.main(COMMAND)
    if status != DIFFERENT:
        raise BenchError(
            f"legacy-cnn {' '.join(COMMAND)} ended with exit status {status} instead of "
            f"{DIFFERENT}; run it in docs/results to see why."
        )
