"""Signals that ask the process to end: Ctrl-C, SIGTERM, and SIGHUP when the terminal is closed.

While a command runs, they raise `KeyboardInterrupt`, so that every `with` block can clean up. A
command that can save its work has them noted instead.
"""

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType

_Handler = Callable[[int, FrameType | None], None]


class StopRequest:
    """The first signal that asked the process to end, if there was one."""

    def __init__(self) -> None:
        self.number: int | None = None

    def __call__(self) -> bool:
        """Returns whether there was one."""
        return self.number is not None

    @property
    def status(self) -> int:
        """The exit status of a process that was ended by the signal, as in shells."""
        return 128 + (self.number or 0)


@contextlib.contextmanager
def raised() -> Iterator[None]:
    """Raises `KeyboardInterrupt`, with the signal's number, for the signals in the block."""

    def receive(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt(number)

    # Python raises it for Ctrl-C by itself, but without the number: as a program may do, too.
    with _handled([*_interrupting(), *_ending()], receive):
        yield


@contextlib.contextmanager
def noted(reply: str = "") -> Iterator[StopRequest]:
    """Yields a `StopRequest` that notes the first signal in the block; a second one kills.

    Args:
      reply: a line for stderr at the first one, if the end takes a while.
    """
    request = StopRequest()
    numbers = [signal.SIGINT, *_ending()]

    with _kept_stderr() as stderr:

        def receive(number: int, frame: FrameType | None) -> None:
            request.number = number
            for handled in numbers:
                signal.signal(handled, signal.SIG_DFL)
            if reply:
                with contextlib.suppress(OSError):
                    os.write(stderr, f"{reply}\n".encode())

        with _handled(numbers, receive):
            yield request


@contextlib.contextmanager
def _kept_stderr() -> Iterator[int]:
    """A number for stderr in the block, also while it is redirected; -1 if it is closed."""
    try:
        number = os.dup(2)
    except OSError:
        yield -1
        return
    try:
        yield number
    finally:
        os.close(number)


def _interrupting() -> list[signal.Signals]:
    """The signal of Ctrl-C, unless whoever started the process has it ignored."""
    return [] if signal.getsignal(signal.SIGINT) == signal.SIG_IGN else [signal.SIGINT]


def _ending() -> list[signal.Signals]:
    """The signals other than that of Ctrl-C."""
    # Under nohup, SIGHUP is ignored, and stays ignored.
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        return [signal.SIGTERM, signal.SIGHUP]
    return [signal.SIGTERM]


@contextlib.contextmanager
def _handled(numbers: list[signal.Signals], receive: _Handler) -> Iterator[None]:
    """Lets `receive` handle the signals in the block."""
    if threading.current_thread() is not threading.main_thread():
        yield  # no other thread can set handlers
        return
    before = {number: signal.signal(number, receive) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
