"""What commands write: their result on stdout, progress and notes on stderr."""

import argparse
import contextlib
import errno
import io
import json
import math
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any

from legacy_cnn.escaping import escaped_controls


@contextlib.contextmanager
def tolerant() -> Iterator[None]:
    """Has stdout write what its encoding lacks as escape sequences, as stderr does."""
    stream = sys.stdout
    if not isinstance(stream, io.TextIOWrapper):
        yield
        return
    before = stream.errors
    stream.reconfigure(errors="backslashreplace")
    try:
        yield
    finally:
        if not stream.closed:
            stream.reconfigure(errors=before)


def say(text: str) -> None:
    """Prints a line on stderr; control characters, of a file's name for example, are escaped."""
    print(escaped_controls(text), file=sys.stderr, flush=True)


def print_path(path: str | os.PathLike[str]) -> None:
    """Prints a path on stdout: byte by byte, or escaped if that is a terminal."""
    if sys.stdout.isatty() or not hasattr(sys.stdout, "buffer"):
        print(escaped_controls(path))
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(os.fsencode(path) + b"\n")
    sys.stdout.buffer.flush()


@contextlib.contextmanager
def progress(text: str) -> Iterator[Callable[[str], None]]:
    """Shows a text with a spinner on stderr, if that is a terminal, until the block ends.

    Yields:
      A function that replaces the text.
    """
    from rich.console import Console
    from rich.text import Text

    def safe(text: str) -> Text:  # no markup either
        return Text(escaped_controls(text))

    with Console(stderr=True).status(safe(text)) as status:
        yield lambda text: status.update(safe(text))


def print_result(arguments: argparse.Namespace, result: Any, show: Callable[[Any], object]) -> None:
    """Prints a result on stdout, as JSON if `--json` asks for it.

    Args:
      arguments: the arguments of the command.
      result: a record of `results`, or plain dicts, lists and numbers.
      show: prints it as text.
    """
    if sys.stdout.closed:
        raise OSError(errno.EBADF, "A program that ran here has closed it", "standard output")
    if arguments.json:
        value = result.to_json() if hasattr(result, "to_json") else strict(result)
        print(json.dumps(value, indent=1, allow_nan=False))
    else:
        show(result)


def strict(value: Any) -> Any:
    """Replaces infinities and NaN, which JSON cannot contain, by strings."""
    if isinstance(value, dict):
        return {key: strict(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [strict(item) for item in value]
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value
