"""Measures the time that a run takes, over all processes that train it."""

import time

from legacy_cnn.programs.program import Program
from legacy_cnn.training.progress import Progress


class Clock:
    """Adds the seconds of this process to those of the run's earlier ones."""

    def __init__(self, progress: Progress, program: Program) -> None:
        self._progress, self._program = progress, program
        self._last, self._last_computing = time.perf_counter(), program.seconds_computing

    def tick(self) -> None:
        """Adds the time since the last tick to the progress."""
        now, computing = time.perf_counter(), self._program.seconds_computing
        self._progress.epoch_seconds += now - self._last
        self._progress.seconds += now - self._last
        self._progress.seconds_computing += computing - self._last_computing
        self._last, self._last_computing = now, computing
