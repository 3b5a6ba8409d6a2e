"""Runs `legacy-cnn` as a user does, kills it, and measures it; on Linux."""

import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from legacy_cnn.errors import BenchError

#: Seconds that anything may take.
LATE = 300.0

#: In the environment of a command and of all that it starts.
_MARK = "LEGACY_CNN_EXPERIMENT"


class End(NamedTuple):
    """How a command has ended."""

    status: int
    said: str  #: on stderr
    seconds: float
    memory: int  #: of its largest process, in bytes at most


def run(*words: object) -> End:
    """Runs a command, the words after `legacy-cnn`, to its end."""
    began = time.monotonic()
    process = _started(words, uuid.uuid4().hex, subprocess.PIPE)
    assert process.stderr is not None
    with process.stderr as stream:
        said = stream.read().decode(errors="replace")
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return End(process.returncode, said, time.monotonic() - began, used.ru_maxrss * 1024)


def killed(*words: object, after: float) -> float:
    """Kills a command with SIGKILL; its child processes must end by themselves.

    Args:
      *words: of the command line, after `legacy-cnn`.
      after: seconds.

    Returns:
      The seconds until the last of its processes had ended; infinite if one runs after a minute.
    """
    mark = uuid.uuid4().hex
    process = _started(words, mark, subprocess.DEVNULL)
    time.sleep(after)
    process.send_signal(signal.SIGKILL)
    process.wait()
    began = time.monotonic()
    while _runs(mark):
        if time.monotonic() - began > 60:
            return float("inf")
        time.sleep(0.05)
    return time.monotonic() - began


def _started(words: tuple[object, ...], mark: str, stderr: int) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "legacy_cnn", *map(str, words)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=stderr,
        env={**os.environ, _MARK: mark},
    )


def _runs(mark: str) -> bool:
    """Whether a process with this mark runs; one that has ended has no environment."""
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            if f"{_MARK}={mark}".encode() in path.read_bytes():
                return True
        except OSError:  # it has ended, or is another user's
            continue
    return False


def until(true: Callable[[], object]) -> None:
    """Waits until something is true.

    Raises:
      BenchError: it does not become true.
    """
    late = time.monotonic() + LATE
    while not true():
        if time.monotonic() > late:
            raise BenchError(f"It took more than {LATE:.0f} seconds.")
        time.sleep(0.05)
