"""The progress of a run on stderr: a bar on a terminal, a line in a notebook, else nothing."""

import sys
import time
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

#: Seconds between two changes of the line in a notebook.
INTERVAL = 0.5


class Display:
    """One bar over all steps: epoch, loss, images a second, time left."""

    def __init__(self, steps: int, done: int, batch_size: int) -> None:
        console = Console(stderr=True)
        # rich's own bar there needs ipywidgets, and a new one for each line of the result.
        self._in_notebook = console.is_jupyter
        self._bar = Progress(
            TextColumn("epoch {task.fields[epoch]}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %  loss {task.fields[loss]:,.1f}"),
            TextColumn("{task.fields[speed]:,.0f} images/s"),
            TimeRemainingColumn(),
            console=console,
            disable=self._in_notebook or not console.is_terminal,
            transient=True,
            redirect_stdout=False,  # rich would send the result to stderr with the bar
            redirect_stderr=False,
        )
        self._task = self._bar.add_task("", total=steps, completed=done, epoch=0, loss=0, speed=0)
        self._batch_size = batch_size
        self._steps, self._first, self._started = steps, done, time.perf_counter()
        self._last = 0.0  # when the line in a notebook was written

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._bar.stop()

    def update(self, step: int, epoch: int, loss: float) -> None:
        """Shows that `step` steps are done; `loss` is the mean over the batches of `epoch`."""
        speed = (step - self._first) * self._batch_size / (time.perf_counter() - self._started)
        self._bar.update(self._task, completed=step, epoch=epoch, loss=loss, speed=speed)
        if self._in_notebook and time.perf_counter() - self._last > INTERVAL:
            self._last = time.perf_counter()
            share = f"{step / self._steps:4.0%}".replace("%", " %")
            self._write(f"epoch {epoch} {share}  loss {loss:,.1f}  {speed:,.0f} images/s")

    def _write(self, text: str) -> None:
        """Replaces the line in a notebook."""
        sys.stderr.write(f"\r{text:60}" if text else f"\r{'':60}\r")
        sys.stderr.flush()

    def line(self, text: str) -> None:
        """Prints a line of the result on stdout, above the bar where both are one terminal."""
        self._bar.stop()
        if self._in_notebook:
            self._write("")
        print(text, flush=True)
        self._bar.start()
