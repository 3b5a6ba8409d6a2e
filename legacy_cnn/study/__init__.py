"""The reproduction study: variants of the tutorial over seeds, beside published runs."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from legacy_cnn import files, locks, mnist
from legacy_cnn.errors import RunError, as_warning, unknown_name
from legacy_cnn.results import Study
from legacy_cnn.settings import StudySettings
from legacy_cnn.study import specimen
from legacy_cnn.study.cluster import Cluster, check_address
from legacy_cnn.study.collecting import collect
from legacy_cnn.study.here import Here
from legacy_cnn.study.published import published_runs
from legacy_cnn.study.refusals import REFUSED, refusal
from legacy_cnn.study.tensors import graph_tensors
from legacy_cnn.study.trainings import Training, train_all
from legacy_cnn.study.variants import VARIANTS


class Stopped(RunError):
    """The study was asked to stop; its trainings are saved."""


def reproduce(
    directory: str | os.PathLike[str],
    *,
    stop: Callable[[], bool] | None = None,
    watch: Callable[[list[Training], list[Training]], object] | None = None,
    warn: Callable[[str], object] = as_warning,
    **settings: Any,
) -> Study:
    """Trains what is not trained yet of a study, and writes its results.json.

    Args:
      directory: directory of the study, which is created if it does not exist.
      stop: called at least twice a second; True saves the trainings that are running and ends.
      watch: called at least twice a second with all trainings and those that run.
      warn: called with a sentence if a cluster has no workers yet.
      **settings: fields of `StudySettings`.

    Returns:
      The content of results.json.

    Raises:
      UsageError: a variant is unknown, or a run in the directory has other settings.
      DataError: the data directory cannot be used.
      Stopped: `stop` returned True.
      NotInstalledError: there is a scheduler's address, and no Dask.
      RunError: the directory or the cluster cannot be used, or a training has failed.
    """
    asked = StudySettings(**settings)
    stop = stop or (lambda: False)
    variants = chosen(asked.variants)
    if asked.scheduler is not None:
        check_address(asked.scheduler)
    files.check_path(directory)
    directory = Path(directory)
    data = mnist.load_present(asked.data_dir)
    directory.mkdir(parents=True, exist_ok=True)
    trainings = _trainings(directory, variants, asked.seeds)
    with locks.locked(directory, RunError(f"Another process uses {directory}.")):
        for training in trainings:
            training.check(asked, data)
        engine = Cluster(asked, directory, data, warn) if asked.scheduler else Here(asked)
        watched = (lambda now: watch(trainings, now)) if watch else (lambda now: None)
        if not train_all(trainings, asked, engine, stop, watched):
            raise Stopped(
                f"Stopped; the state of the study is saved in {directory}. Run the same command "
                f"again to resume it."
            )
        result = collect(
            asked,
            variants,
            trainings,
            refused={name: refusal(name) for name in variants if name in REFUSED},
            specimens={
                training.name: specimen.of(training.run)
                for training in trainings
                if not training.seed
            },
            graph=graph_tensors(),
            published=published_runs() if data.name == "MNIST" else (),
        )
        files.write_json(directory / "results.json", result.to_json())
    return result


def _trainings(directory: Path, variants: tuple[str, ...], seeds: int) -> list[Training]:
    """The trainings of all variants with the first seed, then with the second, and so on.

    A study that is stopped early has some of each variant.
    """
    names = dict.fromkeys(VARIANTS[name].training for name in variants)
    return [Training(name, seed, directory) for seed in range(seeds) for name in names if name]


def chosen(variants: tuple[str, ...] | None) -> tuple[str, ...]:
    """Returns names of variants, all for None.

    Raises:
      UsageError: there is no variant of a name.
    """
    for name in variants or ():
        if name not in VARIANTS:
            raise unknown_name("variant", name, VARIANTS)
    return variants or tuple(VARIANTS)
