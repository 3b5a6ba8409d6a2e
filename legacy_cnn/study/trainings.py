"""The trainings of a study, each in a process of its own, several at once."""

import time
from collections.abc import Callable
from concurrent import futures
from pathlib import Path
from typing import Any, Protocol, Self

from legacy_cnn.declarations import command_line
from legacy_cnn.errors import RunError
from legacy_cnn.mnist import Mnist
from legacy_cnn.processes.child import Child
from legacy_cnn.results.training import Epoch
from legacy_cnn.rundir import RunDirectory
from legacy_cnn.settings import Settings, StudySettings
from legacy_cnn.study.variants import TRAININGS
from legacy_cnn.training import record

#: Seconds between two looks at what is running.
INTERVAL = 0.5
#: Seconds that a process elsewhere, which has given a training up, has to save its state.
HANDING_OVER = 60

#: Waits as many seconds, and returns True as soon as the training is given up.
GivenUp = Callable[[float], bool]


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

    def train(self, settings: StudySettings, given_up: GivenUp) -> None:
        """Trains, in a process of its own, until the run has `settings.epochs`, or is given up.

        Args:
          settings: the settings of the study.
          given_up: a training that is given up saves its state and ends.

        Raises:
          RunError: it failed.
        """
        if self.elsewhere(given_up):
            return
        # Ctrl-C goes to the study, which stops its trainings.
        process = Child(self._command(settings), own_session=True, tied=True)
        try:
            stopped = _ended(process, given_up)
            failure = process.failure()  # waits, however long saving takes
        finally:
            process.close()
        if failure and not stopped:
            raise RunError(f"{self.run.path}: {failure.removeprefix('legacy-cnn: ')}")

    def elsewhere(self, given_up: GivenUp) -> bool:
        """Waits for a process that still saves what it has trained; returns whether to give up."""
        late = time.monotonic() + HANDING_OVER
        while self.run.is_locked() and time.monotonic() < late:
            if given_up(INTERVAL):
                return True
        return given_up(0)

    def _command(self, settings: StudySettings) -> tuple[str, ...]:
        """The module that trains, and its command line."""
        directory, chosen = self.arguments(settings)
        arguments = ["--resume"] if chosen.pop("resume") else []
        arguments += command_line(Settings, chosen)
        return ("legacy_cnn", "train", "--run-dir", str(directory), *arguments)

    def arguments(self, settings: StudySettings) -> tuple[Path, dict[str, Any]]:
        """Returns what `training.train` is called with: the run's directory, and its settings."""
        chosen = {"epochs": settings.epochs, "data_dir": settings.data_dir}
        if self.run.holds_run():  # with the settings of its first start
            return self.run.path, {"resume": True, **chosen}
        return self.run.path, {"resume": False, **chosen, **self._own_settings(settings)}


def _ended(process: Child, given_up: GivenUp) -> bool:
    """Waits for the end of a process, or asks for it; returns whether it was asked."""
    while process.running:
        if given_up(INTERVAL):
            process.terminate()
            return True
    return False


class Engine(Protocol):
    """Where trainings run: an `Executor`, in a context manager that gives up what still runs."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *exception: object) -> None: ...

    def submit(self, training: Training) -> "futures.Future[Any]":
        """Has the training run, once there is room for it."""
        ...

    def keep(self, training: Training, future: "futures.Future[Any]") -> None:
        """Has the study's directory hold what a training that has ended has given.

        Raises:
          RunError: it failed.
        """
        ...


def train_all(
    trainings: list[Training],
    settings: StudySettings,
    engine: Engine,
    stop: Callable[[], bool],
    watch: Callable[[list[Training]], object],
) -> bool:
    """Trains until every training has its epochs, or until `stop` returns True.

    Args:
      trainings: all trainings of the study.
      settings: the settings of the study.
      engine: where they run.
      stop: called at least twice a second.
      watch: called at least twice a second with the trainings that are known to run.

    Returns:
      Whether all trainings are complete.

    Raises:
      RunError: a training failed; the others save their state and stop.
    """
    waiting = [training for training in trainings if len(training.epochs()) < settings.epochs]
    if not waiting:
        return True
    with engine:
        running = {engine.submit(training): training for training in waiting}
        while running:
            stopped = stop()
            _keep_done(engine, running)
            if stopped and running:
                return False
            watch([training for future, training in running.items() if future.running()])
    return True


def _keep_done(engine: Engine, running: "dict[futures.Future[Any], Training]") -> None:
    """Waits a moment, and keeps what all trainings that have ended have given.

    No name refers to their futures after that: as long as one does, a cluster has a training run
    again when the worker dies that has run it.

    Raises:
      RunError: one of them failed.
    """
    done, _ = futures.wait(running, INTERVAL, futures.FIRST_COMPLETED)
    failures = []
    for future in done:
        try:
            engine.keep(running.pop(future), future)
        except RunError as error:
            failures.append(error)
    if failures:
        raise failures[0]
