"""Weights from one kind of file into another."""

from pathlib import Path

from legacy_cnn import weights as weightfiles
from legacy_cnn.errors import RunError, UsageError
from legacy_cnn.settings import Settings
from legacy_cnn.training import begin_run, open_run


def convert(source, target, implementation="graph", warn=lambda text: None):
    """Moves weights into a file, or into a new run that starts from them.

    Args:
      source: a run directory, or what `weights.read` takes.
      target: a new `.npz` or `.keras` file, or a new run directory.
      implementation: of that run.
      warn: called with a sentence about a damaged checkpoint that was passed over.

    Returns:
      The target, a `Path`.

    Raises:
      RunError, UsageError, WeightsError, OSError: source or target cannot be used.
    """
    target = Path(target)
    if target.exists():
        raise RunError(f"{target} exists already; move it away or give another name.")
    if target.suffix not in (".npz", ".keras", ""):
        raise UsageError(f"{target} must end in .npz or .keras, or be a run directory.")
    weights = read(source, warn)
    if not target.suffix:
        return begin_run(target, Settings(implementation=implementation), weights)
    weightfiles.write(target, weights)
    return target


def read(source, warn=lambda text: None):
    """The weights of a run directory, or of what `weights.read` takes."""
    if (Path(source) / "config.json").exists():
        with open_run(source, warn) as (model, _):
            return model.weights()
    return weightfiles.read(source)
