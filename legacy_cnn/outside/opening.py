"""Opens a file that may be anything: a directory, a FIFO, a device, or larger than it should be."""

import contextlib
import errno
import os
import stat
import sys
from collections.abc import Iterator
from typing import BinaryIO

from legacy_cnn.errors import LegacyCnnError
from legacy_cnn.files import AnyPath, check_path

#: Bytes of a file of text: a script, JSON, a note.
TEXT = 64 * 2**20

_KINDS = {
    stat.S_IFIFO: "a FIFO",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


@contextlib.contextmanager
def opened(
    path: AnyPath, limit: int, failure: type[LegacyCnnError], what: str = "a file"
) -> Iterator[BinaryIO]:
    """Opens a regular file; waits for nobody, as a FIFO's writer.

    Args:
      path: the file.
      limit: bytes that it may have.
      failure: what is raised.
      what: what it should be, for messages: "an .npz file".

    Raises:
      `failure`: it is a FIFO or a device, or is larger.
      OSError: there is none, it is a directory, or it cannot be read.
      UsageError: no file could have this name.
      TypeError: it is no path. A number would be taken for a file that is open already.
    """
    check_path(path)
    path = os.fspath(path)
    _check(os.stat(path), path, limit, failure, what)  # opening a device may already do something
    with open(path, "rb", opener=_open) as file:
        _check(os.fstat(file.fileno()), path, limit, failure, what)
        yield file


def content(
    path: AnyPath, limit: int, failure: type[LegacyCnnError], what: str = "a file"
) -> bytes:
    """Reads a whole file; arguments and errors are those of `opened`."""
    with opened(path, limit, failure, what) as file:
        found = file.read(limit + 1)  # a file may grow, and some of the system's say 0
    if len(found) > limit:
        raise too_large(path, len(found), limit, failure)
    return found


def append_text(
    path: AnyPath, text: str, failure: type[LegacyCnnError], what: str = "a file"
) -> None:
    """Adds a text in UTF-8 to the end of a regular file; half characters of names are escaped.

    Args:
      path: the file, which is made if there is none.
      text: what is added.
      failure, what: as for `opened`.

    Raises:
      `failure`: it is a FIFO or a device, which might keep us waiting for a reader.
      OSError: it is a directory, or cannot be written.
    """
    check_path(path)
    with contextlib.suppress(FileNotFoundError):
        _check(os.stat(path), path, sys.maxsize, failure, what)
    with open(path, "ab", opener=_open) as file:
        _check(os.fstat(file.fileno()), path, sys.maxsize, failure, what)
        file.write(text.encode(errors="backslashreplace"))


def check_file(
    path: AnyPath, limit: int, failure: type[LegacyCnnError], what: str = "a file"
) -> int:
    """Checks a file that a library is to open itself; returns its size. As `opened`."""
    with opened(path, limit, failure, what) as file:
        return os.fstat(file.fileno()).st_size


def too_large(
    path: AnyPath, size: int, limit: int, failure: type[LegacyCnnError]
) -> LegacyCnnError:
    """The error for a file above its limit."""
    return failure(f"{os.fspath(path)} has {size:,} bytes, above the limit of {limit:,}.")


def _open(path: str, flags: int) -> int:
    """Opens at once: what was a file a moment ago could still keep us waiting."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0), 0o666)


def _check(
    found: os.stat_result, path: AnyPath, limit: int, failure: type[LegacyCnnError], what: str
) -> None:
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(errno.EISDIR, f"Is a directory, expected {what}", os.fspath(path))
    if not stat.S_ISREG(found.st_mode):
        kind = _KINDS.get(stat.S_IFMT(found.st_mode), "not a regular file")
        raise failure(f"{os.fspath(path)} is {kind}; expected {what}.")
    if found.st_size > limit:
        raise too_large(path, found.st_size, limit, failure)
