"""A worker's side of the conversation: it reads requests, replies, and measures its memory."""

import json
import os
import queue
import signal
import sys
import threading
from pathlib import Path
from typing import Any

from legacy_cnn.processes import tied

#: Seconds that a worker has to end after its last request.
ENDING = 2


def _end(*_: object) -> None:
    """Raises, so that the worker's context managers remove what it wrote; once, or they do not."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.exit()


class Conversation:
    """Requests, one JSON a line on stdin, and replies on stdout.

    What the worker prints goes to stderr instead.
    """

    def __init__(self) -> None:
        signal.signal(signal.SIGTERM, _end)
        self._replies = os.fdopen(os.dup(1), "w")
        os.dup2(2, 1)
        self._request: dict[str, Any] | None = None  # read, but not answered yet
        self._lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        """Reads requests; in a thread, so that a parent that was killed ends the worker's work."""
        for line in sys.stdin:
            self._lines.put(line)
        self._lines.put("")
        threading.Event().wait(ENDING)  # a worker that waits for a request ends by itself
        tied.end()

    def reply(self, **values: Any) -> None:
        """Sends `values`, as JSON."""
        print(json.dumps(values), file=self._replies, flush=True)

    def next(self, kind: str) -> Any:
        """Returns the next request's value; ends the worker when there are no more requests.

        Args:
          kind: the request's name. The value of a request with another name is None; that request
            stays the next one.
        """
        if self._request is None:
            line = self._lines.get()
            if not line:
                sys.exit()
            self._request = json.loads(line)
        value = self._request.pop(kind, None)
        if value is not None:
            self._request = None
        return value


def peak_memory() -> int:
    """Returns the largest memory that this process has used, in bytes."""
    status = Path("/proc/self/status")
    if status.exists():
        # On Linux, ru_maxrss includes the parent's memory from before this program was executed.
        lines = status.read_text().splitlines()
        peak = next(line for line in lines if line.startswith("VmHWM"))
        return int(peak.split()[1]) * 1024
    import resource  # not on Windows

    maximum = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return maximum if sys.platform == "darwin" else maximum * 1024  # kilobytes elsewhere


def use_cores(threads: int) -> None:
    """Pins this process to as many cores: some libraries start a thread on every core they see."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])
