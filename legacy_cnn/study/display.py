"""How far a study is, on stderr: a bar on a terminal, otherwise a line for each training done."""

import time

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn


class Display:
    """One bar over the epochs of all trainings, and the time left; a context manager."""

    def __init__(self, epochs):
        """
        Args:
          epochs: of each training.
        """
        self._epochs, self._started, self._first = epochs, time.monotonic(), None
        self._announced = set()
        console = Console(stderr=True)
        self._bar = Progress(
            BarColumn(),
            TextColumn("{task.completed}/{task.total} epochs  {task.description}"),
            console=console,
            disable=not console.is_terminal,
            transient=True,
        )
        self._task = self._bar.add_task("starting", total=None)

    def __enter__(self):
        self._bar.start()
        return self

    def __exit__(self, *exception):
        self._bar.stop()

    def update(self, trainings, under_way):
        """Shows all `trainings` of the study and which of them are `under_way`."""
        done = {each: min(len(each.epochs()), self._epochs) for each in trainings}
        total, so_far = self._epochs * len(trainings), sum(done.values())
        if self._first is None:
            self._first = so_far
        names = ", ".join(f"{each.name}-{each.seed}" for each in under_way)
        left = self._left(total - so_far, so_far - self._first)
        self._bar.update(
            self._task, total=total, completed=so_far, description=f"{names}  {left}".strip()
        )
        for each in trainings:
            if done[each] == self._epochs and each not in self._announced:
                self._announced.add(each)
                self._announce(each, so_far, total, left)

    def _announce(self, training, so_far, total, left):
        if self._bar.disable:
            name = f"{training.name}, seed {training.seed}"
            self._bar.console.print(f"{name}: done. {so_far} of {total} epochs {left}".rstrip())

    def _left(self, epochs, since):
        """Time for that many epochs, at the pace of those `since` the start."""
        if not since or not epochs:
            return ""
        minutes = (time.monotonic() - self._started) * epochs / since / 60
        return f"about {minutes:,.0f} min left"
