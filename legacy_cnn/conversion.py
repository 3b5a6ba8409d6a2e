"""Converts weights from one kind of file to another."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from legacy_cnn import files
from legacy_cnn import weights as weightfiles
from legacy_cnn.errors import UsageError
from legacy_cnn.settings import Settings
from legacy_cnn.training import begin_run, open_run


def convert(
    source: str | os.PathLike[str],
    target: str | os.PathLike[str],
    *,
    implementation: str = "graph",
    warn: Callable[[str], object] | None = None,
) -> Path:
    """Writes weights to a new file, or to a new run that starts with them.

    Args:
      source: a run directory, or a file that `weights.read` can read.
      target: a new `.npz` or `.keras` file, or a new run directory.
      implementation: the implementation that the new run trains.
      warn: called with a sentence about a damaged checkpoint that was skipped, or about the
        settings of a new run.

    Returns:
      The target.

    Raises:
      RunError: `target` already exists, or `source` is a run that cannot be opened.
      UsageError: `target` has another suffix.
      WeightsError: `source` cannot be read as weights.
      OSError: a file cannot be read or written.
    """
    path = Path(target)
    files.check_new(path, "target")
    if path.suffix not in (".npz", ".keras", ""):
        raise UsageError(f"{path} must end in .npz or .keras, or be a run directory.")
    weights = read(source, warn)
    if not path.suffix:
        run = begin_run(path, Settings(implementation=implementation), weights)
        if warn:
            warn(
                f"{run} is a run at step 0 with the default settings: batch size, seed and "
                f"learning rate do not come from {source}."
            )
        return run
    weightfiles.write(path, weights)
    return path


def read(
    source: str | os.PathLike[str], warn: Callable[[str], object] | None = None
) -> dict[str, NDArray[np.float32]]:
    """Reads the weights of a run directory, or of a file that `weights.read` can read.

    Args:
      source: the run directory or the file.
      warn: called with a sentence about a damaged checkpoint that was skipped; None makes Python's
        warning of it.

    Returns:
      Dict from each name of the vocabulary to its value, float32.
    """
    if (Path(source) / "config.json").exists():
        with open_run(source, warn=warn) as (model, _):
            return model.weights()
    return weightfiles.read(source)
