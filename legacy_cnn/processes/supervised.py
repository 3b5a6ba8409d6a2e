"""A command in a process of its own, whose end is told whatever has ended it.

A graph from a file may make TensorFlow end its process, or hold it in one operation for hours:
nothing in that process can then say so.
"""

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Iterator, Sequence

from legacy_cnn.processes.child import INTERPRETER
from legacy_cnn.processes.guard import guarded

#: In the environment of the process that runs the command.
_MARK = "LEGACY_CNN_SUPERVISED"
#: What a process that is late ends itself with.
_LATE = getattr(signal, "SIGXCPU", signal.SIGTERM)

_REASONS = {
    _LATE: "an operation takes longer than it may",
    getattr(signal, "SIGKILL", None): "there may not be enough memory",
}


def is_supervised() -> bool:
    """Whether this process runs the command of another one."""
    return _MARK in os.environ


def run(words: Sequence[str]) -> tuple[int, str]:
    """Runs a command; the signals that this process gets are its own.

    Args:
      words: of the command line, after the name of the program.

    Returns:
      Its exit status, and "" or, if a signal has ended it that this process did not get, why.
    """
    process = subprocess.Popen(
        [*INTERPRETER, "-m", "legacy_cnn", *words],
        env={**os.environ, _MARK: "1"},
        start_new_session=True,  # so that a terminal's Ctrl-C reaches it once
    )
    with guarded(process), _forwarded(process) as received:
        status = process.wait()
    if status >= 0:
        return status, ""
    if -status in received:
        return 128 - status, ""
    name = signal.Signals(-status).name
    reason = _REASONS.get(-status, "it asks for what TensorFlow does not survive")
    return status, f"A graph from a file has ended the program ({name}): {reason}."


@contextlib.contextmanager
def _forwarded(process: "subprocess.Popen[bytes]") -> Iterator[set[int]]:
    """Passes on, in the block, the signals that ask this process to end; yields their numbers."""
    received: set[int] = set()

    def forward(number: int, frame: object) -> None:
        received.add(number)
        process.send_signal(number)

    numbers = [signal.SIGINT, signal.SIGTERM, *filter(None, [getattr(signal, "SIGHUP", None)])]
    wanted = [number for number in numbers if signal.getsignal(number) != signal.SIG_IGN]
    before = {number: signal.signal(number, forward) for number in wanted}
    try:
        yield received
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def ended_after(seconds: float) -> Iterator[None]:
    """Ends this process, if it is supervised and the block takes longer; 0 is any time."""
    if not (seconds and is_supervised()):
        yield
        return
    timer = threading.Timer(seconds, os.kill, (os.getpid(), _LATE))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
