"""The process's own stdout and stderr, which TensorFlow's kernels write to past `sys.stdout`."""

import contextlib
import os
import sys
import tempfile


@contextlib.contextmanager
def redirected(number, file):
    """Sends what the process writes to its stream 1 (stdout) or 2 (stderr) into an open file."""
    (sys.stdout, sys.stderr)[number - 1].flush()
    kept = os.dup(number)
    os.dup2(file.fileno(), number)
    try:
        yield
    finally:
        os.dup2(kept, number)
        os.close(kept)


def printed(function):
    """Calls a function without arguments.

    Returns:
      What it printed on stdout, from Python or from TensorFlow's kernels.
    """
    # A line at a time, so that the lines of both come in their order.
    with tempfile.TemporaryFile("w+", buffering=1) as file:
        with redirected(1, file), contextlib.redirect_stdout(file):
            function()
        file.seek(0)
        return file.read()
