"""Opens a trained run, and starts a run from given weights."""

import contextlib
from collections.abc import Callable, Iterator
from os import PathLike
from pathlib import Path

from legacy_cnn import files, mnist, programs
from legacy_cnn.errors import RunError
from legacy_cnn.programs.program import Options, Program, Values
from legacy_cnn.rundir import RunDirectory
from legacy_cnn.settings import Settings
from legacy_cnn.tensorflow_start import without_warnings
from legacy_cnn.training import record
from legacy_cnn.training.checkpoints import Checkpoints
from legacy_cnn.training.progress import Progress


@contextlib.contextmanager
def open_run(
    path: str | PathLike[str], *, warn: Callable[[str], object] | None = None
) -> Iterator[tuple[Program, Settings]]:
    """Yields the `Program` of the run in `path`, with its last state, and its `Settings`.

    Args:
      path: a run directory; a run that is still being trained may be opened, too.
      warn: called with a sentence for each damaged checkpoint that is skipped; None makes Python's
        warnings of them.

    Raises:
      RunError: there is no run, or it has no checkpoint that can be read.
    """
    with open_at_step(path, warn) as (program, settings, _):
        yield program, settings


@contextlib.contextmanager
def open_at_step(
    path: str | PathLike[str], warn: Callable[[str], object] | None = None
) -> Iterator[tuple[Program, Settings, int]]:
    """Yields what `open_run` does, and the number of steps that the run has done."""
    run = RunDirectory(path)
    settings = record.settings_to_resume(run.read_config(), {}, run)
    with build_program(settings) as program:
        progress = Checkpoints(run.checkpoints, warn).restore(program)
        if progress is None:
            raise RunError(f"{path} has no checkpoint yet.")
        yield program, settings, progress["step"]


def begin_run(path: str | PathLike[str], settings: Settings, weights: Values) -> Path:
    """Creates a run with given initial weights and no steps yet; `train` can resume it.

    The directory appears when it is complete: without its checkpoint, a run would be resumed from
    the weights of its seed.

    Args:
      path: the directory to create; it must not exist.
      settings: the settings of the run.
      weights: dict from each name of the vocabulary to its initial value, float32.

    Returns:
      The directory.

    Raises:
      FileExistsError: the directory exists.
    """
    with build_program(settings) as program:
        program.initialise(weights)
        data = mnist.load(settings.data_dir, settings.source_url)
        with files.new_directory(path) as directory:
            run = RunDirectory(directory)
            run.write_config(record.configuration(settings, data))
            Checkpoints(run.checkpoints).save(program, Progress().to_json(), is_new=True)
    return Path(path)


def build_program(settings: Settings) -> Program:
    """Builds the program of a run; its variables have no values yet.

    Raises:
      UsageError: the implementation cannot run with these settings in this process.
    """
    with without_warnings():
        return programs.build(settings.implementation, options_of(settings))


def options_of(settings: Settings) -> Options:
    """What the program of a run is built with."""
    return Options(
        graph=settings.graph,
        learning_rate=settings.learning_rate,
        keep_prob=settings.keep_prob,
        threads=settings.threads,
    )
