"""How long a study takes on workers of Dask, and what a task adds to a training.

Scheduler and workers are processes on loopback, as users start them. What a task adds is measured
in pairs: the same training as a task of one worker and as `legacy-cnn train`, one after the other,
now this and now that first, so that the machine's drift is in both.
"""

import argparse
import dataclasses
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from experiments.support import recorded, small_runs
from experiments.support.loopback import Loopback
from legacy_cnn import provenance
from legacy_cnn.declarations import command_line
from legacy_cnn.errors import as_warning
from legacy_cnn.settings import Settings, StudySettings

HELP = "measure studies on one machine and on workers of Dask"
WRITES = ("study_speed.json",)
TAKES = "half an hour on two idle cores"

#: Trainings of one epoch with one thread, and numbers of them at the same time.
TRAININGS, WORKERS, JOBS = 8, (1, 2, 4), (1, 2)
#: In a quick run, of few images.
QUICK_TRAININGS, QUICK_AT_ONCE, QUICK_IMAGES = 2, (2,), 5200


def add_options(parser: argparse.ArgumentParser) -> None:
    recorded.add_quick(parser)


def run(arguments: argparse.Namespace) -> None:
    quick = bool(arguments.quick)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings = StudySettings(
            variants=("fixed",),
            epochs=1,
            seeds=QUICK_TRAININGS if quick else TRAININGS,
            threads=1,
            data_dir=str(small_runs.data(folder / "data", QUICK_IMAGES)) if quick else None,
        )
        record = {
            "versions": provenance.versions("distributed"),
            "machine": provenance.machine(),
            "trainings": settings.seeds,
            "pairs": pairs(folder, settings),
            "studies": [
                *(on_workers(folder, settings, n) for n in (QUICK_AT_ONCE if quick else WORKERS)),
                *(here(folder, settings, n) for n in (QUICK_AT_ONCE if quick else JOBS)),
            ],
        }
    recorded.write(arguments, "study_speed.json", record)


def pairs(folder: Path, settings: StudySettings) -> list[dict[str, float]]:
    """Seconds of each training as a task of one worker, and as `legacy-cnn train`."""
    from legacy_cnn import mnist
    from legacy_cnn.tensorflow_start import import_tensorflow

    import_tensorflow()  # quietly
    from legacy_cnn.study.cluster import Cluster
    from legacy_cnn.study.trainings import Training

    study = folder / "pairs"
    study.mkdir()
    data = mnist.load_present(settings.data_dir)
    measured = []
    with Loopback(folder / "paired") as cluster:
        cluster.start(1)
        asked = dataclasses.replace(settings, scheduler=cluster.address)
        with Cluster(asked, study, data, as_warning) as engine:
            for seed in range(settings.seeds):
                training = Training("dropout", seed, study)

                def task(training: Training = training) -> None:
                    engine.keep(training, engine.submit(training))

                alone = RunAlone(folder / f"alone-{seed}", settings, seed)
                measured.append(in_turns({"task": task, "train": alone}, seed % 2 == 1))
                assert training.run.read_results().weights_sha256 == alone.weights()
                print(measured[-1], file=sys.stderr)
    return measured


class RunAlone:
    """`legacy-cnn train` with the settings of one training of a study; called, it runs."""

    def __init__(self, run_dir: Path, settings: StudySettings, seed: int) -> None:
        chosen = {"seed": seed, "epochs": settings.epochs, "threads": settings.threads}
        self._run_dir = run_dir
        self._words = command_line(Settings, {**chosen, "data_dir": settings.data_dir})

    def __call__(self) -> None:
        small_runs.sound("train", "--run-dir", self._run_dir, *self._words)

    def weights(self) -> str:
        """The digest of the weights after the training."""
        from legacy_cnn.rundir import RunDirectory

        return RunDirectory(self._run_dir).read_results().weights_sha256


def in_turns(calls: dict[str, Callable[[], object]], backwards: bool) -> dict[str, float]:
    """Calls one function after the other; returns the seconds of each."""
    seconds = {}
    for name in sorted(calls, reverse=backwards):
        began = time.monotonic()
        calls[name]()
        seconds[name] = round(time.monotonic() - began, 3)
    return seconds


def on_workers(folder: Path, settings: StudySettings, workers: int) -> dict[str, Any]:
    """The seconds of a whole study on a cluster whose workers wait for it."""
    with Loopback(folder / f"{workers} workers") as cluster:
        cluster.start(workers)
        asked = dataclasses.replace(settings, scheduler=cluster.address)
        return {
            "on": "workers",
            "at once": workers,
            "seconds": whole(folder / f"w{workers}", asked),
        }


def here(folder: Path, settings: StudySettings, jobs: int) -> dict[str, Any]:
    """The seconds of a whole study as processes of this machine."""
    asked = dataclasses.replace(settings, jobs=jobs)
    return {"on": "jobs", "at once": jobs, "seconds": whole(folder / f"here-{jobs}", asked)}


def whole(directory: Path, settings: StudySettings) -> float:
    """Runs the command of a study; returns its seconds."""
    words = command_line(StudySettings, vars(settings))
    seconds = small_runs.sound("reproduce", directory, *words).seconds
    print(" ".join(words), f"took {seconds:.1f} s", file=sys.stderr)
    return round(seconds, 1)
