"""Ends a process, whatever it runs, when the one that started it has ended: `python guard.py PID`.

`tied` ends a module of ours from within. A user's script, and another Python, are left as they are:
a guard beside them waits for the end of a pipe that nobody writes to, which the system closes when
the process at its other end is gone, and kills.
"""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any


@contextlib.contextmanager
def guarded(process: "subprocess.Popen[Any]") -> Iterator[None]:
    """In the block, a process does not outlive this one, even if that is killed.

    Args:
      process: one that was just started; if it leads a session, its own processes end with it.
    """
    guard = subprocess.Popen(
        [sys.executable, "-I", "-S", __file__, str(process.pid)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # what is sent to all processes of a terminal is not for it
    )
    try:
        yield
    finally:
        guard.kill()
        guard.communicate()


def main() -> None:
    """Waits for the end of stdin, and kills the process whose number the command line has."""
    while os.read(0, 1):
        pass
    number = int(sys.argv[1])
    with contextlib.suppress(OSError):  # it has ended
        if os.name == "nt":
            os.kill(number, signal.SIGTERM)  # which does not ask there
        elif os.getpgid(number) == number:
            os.killpg(number, signal.SIGKILL)
        else:
            os.kill(number, signal.SIGKILL)


if __name__ == "__main__":
    main()
