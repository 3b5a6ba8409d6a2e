"""The chief: worker 0, which has the run directory and says when to take a step."""

import contextlib
import dataclasses
from collections.abc import Callable
from os import PathLike
from typing import Any

from legacy_cnn import mnist, training
from legacy_cnn.cluster import following
from legacy_cnn.cluster.asynchronous import beside
from legacy_cnn.cluster.connection import reach, start
from legacy_cnn.cluster.place import Place
from legacy_cnn.cluster.replica import Replica
from legacy_cnn.cluster.waiting import CLOSING, Lost, never
from legacy_cnn.errors import RunError
from legacy_cnn.results.training import TrainingResult
from legacy_cnn.rundir import RunDirectory, next_free
from legacy_cnn.settings import Settings

#: The run ends at so many losses without a checkpoint between them.
MOST = 3


def train(
    place: Place,
    run_dir: str | PathLike[str] | None,
    *,
    asynchronous: bool = False,
    resume: bool,
    warn: Callable[[str], object],
    stop: Callable[[], bool] | None = None,
    **settings: Any,
) -> TrainingResult:
    """Trains as `legacy_cnn.train` does, with all workers of a cluster.

    Checkpoints are complete, and on this machine. When a parameter server is lost, the training
    goes on from the newest one.

    Args:
      place: which process this is.
      run_dir: directory of the run; None makes runs/1, runs/2, ...
      asynchronous: whether each worker takes steps of its own; or all take each step together.
      resume, warn, stop, **settings: as for `legacy_cnn.train`.

    Raises:
      RunError: also if a process does not answer for too long, or is lost repeatedly.
    """
    run = RunDirectory(run_dir or next_free())
    target = ""
    stopped = stop or never

    def built(chosen: Settings) -> Replica:
        nonlocal target
        is_first = not target
        target = target or start(place, chosen.threads)
        reach(place, target, warn, stopped)
        if stopped():
            raise training.Interrupted("Stopped while a parameter server did not answer.", run.path)
        data = mnist.load(chosen.data_dir, chosen.source_url)
        told = following.told_of(chosen, place, data.digests, asynchronous)
        if asynchronous and is_first:
            stack.enter_context(beside(work, place.patience + CLOSING, warn))
        replica = following.build(chosen, place, target, told)
        replica.warn = warn
        return replica

    def work(ending: Callable[[], bool]) -> None:
        following.work(place, target, {}, warn, ending)

    losses = _Losses(run, warn)
    with contextlib.ExitStack() as stack:
        while True:
            try:
                result = training.train(
                    run.path, resume=resume, warn=warn, stop=stop, build=built, **settings
                )
                break
            except Lost as lost:
                if stopped():
                    said = f"{lost} Stopped; what was not saved is lost."
                    raise training.Interrupted(said, run.path) from lost
                losses.note(lost)
                resume, place = True, dataclasses.replace(place, are_there=True)
    if result.staleness:
        warn(result.staleness_in_words())
    return result


class _Losses:
    """Counts the losses since the last checkpoint."""

    def __init__(self, run: RunDirectory, warn: Callable[[str], object]) -> None:
        self._run, self._warn = run, warn
        self._number, self._before = 0, -1  # the step of the checkpoint before the last loss

    def note(self, lost: Lost) -> None:
        """Says that the training goes on.

        Raises:
          RunError: it does not.
        """
        if not self._run.holds_run():
            raise lost
        reached = self._run.read_results().step if self._run.holds_results() else 0
        self._number = self._number + 1 if reached == self._before else 1
        self._before = reached
        if self._number == MOST:
            raise RunError(
                f"{lost} That has happened {MOST} times since the last checkpoint; the run ends."
            )
        self._warn(f"{lost} The training goes on from its last checkpoint.")
