"""The chief: worker 0, which has the run directory and says when to take a step."""

import contextlib
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
from legacy_cnn.results.training import TrainingResult
from legacy_cnn.rundir import RunDirectory, next_free
from legacy_cnn.settings import Settings

#: Losses without a checkpoint between them after which the run ends.
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
      RunError: also if a worker gives nothing for too long, or servers are lost repeatedly.
    """
    run = RunDirectory(run_dir or next_free())
    target = ""

    def built(chosen: Settings) -> Replica:
        nonlocal target
        is_first = not target
        if is_first:
            target = start(place, chosen.threads)
            reach(place, target, warn, stop or never)
            if stop and stop():
                raise training.Interrupted("Stopped before the training began.", run.path)
        data = mnist.load(chosen.data_dir, chosen.source_url)
        told = following.told_of(chosen, place, data.digests, asynchronous)
        if asynchronous and is_first:
            stack.enter_context(beside(work, place.patience + CLOSING, warn))
        return following.build(chosen, place, target, told)

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
                if (stop and stop()) or not losses.allow(lost):
                    raise
                resume = True
    if result.staleness:
        warn(result.staleness_in_words())
    return result


class _Losses:
    """Counts the losses between two checkpoints."""

    def __init__(self, run: RunDirectory, warn: Callable[[str], object]) -> None:
        self._run, self._warn = run, warn
        self._number, self._before = 0, -1  # the step of the checkpoint before the last loss

    def allow(self, lost: Lost) -> bool:
        """Whether the training is to go on, and says so."""
        reached = self._run.read_results().step if self._run.holds_results() else 0
        self._number = self._number + 1 if reached == self._before else 1
        self._before = reached
        if self._number == MOST or not self._run.holds_run():
            return False
        self._warn(f"{lost} The training goes on from its last checkpoint.")
        return True
