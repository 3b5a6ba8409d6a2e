"""Makes the goldens of the releases again (tests/golden/originals), where they are set up.

`legacy-cnn originals setup RELEASE` sets a release up.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from experiments.support import goldens
from legacy_cnn.errors import LegacyCnnError

HELP = "let old releases of TensorFlow, and today's, write what they compute"
WRITES = ("tests/golden/originals/*.json", "tests/golden/originals/checkpoints")
TAKES = "ten minutes a release"


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "releases", nargs="*", metavar="RELEASE", help="default: all that have a file"
    )
    parser.add_argument("--to", metavar="DIR", type=Path, default=goldens.FOLDER)
    parser.add_argument(
        "--sections", nargs="+", default=(), help='for example "losses" or "cells/GRU*"'
    )


def run(arguments: argparse.Namespace) -> None:
    for release in arguments.releases or goldens.releases():
        write(release, arguments.to, arguments.sections)


def write(release: str, directory: Path, sections: Sequence[str] = ()) -> None:
    """Lets a release write its golden.

    Args:
      release: one that is set up, or that of this Python.
      directory: where to.
      sections: what to write; nothing stands for everything.

    Raises:
      LegacyCnnError: the writer failed.
    """
    writer = goldens.FOLDER / "write.py"
    command = [python(release), str(writer), "--to", str(directory), *sections]
    # What is on the path of this Python is not for an older one.
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    if subprocess.run(command, env=environment, check=False).returncode:
        raise LegacyCnnError(f"TensorFlow {release} could not write its golden; see above.")


def python(release: str) -> str:
    """The Python of a release."""
    from legacy_cnn.originals import environments

    if goldens.version(release) >= (2,):
        return sys.executable
    return str(environments.find(release).python)
