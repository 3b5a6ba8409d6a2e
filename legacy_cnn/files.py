"""Writing files so that nobody ever sees a half-written one."""

import contextlib
import errno
import json
import os
import secrets
from pathlib import Path


@contextlib.contextmanager
def replacing(path):
    """Yields a binary file beside `path` that takes its place when the block ends without an error.

    The file that was there stays whole until then, and after a failure. Several processes may
    write the same path at once: each has its own temporary file, and the last one to end wins.

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
            error.filename = str(path)  # the one the user knows
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


def check(path):
    """Raises OSError if `path` could not be written, before work is done for it."""
    if Path(path).is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    with contextlib.suppress(_Enough), replacing(path):
        raise _Enough


class _Enough(Exception):
    """A file could be begun; nothing is to be kept of it."""


def write_text(path, text):
    """Writes a text as UTF-8, whole or not at all."""
    with replacing(path) as file:
        file.write(text.encode())


def write_json(path, value):
    """Writes `value` as indented JSON, whole or not at all."""
    write_text(path, json.dumps(value, indent=1) + "\n")
