"""All processes of a cluster on this machine: started, watched, started again, and ended."""

import contextlib
import itertools
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from legacy_cnn.cluster import SAID
from legacy_cnn.cluster.place import Place
from legacy_cnn.errors import RunError
from legacy_cnn.processes import tied
from legacy_cnn.processes.child import INTERPRETER, with_environment
from legacy_cnn.rundir import RunDirectory

#: Words for `train` that are no setting of the run: it is resumed with them.
KEPT = ("--asynchronous",)

#: How often a killed process is started again.
MOST = 5

#: Seconds between two looks, and that processes have to end by themselves.
INTERVAL, ENDING = 0.2, 20.0


class Cluster:
    """The processes; a context manager that ends them. They end with this process, too."""

    def __init__(
        self,
        jobs: Mapping[str, int],
        words: Sequence[str],
        run_dir: Path,
        patience: float,
        warn: Callable[[str], object],
    ) -> None:
        """Starts nothing yet.

        Args:
          jobs: job -> number of processes.
          words: of the command line of `legacy-cnn train`, without the directory of the run.
          run_dir: directory of the run.
          patience: of each process, in seconds.
          warn: called with a sentence about anything noteworthy.
        """
        free = iter(free_addresses(sum(jobs.values())))
        addresses = {job: tuple(itertools.islice(free, jobs[job])) for job in jobs}
        self._places = [
            Place(addresses["ps"], addresses["worker"], job, task, patience)
            for job, count in jobs.items()
            for task in range(count)
        ]
        self._words, self._run, self._warn = words, RunDirectory(run_dir), warn
        self._processes: dict[Place, subprocess.Popen[bytes]] = {}
        self._kills = dict.fromkeys(self._places, 0)
        self._before: Any = None  # the results when the chief was started the last time
        self._has_failed = False  # and nobody tells the others of the end of the run

    def __enter__(self) -> Self:
        for place in self._places:
            self._start(place)
        return self

    def __exit__(self, *exception: object) -> None:
        """Lets the processes end by themselves if the chief has ended, and then ends them."""
        late = time.monotonic() + (0 if any(exception) or self._has_failed else ENDING)
        for end in (None, subprocess.Popen.terminate, subprocess.Popen.kill):
            for process in self._processes.values():
                if end and process.poll() is None:
                    end(process)
            self._wait_until(late)
            late = time.monotonic() + ENDING
        for process in self._processes.values():
            process.wait()
            _forget(process)

    def processes(self) -> dict[str, int]:
        """Name of each process -> its number in the system."""
        return {_name(place): process.pid for place, process in self._processes.items()}

    def watch(self, stop: Callable[[], bool]) -> int:
        """Waits for the end of the run, and starts again what was killed.

        Args:
          stop: True asks the chief to save the run and end.

        Returns:
          The exit status of the chief, or of the process that has failed.
        """
        stopping = False
        while True:
            if stop() and not stopping:
                stopping = True
                self._chief.terminate()
            for place, process in [*self._processes.items()]:
                status = process.poll()
                if status is None:
                    continue
                if status < 0 and place.is_chief and self._is_complete():
                    return 0
                if status < 0 and not stopping and self._kills[place] < MOST:
                    self._start_again(place, status)
                elif place.is_chief or (status and not stopping):
                    return self._failed(place, status)
            time.sleep(INTERVAL)

    @property
    def _chief(self) -> "subprocess.Popen[bytes]":
        return next(process for place, process in self._processes.items() if place.is_chief)

    def _failed(self, place: Place, status: int) -> int:
        if place.is_chief and not status:
            return 0
        self._has_failed = True
        if self._kills[place] == MOST and status < 0:
            self._warn(f"{_ended(place, status)} after {MOST} new starts; ending the others.")
        elif status < 0 and status != -signal.SIGTERM:
            self._warn(f"{_ended(place, status)}.")
        elif not place.is_chief:
            self._warn(f"{_name(place)} has failed; ending the others.")
        return status if status > 0 else 128 - status

    def _is_complete(self) -> bool:
        """Whether the chief has written that the run is complete, since it was started."""
        now = self._results()
        return now is not None and now["status"] == "complete" and now != self._before

    def _results(self) -> Any:
        """The content of results.json; None if there is none, or a damaged one."""
        with contextlib.suppress(RunError):
            return self._run.read_results().to_json() if self._run.holds_results() else None
        return None

    def _start_again(self, place: Place, status: int) -> None:
        self._kills[place] += 1
        _forget(self._processes[place])
        self._warn(f"{_ended(place, status)}; it is started again.")
        self._start(place)

    def _start(self, place: Place) -> None:
        words = [*self._words]
        if place.is_chief:
            begun = self._run.holds_run() and "--resume" not in words
            words = ["--resume", *(word for word in words if word in KEPT)] if begun else words
            words += ["--run-dir", str(self._run.path)]
            self._before = self._results()
        where = ["--cluster", place.words(), "--job", place.job, "--task", str(place.task)]
        where += ["--patience", str(place.patience)]
        self._processes[place] = subprocess.Popen(
            [*INTERPRETER, tied.__file__, "legacy_cnn", "train", *words, *where],
            stdin=subprocess.PIPE,
            stdout=None if place.is_chief else subprocess.DEVNULL,
            env=with_environment({SAID: "1"}),
            start_new_session=True,  # so that a terminal's Ctrl-C is for this process
        )

    def _wait_until(self, late: float) -> None:
        for process in self._processes.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, late - time.monotonic()))


def _forget(process: "subprocess.Popen[bytes]") -> None:
    """Closes the pipe of a process that has ended."""
    with contextlib.suppress(OSError):
        process.stdin.close()  # type: ignore[union-attr]


def _name(place: Place) -> str:
    return f"{place.job} {place.task}" + (", the chief," if place.is_chief else "")


def _ended(place: Place, status: int) -> str:
    """Says which signal has ended a process, whose status is its number, negative."""
    return f"{_name(place)} was ended by {signal.Signals(-status).name}"


def free_addresses(count: int) -> list[str]:
    """Returns addresses, HOST:PORT, on loopback whose ports nobody uses now."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [f"127.0.0.1:{one.getsockname()[1]}" for one in sockets]
