"""Redirects the stdout and stderr of the process, to which TensorFlow's kernels write directly."""

import contextlib
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from typing import IO, Any


def fill_closed() -> None:
    """Opens nothing in place of each standard stream that whoever started this process has closed.

    Otherwise the first file that is opened takes its number, and what is printed goes there.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            mode = "w" if number else "r"
            setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115


@contextlib.contextmanager
def redirected(number: int, file: IO[Any]) -> Iterator[None]:
    """Redirects a standard stream of the process to a file, until the block ends.

    Args:
      number: 1 for stdout, 2 for stderr.
      file: a file open for writing.
    """
    (sys.stdout, sys.stderr)[number - 1].flush()
    saved = os.dup(number)
    os.dup2(file.fileno(), number)
    try:
        yield
    finally:
        os.dup2(saved, number)
        os.close(saved)


def printed(function: Callable[[], object], *, stderr: bool = False) -> str:
    """Calls a function and captures stdout.

    Args:
      function: called without arguments.
      stderr: whether to capture stderr, too, to which `tf.print` prints by default.

    Returns:
      What was printed, by Python or by TensorFlow's kernels.
    """
    # Line-buffered, so that the lines of both keep their order.
    with tempfile.TemporaryFile("w+", buffering=1) as file, contextlib.ExitStack() as stack:
        stack.enter_context(redirected(1, file))
        stack.enter_context(contextlib.redirect_stdout(file))
        if stderr:
            stack.enter_context(redirected(2, file))
            stack.enter_context(contextlib.redirect_stderr(file))
        function()
        stack.close()
        file.seek(0)
        return file.read()
