"""Ctrl-C in a Python program or a notebook: the step is finished and saved before it is raised."""

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType


@contextlib.contextmanager
def noted() -> Iterator[Callable[[], bool]]:
    """Yields a function that returns whether there was a Ctrl-C in the block; a second one raises.

    A program that handles the signal itself is left alone, and so are other threads, to which
    Python gives no signals.
    """
    in_main = threading.current_thread() is threading.main_thread()
    if not in_main or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield lambda: False
        return
    seen: list[int] = []

    def receive(number: int, frame: FrameType | None) -> None:
        seen.append(number)
        signal.signal(signal.SIGINT, signal.default_int_handler)

    signal.signal(signal.SIGINT, receive)
    try:
        yield lambda: bool(seen)
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
