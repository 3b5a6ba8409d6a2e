"""`legacy-cnn cluster`: a training on parameter servers and workers, all on this machine."""

import argparse
import shlex
import signal
from typing import TYPE_CHECKING

from legacy_cnn.cluster import OPEN
from legacy_cnn.cluster.place import PATIENCE, check
from legacy_cnn.commandline import options, signals
from legacy_cnn.commandline.output import say
from legacy_cnn.commands import train
from legacy_cnn.errors import UsageError

if TYPE_CHECKING:
    from legacy_cnn.rundir import RunDirectory

HELP = "train on a cluster of processes of this machine"
DESCRIPTION = """Starts parameter servers and workers of TensorFlow 1's distributed runtime on this
machine, which train one run together: each worker takes its part of every batch. It starts again
what is killed, and ends all of them with itself. The run is as `legacy-cnn train` writes it."""
EPILOG = "Example: legacy-cnn cluster --ps 1 --workers 2 -- train --epochs 1 --run-dir runs/cluster"

#: Most processes of a kind.
_MOST = 64
#: Exit status of a process that has refused its command line.
_WRONG_USAGE = 2


def add_options(parser: options.CommandParser) -> None:
    parser.add_argument(
        "--ps", type=int, default=1, metavar="N", help="number of parameter servers (default: 1)"
    )
    parser.add_argument(
        "--workers", type=int, default=2, metavar="N", help="number of workers (default: 2)"
    )
    train.add_patience(parser)
    parser.add_argument(
        "words",
        nargs=argparse.REMAINDER,
        metavar="-- train ...",
        help="the command line of `legacy-cnn train`",
    )


def run(arguments: argparse.Namespace) -> int | None:
    from legacy_cnn.cluster import here

    for name in ("ps", "workers"):
        if not 1 <= (number := getattr(arguments, name)) <= _MOST:
            raise UsageError(f"{name} must be from 1 to {_MOST}, not {number}.", name)
    words, trained = _trained(arguments)
    jobs = {"ps": arguments.ps, "worker": arguments.workers}
    begun = here.Cluster(jobs, words, trained.path, arguments.patience, say)
    say(OPEN)
    say(f"Starting {arguments.ps} parameter server(s) and {arguments.workers} worker(s).")
    with signals.noted() as stop, begun as cluster:
        status = cluster.watch(stop)
    if status not in (0, _WRONG_USAGE) and trained.holds_run():
        kept = [word for word in words if word in here.KEPT]
        say(f"Resume it with: {_again(arguments, kept, str(trained.path))}")
    # The chief was asked to stop by another signal than this process.
    return stop.status if stop() and status == 128 + signal.SIGTERM else status


def _again(arguments: argparse.Namespace, kept: list[str], run_dir: str) -> str:
    """The command line that resumes a run on such a cluster."""
    own = ["--ps", str(arguments.ps), "--workers", str(arguments.workers)]
    if arguments.patience != PATIENCE:
        own += ["--patience", f"{arguments.patience:g}"]
    trained = ["--", "train", *kept, "--run-dir", run_dir, "--resume"]
    return shlex.join(["legacy-cnn", "cluster", *own, *trained])


def _trained(arguments: argparse.Namespace) -> "tuple[list[str], RunDirectory]":
    """The words for `train` without the directory of the run, and that directory."""
    from legacy_cnn.rundir import RunDirectory, next_free
    from legacy_cnn.settings import Settings

    words = arguments.words
    words = words[1:] if words[:1] == ["--"] else words
    if words[:1] != ["train"]:
        raise UsageError("After its own options, cluster needs: -- train ...")
    parser = options.CommandParser(prog="legacy-cnn train", allow_abbrev=False)
    train.add_options(parser)
    arguments.parser.flags.update(parser.flags)  # so that messages name them
    asked = parser.parse_args(words[1:])
    if asked.cluster or asked.job or asked.task is not None:
        raise UsageError("legacy-cnn cluster chooses the addresses itself.")
    if asked.patience != PATIENCE:
        raise UsageError("legacy-cnn cluster takes patience before the words of train.", "patience")
    if asked.resume:
        return words[1:], RunDirectory.to_resume(asked.run_dir)
    settings = Settings(**options.given(asked, Settings))
    check(settings, arguments.workers, asked.asynchronous)
    if asked.run_dir:
        RunDirectory(asked.run_dir).refuse_if_used()
    return words[1:], RunDirectory(asked.run_dir or next_free())
