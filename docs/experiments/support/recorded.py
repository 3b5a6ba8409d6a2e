"""The recorded results, in docs/results."""

import argparse
import json
from pathlib import Path
from typing import Any

from legacy_cnn import files

#: The directory of all recorded results.
RESULTS = Path(__file__).resolve().parents[2] / "results"


def read(name: str) -> Any:
    """Reads a recorded result.

    Args:
      name: of a JSON file in docs/results, without its ending.
    """
    return json.loads((RESULTS / f"{name}.json").read_text())


def add_quick(parser: argparse.ArgumentParser) -> None:
    """Adds the option that every experiment has that records numbers."""
    parser.add_argument(
        "--quick",
        metavar="DIR",
        type=Path,
        help="run the smallest setting, to try the experiment, and write to DIR instead of "
        "docs/results",
    )


def target(arguments: argparse.Namespace, file: str) -> Path:
    """The path of a file that an experiment writes; its directory exists."""
    directory: Path = arguments.quick or RESULTS
    directory.mkdir(parents=True, exist_ok=True)
    return directory / file


def write(arguments: argparse.Namespace, file: str, value: Any) -> None:
    """Writes a record as JSON."""
    files.write_json(target(arguments, file), value)
