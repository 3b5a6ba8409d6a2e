"""The trainings of a study as tasks of a Dask cluster; this is the study's side.

Dask tells a worker that died from a task that failed, and gives the task of the first to another
worker. A task may therefore run twice: what it gives is the same, and is kept once, by its name.
"""

import contextlib
import dataclasses
import importlib
import logging
import operator
import os
import re
import secrets
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future
from pathlib import Path
from typing import Any, Self

from legacy_cnn import files, provenance
from legacy_cnn.cluster.place import is_address
from legacy_cnn.errors import RunError, UsageError, described, first_line, not_installed
from legacy_cnn.mnist import Mnist
from legacy_cnn.processes import clustered
from legacy_cnn.settings import StudySettings
from legacy_cnn.study import tasks
from legacy_cnn.study.trainings import INTERVAL, Training

#: Seconds that a scheduler has to answer.
PATIENCE = 10
#: Seconds after which another machine's files are seen here: NFS caches a directory for a minute.
SEEN = 90.0


class Cluster:
    """An engine whose trainings run wherever a Dask scheduler has workers."""

    def __init__(
        self, settings: StudySettings, directory: Path, data: Mnist, warn: Callable[[str], object]
    ) -> None:
        """Starts nothing yet.

        Args:
          settings: the settings of the study, with the address of a scheduler.
          directory: the directory of the study.
          data: the data that all trainings must have.
          warn: called with a sentence if there are no workers yet.

        Raises:
          NotInstalledError: there is no Dask.
        """
        self._address = settings.scheduler or ""
        if not provenance.installed("distributed"):
            raise not_installed("scheduler", "distributed", "scheduler")
        self._settings, self._directory, self._warn = settings, directory, warn
        self._digests = data.digests
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> Self:
        with self._stack:
            self._stack.enter_context(_quiet())
            client = self._stack.enter_context(_connected(self._address))
            if not client.scheduler_info(n_workers=-1)["workers"]:
                self._warn(f"The scheduler at {self._address} has no workers yet; waiting for one.")
            self._executor = client.get_executor(pure=False)
            self._stack.callback(self._executor.shutdown, wait=False)
            self._token = _token(self._directory)
            self._stack = self._stack.pop_all()
        return self

    def __exit__(self, *exception: object) -> None:
        self._stack.close()

    def submit(self, training: Training) -> "Future[dict[str, Any]]":
        """Has the training run on a worker, and again on another one if that dies."""
        data_dir = self._settings.data_dir
        task = tasks.Task(
            name=training.name,
            seed=training.seed,
            directory=os.path.abspath(self._directory),
            token=self._token,
            epochs=self._settings.epochs,
            threads=self._settings.threads,
            data_dir=os.path.abspath(data_dir) if data_dir else None,
            digests=self._digests,
            versions=provenance.decisive(),
        )
        future: Future[dict[str, Any]] = self._executor.submit(
            _runner(tasks.__name__, dataclasses.asdict(task)), clustered.__name__
        )
        return future

    def keep(self, training: Training, future: "Future[dict[str, Any]]") -> None:
        """Writes what came back, unless the worker has written it where the study is.

        Raises:
          RunError: the training failed, its workers died, or the scheduler is gone.
        """
        given = self._given(training, future)
        if "failure" in given:
            raise RunError(f"{training.run.path.name}: {given['failure']}")
        if given.pop("shared"):
            self._await(training)
            return
        with files.new_directory(training.run.path, replace=True) as directory:
            for part, content in given.items():
                if content is not None:
                    files.write_json(directory / f"{part}.json", content)

    def _await(self, training: Training) -> None:
        """Waits until this machine sees a run, too, that its worker has written to the end."""
        late = time.monotonic() + SEEN
        while (found := len(training.epochs())) < self._settings.epochs:
            if time.monotonic() > late:
                raise RunError(
                    f"{training.run.path} has {found} epochs here, though its worker has written "
                    f"{self._settings.epochs}: run the same command again once they are there."
                )
            time.sleep(INTERVAL)

    def _given(self, training: Training, future: "Future[dict[str, Any]]") -> dict[str, Any]:
        """What a task returned; all that can become of it otherwise is a sentence."""
        which = training.run.path.name
        try:
            return future.result()
        except CancelledError as error:
            raise RunError(
                f"The scheduler at {self._address} is gone; what was trained is saved in "
                f"{self._directory}. Run the same command again when there is one."
            ) from error
        except Exception as error:
            if type(error).__name__ == "KilledWorker":
                raise RunError(
                    f"{which} was given up: the workers that ran it have died, one after another. "
                    f"Their logs may say why; too little memory is a common reason."
                ) from error
            raise RunError(
                f"{which} cannot run on the cluster ({described(error)}); its workers need the "
                f"legacy-cnn[cluster] that this machine has, and its scheduler the same Dask."
            ) from error


def _runner(module: str, request: dict[str, Any]) -> Callable[[str], dict[str, Any]]:
    """A function of the name of `clustered`, which has that run a module.

    It has names only: Dask ends a worker that cannot unpickle a function, and the study would wait;
    so a worker without this package raises an error of Python's, which comes back.
    """
    import toolz

    run = operator.methodcaller(clustered.run.__name__, module, request)
    function: Callable[[str], dict[str, Any]] = toolz.compose(run, importlib.import_module)
    return function


def check_address(address: str) -> str:
    """Returns the address of a scheduler.

    Raises:
      UsageError: it is none.
    """
    if not is_address(re.sub("^(tcp|tls)://", "", address)):
        raise UsageError(
            f"scheduler must be an address such as tcp://10.0.0.1:8786 or tls://host:8786, not "
            f"{address!r}.",
            "scheduler",
        )
    return address


@contextlib.contextmanager
def _connected(address: str) -> Iterator[Any]:
    """A client of the scheduler; TLS is as Dask's configuration says."""
    import distributed

    if address.startswith("tls:") and not _has_tls(distributed.Security()):
        raise UsageError(
            f"scheduler {address} needs TLS, and Dask's configuration names no certificates "
            f"(distributed.comm.tls).",
            "scheduler",
        )
    try:
        client = distributed.Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, TypeError, ValueError, RuntimeError) as error:
        raise RunError(
            f"No Dask scheduler answers at {address} ({first_line(error)}): start one with "
            f"`dask scheduler`, or correct the address."
        ) from error
    with contextlib.closing(client):
        yield client


def _has_tls(security: Any) -> bool:
    return security.get_connection_args("client")["ssl_context"] is not None


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keeps Dask's own log off stderr: what it means for a study is said in a sentence."""
    import distributed  # noqa: F401 - it sets the level of its logger

    logger = logging.getLogger("distributed")
    before = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(before)


def _token(directory: Path) -> str:
    """A text in the study's directory, by which a worker knows that it sees the same one."""
    path = directory / tasks.TOKEN
    if not path.exists():
        files.write_text(path, secrets.token_hex(16))
    return path.read_text("utf-8")
