"""The trainings of a study, each in a process of its own, and as many at once as asked."""

import contextlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from legacy_cnn.declarations import command_line
from legacy_cnn.errors import RunError
from legacy_cnn.mnist import Mnist
from legacy_cnn.processes.child import Child
from legacy_cnn.results.training import Epoch
from legacy_cnn.settings import Settings, StudySettings
from legacy_cnn.study.variants import TRAININGS
from legacy_cnn.training import record
from legacy_cnn.training.rundir import RunDirectory

#: Seconds between two looks at the processes.
INTERVAL = 0.5


class Training:
    """One training with one seed: a run directory in which `legacy-cnn train` runs."""

    def __init__(self, name: str, seed: int, directory: Path) -> None:
        """Takes the run, which need not exist yet.

        Args:
          name: one of `TRAININGS`.
          seed: of the run.
          directory: the study's.
        """
        self.name, self.seed = name, seed
        self.run = RunDirectory(directory / "runs" / f"{name}-{seed}")
        self._process: Child | None = None  # while it is running

    def check(self, settings: StudySettings, files: Mnist) -> None:
        """Refuses a run in the directory that is no part of this study.

        Raises:
          RunError: it has other data, or more epochs.
          UsageError: another setting.
        """
        if not self.run.holds_run():
            return
        config = self.run.read_config()
        record.settings_to_resume(config, self._given(settings), self.run)
        now = record.configuration(Settings(), files)
        # The results tell other versions and machines.
        record.check_environment(config, now, self.run, lambda text: None)
        # An epoch that was started counts: what is looked at is the run's last checkpoint.
        tutorial = Settings()
        steps = (len(files.train_images) - tutorial.validation_size) // tutorial.batch_size
        started = -(-self._steps() // steps)
        if started > settings.epochs:
            raise RunError(
                f"{self.run.path} has {started} epochs: ask for as many, or use another directory."
            )

    def _given(self, settings: StudySettings) -> dict[str, Any]:
        return {"seed": self.seed, "threads": settings.threads, **TRAININGS[self.name]}

    def epochs(self) -> tuple[Epoch, ...]:
        """The records of the epochs that are done."""
        return self.run.read_results().epochs if self.run.holds_results() else ()

    def _steps(self) -> int:
        return self.run.read_results().step if self.run.holds_results() else 0

    def start(self, settings: StudySettings) -> None:
        """Starts the process that trains until the run has `settings.epochs`."""
        self.run.path.mkdir(parents=True, exist_ok=True)
        given = {"epochs": settings.epochs, "data_dir": settings.data_dir}
        if self.run.holds_run():
            arguments = ["--resume"]  # it keeps the settings it was started with
        else:
            arguments = []
            given |= self._given(settings)
        arguments += command_line(Settings, given)
        train = ("-m", "legacy_cnn", "train", "--run-dir", str(self.run.path), *arguments)
        # Ctrl-C is for the study, which stops its trainings.
        self._process = Child(train, own_session=True)

    def ended(self) -> bool:
        """Whether the process has ended.

        Raises:
          RunError: it has failed.
        """
        if self._process and self._process.running:
            return False
        failure = self._process and self._process.failure()
        self.close()
        if failure:
            raise RunError(f"{self.run.path}: {failure.removeprefix('legacy-cnn: ')}")
        return True

    def stop(self) -> None:
        """Asks the process to save its state and end."""
        if self._process:
            self._process.terminate()

    def close(self) -> None:
        """Waits for the end of the process."""
        if self._process:
            self._process.failure()  # however long saving takes
            self._process.close()
            self._process = None


def train_all(
    trainings: list[Training],
    settings: StudySettings,
    stop: Callable[[], bool],
    watch: Callable[[list[Training]], object],
) -> bool:
    """Trains until every one of `trainings` has its epochs, or until `stop` returns True.

    Args:
      trainings: those of the study.
      settings: those of the study.
      stop: called twice a second.
      watch: called twice a second with the trainings that are running.

    Returns:
      Whether all are done.

    Raises:
      RunError: a training has failed; the others are saved where they are.
    """
    waiting = [each for each in trainings if len(each.epochs()) < settings.epochs]
    running: list[Training] = []
    with contextlib.ExitStack() as to_stop:
        to_stop.callback(lambda: _stop(running))
        while waiting or running:
            if stop():
                return False
            while waiting and len(running) < settings.jobs:
                waiting[0].start(settings)
                running.append(waiting.pop(0))
            time.sleep(INTERVAL)
            running = [training for training in running if not training.ended()]
            watch(running)
    return True


def _stop(trainings: list[Training]) -> None:
    """Asks all to end before it waits for the first: a second signal must not find one running."""
    for training in trainings:
        training.stop()
    for training in trainings:
        training.close()
