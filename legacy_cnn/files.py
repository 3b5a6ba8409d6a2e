"""Writes files so that no reader ever sees an incomplete one."""

import contextlib
import errno
import json
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

#: What names a file or a directory.
AnyPath = str | os.PathLike[str]


@contextlib.contextmanager
def replacing(path: AnyPath) -> Iterator[BinaryIO]:
    """Yields a temporary file, binary, that replaces `path` when the block ends without an error.

    The old file stays complete until then, and after a failure. Several processes may write one
    path at the same time: each has its own temporary file, and the last one to finish wins.

    Args:
      path: the file to write; its directory must exist.

    Raises:
      OSError: the directory cannot be written, or the disk is full.
    """
    path = Path(path)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(6)}.tmp")
    try:
        with open(temporary, "xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException as error:
        if isinstance(error, OSError) and error.filename in (None, str(temporary), temporary):
            error.filename = str(path)  # the name that the user knows
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


def check(path: AnyPath) -> None:
    """Checks that a file can be written, before the work for it starts; writes nothing.

    Raises:
      OSError: `path` is a directory, or cannot be written.
    """
    if Path(path).is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    with contextlib.suppress(_Discard), replacing(path):
        raise _Discard


class _Discard(Exception):
    """Ends `replacing` so that it discards the temporary file."""


def write_text(path: AnyPath, text: str) -> None:
    """Writes a text as UTF-8, completely or not at all."""
    with replacing(path) as file:
        file.write(text.encode())


def write_json(path: AnyPath, value: Any) -> None:
    """Writes `value` as indented JSON, completely or not at all."""
    write_text(path, json.dumps(value, indent=1) + "\n")
