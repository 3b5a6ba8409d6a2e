"""Keeping other processes out of a directory."""

import contextlib
from collections.abc import Iterator
from os import PathLike
from pathlib import Path

import filelock


@contextlib.contextmanager
def locked(directory: str | PathLike[str], refusal: Exception) -> Iterator[None]:
    """Keeps other processes out; the system unlocks the directory when the process ends.

    Args:
      directory: the directory, in which the file `lock` is made.
      refusal: what is raised when another process has locked it.
    """
    lock = filelock.FileLock(Path(directory) / "lock", blocking=False)
    try:
        lock.acquire()
    except filelock.Timeout as error:
        raise refusal from error
    try:
        yield
    finally:
        lock.release()
