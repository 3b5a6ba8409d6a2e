"""The chief: worker 0, which has the run directory and says when to take a step."""

from collections.abc import Callable
from os import PathLike
from typing import Any

from legacy_cnn import mnist, training
from legacy_cnn.cluster.connection import start
from legacy_cnn.cluster.following import build, told_of
from legacy_cnn.cluster.place import Place
from legacy_cnn.cluster.replica import Replica
from legacy_cnn.cluster.waiting import Lost
from legacy_cnn.results.training import TrainingResult
from legacy_cnn.rundir import RunDirectory, next_free
from legacy_cnn.settings import Settings

#: Losses without a checkpoint between them after which the run ends.
MOST = 3


def train(
    place: Place,
    run_dir: str | PathLike[str] | None,
    *,
    resume: bool,
    warn: Callable[[str], object],
    stop: Callable[[], bool] | None = None,
    **settings: Any,
) -> TrainingResult:
    """Trains as `legacy_cnn.train` does, with all workers of a cluster.

    Checkpoints are complete, and on this machine. When a parameter server is lost, the training
    goes on from the newest one.

    Raises:
      RunError: also if a worker gives nothing for too long, or servers are lost repeatedly.
    """
    run = RunDirectory(run_dir or next_free())
    target = ""

    def built(chosen: Settings) -> Replica:
        nonlocal target
        target = target or start(place, chosen.threads)
        data = mnist.load(chosen.data_dir, chosen.source_url)
        return build(chosen, place, target, told_of(chosen, data.digests))

    losses, before = 0, -1
    while True:
        try:
            return training.train(
                run.path, resume=resume, warn=warn, stop=stop, build=built, **settings
            )
        except Lost as lost:
            reached = run.read_results().step if run.holds_results() else 0
            losses, before = (losses + 1 if reached == before else 1), reached
            if losses == MOST or not run.holds_run():
                raise
            warn(f"{lost} The training goes on from its last checkpoint.")
            resume, settings = True, {}
