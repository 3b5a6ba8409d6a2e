"""`legacy-cnn train`: a training run that can be stopped, resumed and repeated."""

import argparse
import functools
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

from legacy_cnn.cluster import OPEN, is_said
from legacy_cnn.cluster.place import PATIENCE, Place
from legacy_cnn.commandline import options, signals
from legacy_cnn.commandline.output import say
from legacy_cnn.errors import UsageError
from legacy_cnn.settings import Settings
from legacy_cnn.tensorflow_start import import_tensorflow

HELP = "train the tutorial's network"
DESCRIPTION = """Trains the tutorial's network on MNIST and prints the tutorial's own lines. A run
that was stopped or killed can be resumed; it ends with the same weights as if it had never been
interrupted, bit for bit."""


def add_options(parser: options.CommandParser) -> None:
    parser.add_settings(Settings)
    parser.add_argument(
        "--run-dir",
        metavar="DIR",
        help="directory of the run (default: the next free one of runs/1, runs/2, ...)",
    )
    parser.add_argument(
        "--resume", action="store_true", help="resume the run in --run-dir with its own settings"
    )
    parser.add_argument(
        "--cluster",
        metavar="ADDRESSES",
        help="train on a cluster: ps=HOST:PORT,worker=HOST:PORT,... with all its processes, or "
        "TF_CONFIG to read that variable; `legacy-cnn cluster` starts one on this machine",
    )
    parser.add_argument("--job", metavar="{ps,worker}", help="what this process is in the cluster")
    parser.add_argument(
        "--task",
        type=int,
        metavar="N",
        help="number of its address, from 0; worker 0 is the chief, which has the run directory",
    )
    parser.add_argument(
        "--asynchronous",
        action="store_true",
        help="have each worker of the cluster take steps of its own, as most programs of 2017 did; "
        "its gradients are then of weights that others have updated meanwhile",
    )
    add_patience(parser)


def add_patience(parser: options.CommandParser) -> None:
    """Adds the option of each process of a cluster that `legacy-cnn cluster` has for all."""
    parser.add_argument(
        "--patience",
        type=float,
        default=PATIENCE,
        metavar="SECONDS",
        help="time without progress after which a process of the cluster gives up "
        f"(default: {PATIENCE:g})",
    )


def run(arguments: argparse.Namespace) -> int | None:
    from legacy_cnn.rundir import RunDirectory

    settings = options.given(arguments, Settings)
    place = _place(arguments)
    if place:
        if not is_said():
            say(OPEN)
        if not place.is_chief:
            return _follow(place, settings, arguments.asynchronous)
    # What can be checked before TensorFlow is imported, is.
    if arguments.resume:
        RunDirectory.to_resume(arguments.run_dir)
    else:
        Settings(**settings)
        if arguments.run_dir:
            RunDirectory(arguments.run_dir).refuse_if_used()
    with signals.noted() as stop:
        import_tensorflow()
        from legacy_cnn import training

        train: Callable[..., object] = training.train
        if place:
            from legacy_cnn.cluster import chief

            train = functools.partial(chief.train, place, asynchronous=arguments.asynchronous)
        try:
            train(arguments.run_dir, resume=arguments.resume, stop=stop, warn=say, **settings)
        except training.Interrupted as interrupted:
            resume = _how_to_resume(interrupted.run_dir, arguments) if not is_said() else ""
            say(f"{interrupted}{resume}")
            return stop.status
    return None


def _how_to_resume(run_dir: Path, arguments: argparse.Namespace) -> str:
    """A sentence; none where no run has begun."""
    from legacy_cnn.rundir import RunDirectory

    if not RunDirectory(run_dir).holds_run():
        return ""
    words = f"--run-dir {shlex.quote(str(run_dir))} --resume"
    if arguments.cluster:
        words += " --asynchronous" if arguments.asynchronous else ""
        return f" To resume it, start all processes again, the chief with {words}."
    return f" Resume it with: legacy-cnn train {words}"


def _place(arguments: argparse.Namespace) -> Place | None:
    """The process of a cluster that this one is; None without a cluster."""
    if arguments.cluster:
        return Place.of(arguments.cluster, arguments.job, arguments.task, arguments.patience)
    if arguments.job or arguments.task is not None:
        raise UsageError("job and task need cluster.", "job", "task", "cluster")
    if arguments.asynchronous:
        raise UsageError("asynchronous needs cluster.", "asynchronous", "cluster")
    if arguments.patience != PATIENCE:
        raise UsageError("patience needs cluster.", "patience", "cluster")
    return None


def _follow(place: Place, settings: dict[str, Any], asynchronous: bool) -> int | None:
    """Runs a parameter server, or a worker that is not the chief, until the run has ended."""
    # Noted: what a signal raises may be lost under TensorFlow, and the process would go on.
    with signals.noted() as stop:
        if not is_said():
            say(f"{place.job} {place.task} waits for the chief, worker 0 at {place.workers[0]}.")
        import_tensorflow()
        from legacy_cnn.cluster import following
        from legacy_cnn.cluster.connection import start
        from legacy_cnn.tensorflow_start import without_warnings

        with without_warnings():
            if place.job == "ps":
                following.serve(place, stop)
            else:
                target = start(place, Settings(**settings).threads)
                following.work(place, target, settings, say, stop, asynchronous)
    if not stop():
        return None
    if not is_said():
        say("Stopped.")
    return stop.status
