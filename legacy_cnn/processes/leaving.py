"""How a process ends that has left threads behind, which wait for other machines.

Python would end such a thread where it comes back from TensorFlow, and C++ aborts the process then:
with its own words on stderr, and another exit status.
"""

import contextlib
import os
import sys
import threading
from collections.abc import Iterator

_BEHIND: list[threading.Thread] = []


@contextlib.contextmanager
def behind(thread: threading.Thread) -> Iterator[None]:
    """Waits, in the block, for a thread; it is left behind if it still runs after that."""
    _BEHIND.append(thread)
    try:
        yield
    finally:
        # Without a number, it was interrupted while it started, and may run.
        if thread.ident is not None and not thread.is_alive():
            _BEHIND.remove(thread)


def leave(status: int) -> None:
    """Ends this process at once, if a thread is left behind."""
    if not any(thread.is_alive() for thread in _BEHIND):
        return
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(status)
