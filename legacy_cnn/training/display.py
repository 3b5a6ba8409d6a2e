"""The progress bar of a run, on stderr, when that is a terminal."""

import time
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn


class Display:
    """One bar over all steps: epoch, loss, images a second, time left."""

    def __init__(self, steps: int, done: int, batch_size: int) -> None:
        console = Console(stderr=True)
        self._bar = Progress(
            TextColumn("epoch {task.fields[epoch]}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %  loss {task.fields[loss]:,.1f}"),
            TextColumn("{task.fields[speed]:,.0f} images/s"),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
            transient=True,
            redirect_stdout=False,  # rich would send the result to stderr with the bar
            redirect_stderr=False,
        )
        self._task = self._bar.add_task("", total=steps, completed=done, epoch=0, loss=0, speed=0)
        self._batch_size = batch_size
        self._first, self._started = done, time.perf_counter()

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._bar.stop()

    def update(self, step: int, epoch: int, loss: float) -> None:
        """Shows that `step` steps are done; `loss` is the mean over the batches of `epoch`."""
        speed = (step - self._first) * self._batch_size / (time.perf_counter() - self._started)
        self._bar.update(self._task, completed=step, epoch=epoch, loss=loss, speed=speed)

    def line(self, text: str) -> None:
        """Prints a line of the result on stdout, above the bar where both are one terminal."""
        self._bar.stop()
        print(text, flush=True)
        self._bar.start()
