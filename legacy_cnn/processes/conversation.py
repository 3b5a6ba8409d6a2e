"""A worker's side: it reads requests, replies, and says how much memory it has had."""

import json
import os
import resource
import signal
import sys
from pathlib import Path


class Conversation:
    """Requests, one JSON a line on stdin, and replies on stdout.

    What the worker itself prints goes to stderr meanwhile.
    """

    def __init__(self):
        # Told to end, it leaves by its context managers, which take away what it has written.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit())
        self._out = os.fdopen(os.dup(1), "w")
        os.dup2(2, 1)
        self._request = None

    def reply(self, **values):
        """Sends `values`, as JSON."""
        print(json.dumps(values), file=self._out, flush=True)

    def next(self, kind):
        """The next request's value, or None if it is of another kind, which is kept.

        Ends the worker where there is no other request.
        """
        if self._request is None:
            line = sys.stdin.readline()
            if not line:
                sys.exit()
            self._request = json.loads(line)
        wanted = self._request.pop(kind, None)
        if wanted is not None:
            self._request = None
        return wanted


def peak_memory():
    """The most memory that this process has had, in bytes."""
    status = Path("/proc/self/status")
    if status.exists():
        # Linux counts in ru_maxrss what the process was before it became this program: its parent.
        line = next(each for each in status.read_text().splitlines() if each.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024  # kilobytes elsewhere


def use_cores(threads):
    """Keeps this process on as many cores: every library takes as many threads as there are."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])
