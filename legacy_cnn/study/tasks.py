"""One training as a task of a cluster, in a process of its own.

It may be run again, anywhere.
"""

import dataclasses
import signal
import sys
import threading
from pathlib import Path
from typing import Any

from legacy_cnn import files, mnist, provenance, training
from legacy_cnn.errors import LegacyCnnError, RunError
from legacy_cnn.outside.jsonfiles import read_json
from legacy_cnn.results import jsonvalues
from legacy_cnn.settings import StudySettings
from legacy_cnn.study import specimen
from legacy_cnn.study.trainings import Training

#: File of a study by which a worker knows that it sees the same directory.
TOKEN = "token"


@dataclasses.dataclass(frozen=True)
class Task:
    """What is to be trained, and with what."""

    name: str
    seed: int
    directory: str  #: of the study, absolute; the worker may not have it
    token: str  #: content of its file `TOKEN`
    epochs: int
    threads: int
    data_dir: str | None  #: absolute
    digests: dict[str, str]  #: of the data
    versions: dict[str, str]
    worker: str = ""  #: its address
    scratch: str = ""  #: a directory of the worker's, which is removed after the task


def main() -> None:
    """Trains what the request names, and writes the reply: the two JSON files of `sys.argv`."""
    asked, replied = sys.argv[1:]
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    try:
        task = jsonvalues.from_json(read_json(asked), Task, "request")
        files.write_json(replied, run(task, stopping))
    except (LegacyCnnError, OSError) as error:
        sys.exit(str(error))


def run(task: Task, stopping: threading.Event) -> dict[str, Any]:
    """Trains one run of a study, where the study is if this machine sees that.

    Args:
      task: the training.
      stopping: set when it is given up; the run's state is saved.

    Returns:
      "shared": whether the study's directory has the run; if not, "config" and "results", the
      contents of its files, and "specimen", what `specimen.examined` returns, of a first seed.

    Raises:
      RunError: this machine has other versions or other data, or the training failed.
      Interrupted: it was given up.
    """
    _check(task)
    shared = _sees(Path(task.directory), task.token)
    one = Training(task.name, task.seed, Path(task.directory if shared else task.scratch))
    settings = StudySettings(epochs=task.epochs, threads=task.threads, data_dir=task.data_dir)
    if len(one.epochs()) < task.epochs and one.elsewhere(stopping.wait):
        raise training.Interrupted("The training was given up before it began.", one.run.path)
    if len(one.epochs()) < task.epochs:
        directory, chosen = one.arguments(settings)
        training.train(directory, stop=stopping.is_set, warn=lambda text: None, **chosen)
    if shared:
        return {"shared": True}
    return {
        "shared": False,
        "config": one.run.read_config(),
        "results": one.run.read_results().to_json(),
        "specimen": None if one.seed else specimen.to_json(one.run),
    }


def _check(task: Task) -> None:
    provenance.check_decisive(f"The worker {task.worker}", "the study", task.versions)
    if mnist.load_present(task.data_dir).digests != task.digests:
        raise RunError(f"The worker {task.worker} has other data in {task.data_dir}.")


def _sees(directory: Path, token: str) -> bool:
    """Whether the study's directory is this machine's, too."""
    try:
        return (directory / TOKEN).read_text("utf-8") == token
    except (OSError, UnicodeDecodeError):
        return False
