"""The reproduction study: variants of the tutorial, over seeds, beside published runs."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import filelock

from legacy_cnn import files, mnist
from legacy_cnn.errors import RunError, UsageError
from legacy_cnn.settings import StudySettings
from legacy_cnn.study import refusals, results, specimen
from legacy_cnn.study.trainings import Training, train_all
from legacy_cnn.study.variants import VARIANTS


class Stopped(RunError):
    """The study was asked to stop; its trainings are saved."""


def reproduce(
    directory: str | os.PathLike[str],
    *,
    stop: Callable[[], bool] | None = None,
    watch: Callable[[list[Training], list[Training]], object] | None = None,
    **settings: Any,
) -> dict[str, Any]:
    """Trains what is not trained yet of a study, and writes its results.json.

    Args:
      directory: directory of the study, which is created if it does not exist.
      stop: called twice a second; True saves the trainings that are running and ends.
      watch: called twice a second with all trainings and those that are running.
      **settings: fields of `StudySettings`.

    Returns:
      The content of results.json, a dict.

    Raises:
      UsageError: a variant is not known, or a run that is there has other settings.
      DataError: the data directory.
      Stopped: `stop` returned True.
      RunError: the directory cannot be used, or a training has failed.
    """
    asked = StudySettings(**settings)
    stop = stop or (lambda: False)
    variants = chosen(asked.variants)
    directory = Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    names = dict.fromkeys(VARIANTS[each].training for each in variants)
    # All variants' first seed before any one's second: whoever stops early has some of each.
    trainings = [
        Training(name, seed, directory) for seed in range(asked.seeds) for name in names if name
    ]
    data = mnist.load(asked.data_dir)
    with held(directory):
        for each in trainings:
            each.check(asked, data)
        if not train_all(trainings, asked, stop, lambda now: watch and watch(trainings, now)):
            raise Stopped(f"Stopped, and saved: the same command continues in {directory}.")
        refused = {each: refusals.refusal(each) for each in variants if each in refusals.REFUSED}
        first = {each.name: specimen.look(each.run.path) for each in trainings if not each.seed}
        made = results.results(asked, variants, trainings, refused, first)
        files.write_json(directory / "results.json", made)
    return made


def chosen(variants):
    """Those of `VARIANTS` that are meant by a tuple of names; None is all.

    Raises:
      UsageError: there is none of that name.
    """
    for each in variants or ():
        if each not in VARIANTS:
            raise UsageError(f"There is no variant {each!r}; there are {', '.join(VARIANTS)}.")
    return variants or tuple(VARIANTS)


def held(directory):
    """A context manager that keeps other processes out of the study's directory.

    Raises:
      RunError: one is at work there.
    """
    lock = filelock.FileLock(directory / "lock", blocking=False)
    try:
        return lock.acquire()
    except filelock.Timeout as error:
        raise RunError(f"Another process is at work in {directory}.") from error
