"""The directory of a run: its files and its lock."""

import contextlib
import itertools
import os
from os import PathLike
from pathlib import Path
from typing import Any, Self

from legacy_cnn import files, locks
from legacy_cnn.errors import ResultError, RunError, UsageError
from legacy_cnn.outside.jsonfiles import read_json
from legacy_cnn.results.configuration import check_config
from legacy_cnn.results.training import TrainingResult


class RunDirectory:
    """Paths and records of one run.

    config.json    settings, versions, machine, digests of the data
    results.json   a `TrainingResult`
    checkpoints/   see checkpoints.py
    events/        TensorBoard's event files
    export/        what `legacy-cnn export` writes
    """

    def __init__(self, path: str | PathLike[str]) -> None:
        files.in_utf8(path)
        self.path = Path(path)
        self.checkpoints = self.path / "checkpoints"
        self.events = self.path / "events"
        self.export = self.path / "export"
        self._config = self.path / "config.json"
        self._results = self.path / "results.json"

    @classmethod
    def new(cls, path: str | PathLike[str] | None, config: dict[str, Any]) -> Self:
        """Creates the directory with its config.json, completely or not at all.

        Args:
          path: the directory; an empty one may exist. None is the first of runs/1, runs/2, ... that
            is missing.
          config: the content of config.json.

        Raises:
          RunError: the directory contains a run or something else.
        """
        if path is not None:
            run = cls(path)
            run._create(config)
            return run
        while True:
            run = cls(next_free())
            with contextlib.suppress(RunError):  # another process was faster
                run._create(config)
                return run

    def _create(self, config: dict[str, Any]) -> None:
        self.refuse_if_used()
        if self.path.exists():
            with self.locked():
                self.refuse_if_used()
                self.write_config(config)
            return
        try:
            with files.new_directory(self.path) as directory:
                type(self)(directory).write_config(config)
        except OSError:
            self.refuse_if_used()  # by a process that was faster
            raise

    @classmethod
    def of_run(cls, path: str | PathLike[str]) -> Self:
        """The directory of a run that has been started.

        Raises:
          RunError: there is no run in it, or its config.json is damaged.
        """
        run = cls(path)
        run.read_config()
        return run

    @classmethod
    def to_resume(cls, path: str | PathLike[str] | None) -> Self:
        """The directory of a run that is to be resumed.

        Raises:
          UsageError: no directory is given.
          RunError: as `of_run`.
        """
        if not path:
            raise UsageError("resume needs run_dir, the directory of a run.", "resume", "run_dir")
        return cls.of_run(path)

    def locked(self) -> contextlib.AbstractContextManager[None]:
        """Locks the directory in a `with` block; the system unlocks it when the process ends.

        Raises:
          RunError: another process has locked it.
        """
        refusal = RunError(
            f"Another process is training in {self.path}; wait for it or choose another run_dir.",
            "run_dir",
        )
        return locks.locked(self.path, refusal)

    def is_locked(self) -> bool:
        """Returns whether another process uses the directory."""
        if not self.path.exists():
            return False
        try:
            with self.locked():
                return False
        except RunError:
            return True

    def holds_run(self) -> bool:
        """Returns whether there is a config.json."""
        return self._config.exists()

    def refuse_if_used(self) -> None:
        """Checks that the directory, if it exists, contains nothing but what a killed run left.

        Raises:
          RunError: it contains a run, in which another process may be training, or something else.
        """
        if self.holds_run():
            with contextlib.suppress(OSError), self.locked():
                pass
            raise RunError(
                f"{self.path} already contains a run; use resume to continue it, "
                f"or choose another run_dir.",
                "resume",
                "run_dir",
            )
        if self.path.exists() and not all(map(_is_left, self.path.iterdir())):
            raise RunError(
                f"{self.path} contains other files and no run; choose another run_dir.", "run_dir"
            )

    def read_config(self) -> dict[str, Any]:
        """Reads config.json; raises RunError if it is missing or damaged."""
        if not os.path.lexists(self.path):
            raise RunError(f"{self.path} does not exist.")
        if not self.holds_run():
            raise RunError(f"{self.path} contains no run: it has no config.json.")
        config: dict[str, Any] = _read(self._config)
        try:
            check_config(config)
        except ResultError as error:
            raise self.damaged(error) from error
        return config

    def damaged(self, error: Exception) -> RunError:
        """Returns the error for a config.json with wrong content."""
        return RunError(f"{self._config} is damaged: {error}")

    def holds_results(self) -> bool:
        """Returns whether there is a results.json."""
        return self._results.exists()

    def read_results(self) -> TrainingResult:
        """Reads results.json; raises RunError if it is missing or damaged."""
        try:
            return TrainingResult.from_json(_read(self._results))
        except ResultError as error:
            raise RunError(f"{self._results} cannot be read ({error}).") from error

    def write_config(self, config: dict[str, Any]) -> None:
        """Writes config.json."""
        files.write_json(self._config, config)

    def write_results(self, result: TrainingResult) -> None:
        """Writes results.json."""
        files.write_json(self._results, result.to_json())


def next_free() -> Path:
    """Returns the first of runs/1, runs/2, ... that is missing."""
    paths = (Path("runs") / str(number) for number in itertools.count(1))
    return next(path for path in paths if not os.path.lexists(path))


def _is_left(path: Path) -> bool:
    """Whether a file is the lock, or a config.json that was not finished."""
    return path.name == "lock" or files.is_leftover(path.name, r"config\.json")


def _read(path: Path) -> Any:
    try:
        return read_json(path, RunError, "a file of a run")
    except OSError as error:
        raise RunError(f"{path} cannot be read ({error}).") from error
