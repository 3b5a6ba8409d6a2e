"""A training run, from its settings to its results."""

from collections.abc import Callable
from os import PathLike
from typing import Any

from legacy_cnn import expected, mnist
from legacy_cnn.errors import RunError, UsageError, as_warning
from legacy_cnn.feeding import Sets
from legacy_cnn.programs.program import Program
from legacy_cnn.results.training import TrainingResult
from legacy_cnn.rundir import RunDirectory
from legacy_cnn.settings import Settings
from legacy_cnn.tensorflow_start import without_warnings
from legacy_cnn.threads import in_use
from legacy_cnn.training import draws, interrupts, record
from legacy_cnn.training.checkpoints import newest_first
from legacy_cnn.training.progress import StepDone
from legacy_cnn.training.runs import build_program
from legacy_cnn.training.trainer import Interrupted, Trainer


def train(
    run_dir: str | PathLike[str] | None = None,
    *,
    resume: bool = False,
    on_step: Callable[[StepDone], object] | None = None,
    stop: Callable[[], bool] | None = None,
    warn: Callable[[str], object] | None = None,
    build: Callable[[Settings], Program] = build_program,
    **settings: Any,
) -> TrainingResult:
    """Trains the tutorial, and prints the tutorial's lines on stdout.

    Args:
      run_dir: directory of the run; None makes runs/1, runs/2, ...
      resume: whether to resume the run in `run_dir` from its last checkpoint.
      on_step: hook that is called after each step with a `StepDone`. What it raises ends the run
        at the last checkpoint.
      stop: called after each step; True saves a checkpoint and ends the run. Without it, Ctrl-C
        does.
      warn: called with a sentence about anything noteworthy. None makes Python's warnings of what
        may change the result: a damaged checkpoint that is skipped, another machine or version.
      build: builds the program of the settings, as `build_program` does in this process.
      **settings: fields of `Settings` that are not to be the tutorial's (or, resuming, the run's).

    Raises:
      Interrupted: `stop` returned True.
      KeyboardInterrupt: Ctrl-C, after the checkpoint is saved.
      UsageError: a setting is out of range, or differs from the run's own.
      RunError: the run directory or a checkpoint cannot be used.
      DataError, OSError: the data or the disk.
    """
    if resume:
        run = RunDirectory.to_resume(run_dir)
        config = run.read_config()
        chosen = record.settings_to_resume(config, settings, run)
    else:
        chosen = Settings(**settings)
        if run_dir is not None:
            RunDirectory(run_dir).refuse_if_used()
    note = warn or _ignore
    files = mnist.load_and_tell(
        chosen.data_dir, settings.get("source_url") or chosen.source_url, note
    )
    try:
        sets = Sets.of(files, chosen)
    except UsageError as error:  # about an argument, unless a file has given it
        if resume:
            raise RunError(f"{run.path} cannot be resumed: {error}") from error
        raise
    if chosen.data_dir is not None:
        note(f"Data: {files.name or 'a set without a known name'} in {chosen.data_dir}")
    with without_warnings(), build(chosen) as program:
        configuration = record.configuration(chosen, files, program.cluster)
        if not resume:
            run = RunDirectory.new(run_dir, configuration)
        with run.locked():
            if resume:
                record.check_environment(config, configuration, run, warn or as_warning)
                configuration = record.resumed(config, configuration)
            note(f"Run directory: {run.path}")
            if about_batches := draws.note(chosen):
                note(about_batches)
            if (used := in_use(chosen.threads)) != chosen.threads:
                (warn or as_warning)(
                    f"threads is {chosen.threads}, but TensorFlow has started with {used} in this "
                    f"process, which keeps them: the result may differ from that of a new process."
                )
            if resume and not newest_first(run.checkpoints):
                (warn or as_warning)("There is no checkpoint: starting at step 0.")
            trainer = Trainer(chosen, sets, run, program, warn)
            if resume:
                run.write_config(configuration)
            result = _run(trainer, stop, on_step or _ignore)
    if result.accuracy is not None and files.name == "MNIST":
        said = expected.sentence(chosen, result.accuracy)
        if said:
            note(said)
    return result


def _run(
    trainer: Trainer, stop: Callable[[], bool] | None, on_step: Callable[[StepDone], object]
) -> TrainingResult:
    if stop:
        return trainer.run(stop, on_step)
    with interrupts.noted() as interrupted:
        try:
            return trainer.run(interrupted, on_step)
        except Interrupted as saved:
            raise KeyboardInterrupt(str(saved)) from None


def _ignore(_: object) -> None:
    """Stands for a hook that was not given."""
