"""The progress of a study on stderr: a bar on a terminal, otherwise a line for each training."""

import time
from collections.abc import Sequence
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from legacy_cnn.study.trainings import Training


class Display:
    """One bar over the epochs of all trainings, and the time left; a context manager."""

    def __init__(self, epochs: int) -> None:
        """Prepares the bar.

        Args:
          epochs: number of epochs of each training.
        """
        self._epochs, self._started = epochs, time.monotonic()
        self._done_before: int | None = None  # epochs that an earlier process trained
        self._announced: set[Training] = set()
        console = Console(stderr=True)
        self._bar = Progress(
            BarColumn(),
            TextColumn("{task.completed}/{task.total} epochs  {task.description}"),
            console=console,
            disable=not console.is_terminal,
            transient=True,
        )
        self._task = self._bar.add_task("starting", total=None)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._bar.stop()

    def update(self, trainings: Sequence[Training], running: Sequence[Training]) -> None:
        """Shows all trainings of the study, and which of them are running."""
        done = {training: self._done(training) for training in trainings}
        total, so_far = self._epochs * len(trainings), sum(done.values())
        if self._done_before is None:
            self._done_before = so_far
        names = ", ".join(f"{training.name}-{training.seed}" for training in running)
        left = self._time_left(total - so_far, so_far - self._done_before)
        self._bar.update(
            self._task, total=total, completed=so_far, description=f"{names}  {left}".strip()
        )
        for training in trainings:
            if done[training] == self._epochs and training not in self._announced:
                self._announced.add(training)
                self._announce(training, so_far, total, left)

    def _done(self, training: Training) -> int:
        """How many epochs a training has; of those that have all, the files are read once."""
        if training in self._announced:
            return self._epochs
        return min(len(training.epochs()), self._epochs)

    def _announce(self, training: Training, so_far: int, total: int, left: str) -> None:
        if self._bar.disable:
            name = f"{training.name}, seed {training.seed}"
            self._bar.console.print(f"{name}: done ({so_far} of {total} epochs) {left}".rstrip())

    def _time_left(self, epochs: int, trained: int) -> str:
        """The time for that many epochs, at the speed of those that were trained so far."""
        if not trained or not epochs:
            return ""
        minutes = (time.monotonic() - self._started) * epochs / trained / 60
        return f"about {minutes:,.0f} min left"
