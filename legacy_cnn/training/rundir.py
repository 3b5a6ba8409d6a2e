"""The directory of a run: who may write in it, and what lies where."""

import contextlib
import itertools
import json
from pathlib import Path

import filelock

from legacy_cnn import files
from legacy_cnn.errors import RunError


class RunDirectory:
    """Paths and records of one run.

    config.json    settings, versions, machine, digests of the data
    results.json   what came out, epoch by epoch
    checkpoints/   see checkpoints.py
    events/        TensorBoard's event files
    """

    def __init__(self, path):
        self.path = Path(path)
        self.checkpoints = self.path / "checkpoints"
        self.events = self.path / "events"
        self._config = self.path / "config.json"
        self._results = self.path / "results.json"

    @classmethod
    def next_free(cls, parent="runs"):
        """Makes the first of runs/1, runs/2, ... that does not exist yet."""
        Path(parent).mkdir(exist_ok=True)
        for number in itertools.count(1):
            with contextlib.suppress(FileExistsError):
                path = Path(parent) / str(number)
                path.mkdir()
                return cls(path)
        raise AssertionError("unreachable")

    @contextlib.contextmanager
    def locked(self):
        """Holds the directory for this process; the system lets go of it when the process ends.

        Raises:
          RunError: another process holds it.
        """
        lock = filelock.FileLock(self.path / "lock", blocking=False)
        try:
            lock.acquire()
        except filelock.Timeout as error:
            raise RunError(
                f"Another process is training in {self.path}; wait for it or use another run_dir.",
                "run_dir",
            ) from error
        try:
            yield
        finally:
            lock.release()

    def holds_run(self):
        return self._config.exists()

    def refuse_if_used(self):
        """Raises RunError if there is anything but the lock in the directory."""
        if self.holds_run():
            raise RunError(
                f"{self.path} already holds a run: set resume to continue it, "
                f"or use another run_dir.",
                "resume",
                "run_dir",
            )
        if any(entry.name != "lock" for entry in self.path.iterdir()):
            raise RunError(
                f"{self.path} is not empty and holds no run; use another run_dir.", "run_dir"
            )

    def read_config(self):
        """Raises RunError if there is no run, or its config.json cannot be read."""
        if not self.holds_run():
            raise RunError(f"{self.path} holds no run: there is no config.json in it.")
        return _read(self._config)

    def holds_results(self):
        return self._results.exists()

    def read_results(self):
        """Raises RunError if results.json cannot be read."""
        return _read(self._results)

    def write_config(self, config):
        files.write_json(self._config, config)

    def write_results(self, results):
        files.write_json(self._results, results)


def _read(path):
    try:
        return json.loads(path.read_text())
    except (ValueError, OSError) as error:
        raise RunError(f"{path} cannot be read ({error}).") from error
