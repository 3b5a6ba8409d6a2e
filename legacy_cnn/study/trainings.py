"""The trainings of a study, each in a process of its own, and as many at once as asked."""

import contextlib
import subprocess
import sys
import tempfile
import time
from typing import Any

from legacy_cnn.declarations import command_line
from legacy_cnn.errors import RunError
from legacy_cnn.settings import Settings
from legacy_cnn.study.variants import TRAININGS
from legacy_cnn.training import record
from legacy_cnn.training.rundir import RunDirectory

#: Seconds between two looks at the processes.
INTERVAL = 0.5


class Training:
    """One training with one seed: a run directory that `legacy-cnn train` brings forward."""

    def __init__(self, name, seed, directory):
        """
        Args:
          name: one of `TRAININGS`.
          seed: of the run.
          directory: the study's, a `Path`.
        """
        self.name, self.seed = name, seed
        self.run = RunDirectory(directory / "runs" / f"{name}-{seed}")
        self._process: Any = None  # while it is under way

    def check(self, settings, files):
        """Refuses a run that is there already, and no part of this study.

        Args:
          settings: the `StudySettings`.
          files: the study's data, an `mnist.Mnist`.

        Raises:
          RunError: it has other data, or more epochs.
          UsageError: another setting.
        """
        if not self.run.holds_run():
            return
        config = self.run.read_config()
        record.settings_to_resume(config, self._given(settings), self.run)
        now = record.configuration(Settings(), files)
        # Other versions or machines are told in the results.
        record.check_same_ground(config, now, self.run, lambda text: None)
        # An epoch that was begun counts: what is looked at is the run's last checkpoint.
        steps = (len(files.train_images) - Settings.validation_size) // Settings.batch_size
        begun = -(-self._steps() // steps)
        if begun > settings.epochs:
            raise RunError(
                f"{self.run.path} has {begun} epochs: ask for as many, or use another directory."
            )

    def _given(self, settings):
        return {"seed": self.seed, "threads": settings.threads, **TRAININGS[self.name]}

    def epochs(self):
        """The records of the epochs that are done, a list."""
        return self.run.read_results()["epochs"] if self.run.holds_results() else []

    def _steps(self):
        return self.run.read_results()["step"] if self.run.holds_results() else 0

    def start(self, settings):
        """Starts the process that brings the run to `settings.epochs`."""
        self.run.path.mkdir(parents=True, exist_ok=True)
        given = {"epochs": settings.epochs, "data_dir": settings.data_dir}
        if self.run.holds_run():
            arguments = ["--resume"]  # it keeps the settings it was begun with
        else:
            arguments = []
            given |= self._given(settings)
        arguments += command_line(Settings, given)
        self._said = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed when it has ended
        train = ["-m", "legacy_cnn", "train", "--run-dir", str(self.run.path), *arguments]
        self._process = subprocess.Popen(
            [sys.executable, "-P", *train],  # -P: modules of the user's directory are not ours
            stdout=subprocess.DEVNULL,
            stderr=self._said,
            start_new_session=True,  # Ctrl-C is for the study, which tells its trainings
        )

    def ended(self):
        """Whether the process has ended.

        Raises:
          RunError: it has failed.
        """
        if self._process.poll() is None:
            return False
        with self._said as said:
            said.seek(0)
            lines = said.read().splitlines()
        if self._process.returncode:
            reason = lines[-1] if lines else f"exit status {self._process.returncode}"
            raise RunError(f"{self.run.path}: {reason.removeprefix('legacy-cnn: ')}")
        return True

    def stop(self):
        """Tells the process to save where it is and end."""
        self._process.terminate()

    def wait(self):
        """Waits for its end."""
        self._process.wait()
        self._said.close()


def bring_forward(trainings, settings, stopped, watch):
    """Trains until every one of `trainings` has its epochs, or until `stopped()` is true.

    Args:
      trainings: list of `Training`.
      settings: the `StudySettings`.
      stopped: asked twice a second.
      watch: called twice a second with the trainings under way.

    Returns:
      Whether all are done.

    Raises:
      RunError: a training has failed; the others are saved where they are.
    """
    waiting = [each for each in trainings if len(each.epochs()) < settings.epochs]
    under_way: list[Training] = []
    with contextlib.ExitStack() as to_stop:
        to_stop.callback(lambda: _stop(under_way))
        while waiting or under_way:
            if stopped():
                return False
            while waiting and len(under_way) < settings.jobs:
                waiting[0].start(settings)
                under_way.append(waiting.pop(0))
            time.sleep(INTERVAL)
            under_way = [each for each in under_way if not each.ended()]
            watch(under_way)
    return True


def _stop(trainings):
    """All are told before the first is waited for: who asks twice may not wait for the others."""
    for each in trainings:
        each.stop()
    for each in trainings:
        each.wait()
