"""A run, opened to be used, and one begun from given weights."""

import contextlib
import dataclasses

from legacy_cnn import mnist
from legacy_cnn.errors import RunError
from legacy_cnn.training import models, record
from legacy_cnn.training.checkpoints import Checkpoints
from legacy_cnn.training.progress import Progress
from legacy_cnn.training.rundir import RunDirectory


@contextlib.contextmanager
def open_run(path, warn=None):
    """Yields the `Model` of the run in `path` and its `Settings`.

    Args:
      path: a run directory; a run that is still being trained may be opened too.
      warn: called with a sentence for each damaged checkpoint that was passed over.

    Raises:
      RunError: no run is there, or it has no checkpoint that can be used.
    """
    run = RunDirectory(path)
    settings = record.settings_to_resume(run.read_config(), {}, run)
    with models.build(settings) as model:
        if Checkpoints(run.checkpoints, warn or (lambda text: None)).restore(model) is None:
            raise RunError(f"{path} has no checkpoint yet.")
        yield model, settings


def begin_run(path, settings, weights):
    """Makes a run that has not taken a step, from given weights; `train` with `resume` goes on.

    Args:
      path: the directory to make.
      settings: its `Settings`.
      weights: dict from each name of the vocabulary to its first value, float32.

    Returns:
      The path.
    """
    run = RunDirectory(path)
    run.path.mkdir(parents=True)
    with run.locked(), models.build(settings) as model:
        model.initialise(weights)
        files = mnist.load(settings.data_dir, settings.source_url)
        run.write_config(record.configuration(settings, files))
        Checkpoints(run.checkpoints, warn=str).save(model, dataclasses.asdict(Progress()))
    return run.path
