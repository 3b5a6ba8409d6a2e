"""A scheduler and workers of Dask on this machine, as a user starts them, and what they start."""

import contextlib
import json
import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

from experiments.support.commands import LATE, until
from legacy_cnn.cluster.here import free_addresses
from legacy_cnn.processes.child import INTERPRETER

#: The module that trains a run, in a process of its own.
TASK = "legacy_cnn.study.tasks"


class Loopback:
    """A scheduler and workers with one thread each; a context manager that kills them."""

    def __init__(self, folder: Path, *, cwd: Path | None = None, nanny: bool = True) -> None:
        """Starts nothing yet.

        Args:
          folder: a new directory, for what the workers write and for all logs.
          cwd: the workers' current directory; None is this process's.
          nanny: whether each worker has a process beside it, which starts it again.
        """
        folder.mkdir()
        [host_and_port] = free_addresses(1)
        self.address = f"tcp://{host_and_port}"
        self._folder, self._cwd, self._nanny = folder, cwd, nanny
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        for process in self._processes.values():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def start(self, workers: int) -> None:
        """Starts what does not run, until the scheduler knows so many workers."""
        host, port = self.address.removeprefix("tcp://").split(":")
        self._start("scheduler", "--host", host, "--port", port)
        with self._client() as client:
            until(lambda: self._are_known(client, workers))

    def _are_known(self, client: Any, workers: int) -> bool:
        for number in range(workers):
            where = "--local-directory", str(self._folder / f"{number}")
            nanny = () if self._nanny else ("--no-nanny",)
            self._start(f"worker {number}", self.address, "--nthreads", "1", *where, *nanny)
        return len(client.scheduler_info(n_workers=-1)["workers"]) >= workers

    def _start(self, name: str, *words: str) -> None:
        known = self._processes.get(name)
        if known and known.poll() is None:
            return
        command = [*INTERPRETER, "-m", "dask", name.split()[0], *words, "--no-dashboard"]
        with (self._folder / f"{name}.log").open("ab") as log:
            self._processes[name] = subprocess.Popen(
                command, stdout=log, stderr=log, cwd=self._cwd, start_new_session=True
            )

    @contextlib.contextmanager
    def _client(self) -> Iterator[Any]:
        import distributed

        with distributed.Client(self.address, timeout=LATE, set_as_default=False) as client:
            yield client

    def workers(self) -> list[int]:
        """The numbers of the processes that run tasks, which are not those of the nannies."""
        with self._client() as client:
            return [*client.run(os.getpid).values()]

    @property
    def scheduler(self) -> int:
        """The number of the scheduler's process."""
        return self._processes["scheduler"].pid


class Starts(threading.Thread):
    """Looks for processes that train a run of a study, all the time; a context manager.

    They are found from outside, among all processes of this machine.
    """

    INTERVAL = 0.05

    def __init__(self, folder: Path) -> None:
        """Starts nothing yet.

        Args:
          folder: the directory of `Loopback`.
        """
        super().__init__(daemon=True)
        self._folder, self._ended = str(folder), threading.Event()
        self._seen: dict[str, str] = {}

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._ended.set()
        self.join()

    @property
    def names(self) -> list[str]:
        """The trainings of all processes that were seen, in their order, as "dropout-0"."""
        return [*self._seen.values()]

    def run(self) -> None:
        while not self._ended.wait(self.INTERVAL):
            self.look()

    def look(self) -> set[str]:
        """Returns the trainings that have a process now."""
        now = set()
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            with contextlib.suppress(OSError, ValueError):  # it has ended
                words = path.read_bytes().decode(errors="replace").split("\0")
                request = words[words.index(TASK) + 1]
                if request.startswith(self._folder):
                    now.add(self._training(request))
        return now

    def _training(self, request: str) -> str:
        """The training that a request's file asks for."""
        if request not in self._seen:
            asked = json.loads(Path(request).read_text())
            self._seen[request] = f"{asked['name']}-{asked['seed']}"
        return self._seen[request]
