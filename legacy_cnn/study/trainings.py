"""The trainings of a study, each in its own process, several at once."""

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
from legacy_cnn.rundir import RunDirectory
from legacy_cnn.settings import Settings, StudySettings
from legacy_cnn.study.variants import TRAININGS
from legacy_cnn.training import record

#: Seconds between two checks of the processes.
INTERVAL = 0.5


class Training:
    """One training with one seed: a run directory in which `legacy-cnn train` runs."""

    def __init__(self, name: str, seed: int, directory: Path) -> None:
        """Names the run, which need not exist yet.

        Args:
          name: one of `TRAININGS`.
          seed: the seed of the run.
          directory: the directory of the study.
        """
        self.name, self.seed = name, seed
        self.run = RunDirectory(directory / "runs" / f"{name}-{seed}")
        self._process: Child | None = None  # while it is running

    def check(self, settings: StudySettings, files: Mnist) -> None:
        """Checks that a run that already exists is part of this study.

        Raises:
          RunError: it was trained on other data, or has more epochs.
          UsageError: it has another setting.
        """
        if not self.run.holds_run():
            return
        config = self.run.read_config()
        record.settings_to_resume(config, self._own_settings(settings), self.run)
        now = record.configuration(Settings(), files)
        # The results record other versions and machines.
        record.check_environment(config, now, self.run, lambda text: None)
        # An epoch that has started counts, because the study uses the last checkpoint.
        tutorial = Settings()
        steps = (len(files.train_images) - tutorial.validation_size) // tutorial.batch_size
        started = -(-self._steps() // steps)
        if started > settings.epochs:
            raise RunError(
                f"{self.run.path} has {started} epochs, more than {settings.epochs}; set epochs "
                f"to {started} or more, or use another directory.",
                "epochs",
            )

    def _own_settings(self, settings: StudySettings) -> dict[str, Any]:
        return {"seed": self.seed, "threads": settings.threads, **TRAININGS[self.name]}

    def epochs(self) -> tuple[Epoch, ...]:
        """Returns the records of the completed epochs."""
        return self.run.read_results().epochs if self.run.holds_results() else ()

    def _steps(self) -> int:
        return self.run.read_results().step if self.run.holds_results() else 0

    def start(self, settings: StudySettings) -> None:
        """Starts the process, which trains until the run has `settings.epochs`."""
        chosen = {"epochs": settings.epochs, "data_dir": settings.data_dir}
        if self.run.holds_run():
            arguments = ["--resume"]  # with the settings of its first start
        else:
            arguments = []
            chosen |= self._own_settings(settings)
        arguments += command_line(Settings, chosen)
        train = ("legacy_cnn", "train", "--run-dir", str(self.run.path), *arguments)
        # Ctrl-C goes to the study, which stops its trainings.
        self._process = Child(train, own_session=True, tied=True)

    def ended(self) -> bool:
        """Returns whether the process has ended.

        Raises:
          RunError: it failed.
        """
        if self._process and self._process.running:
            return False
        failure = self._process and self._process.failure()
        self.close()
        if failure:
            raise RunError(f"{self.run.path}: {failure.removeprefix('legacy-cnn: ')}")
        return True

    def stop(self) -> None:
        """Asks the process to save its state and exit."""
        if self._process:
            self._process.terminate()

    def close(self) -> None:
        """Waits until the process has ended."""
        if self._process:
            self._process.failure()  # waits, however long saving takes
            self._process.close()
            self._process = None


def train_all(
    trainings: list[Training],
    settings: StudySettings,
    stop: Callable[[], bool],
    watch: Callable[[list[Training]], object],
) -> bool:
    """Trains until every training has its epochs, or until `stop` returns True.

    Args:
      trainings: all trainings of the study.
      settings: the settings of the study.
      stop: called twice a second.
      watch: called twice a second with the running trainings.

    Returns:
      Whether all trainings are complete.

    Raises:
      RunError: a training failed; the others save their state and stop.
    """
    waiting = [training for training in trainings if len(training.epochs()) < settings.epochs]
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
    """Stops all, then waits for all: after a second signal, none may still be running."""
    for training in trainings:
        training.stop()
    for training in trainings:
        training.close()
