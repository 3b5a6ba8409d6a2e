"""A run, opened to be used: its model at the newest sound checkpoint."""

import contextlib

from legacy_cnn.errors import RunError
from legacy_cnn.training import record
from legacy_cnn.training.checkpoints import Checkpoints
from legacy_cnn.training.model import Model
from legacy_cnn.training.rundir import RunDirectory


@contextlib.contextmanager
def open_run(path, warn=lambda text: None):
    """Yields the `Model` of the run in `path` and its `Settings`.

    Args:
      path: a run directory; a run that is still being trained may be opened too.
      warn: called with a sentence for each damaged checkpoint that was passed over.

    Raises:
      RunError: no run is there, or it has no checkpoint that can be used.
    """
    run = RunDirectory(path)
    settings = record.settings_to_resume(run.read_config(), {}, run)
    with Model(settings.learning_rate, settings.threads) as model:
        if Checkpoints(run.checkpoints, warn).restore(model) is None:
            raise RunError(f"{path} has no checkpoint yet.")
        yield model, settings
