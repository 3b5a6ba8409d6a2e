"""Writes files and directories so that no reader ever sees an incomplete one."""

import contextlib
import errno
import glob
import json
import os
import secrets
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from legacy_cnn.errors import RunError

try:
    import fcntl
except ModuleNotFoundError:  # on Windows
    fcntl = None  # type: ignore[assignment]

#: What names a file or a directory.
AnyPath = str | os.PathLike[str]


@contextlib.contextmanager
def replacing(path: AnyPath) -> Iterator[BinaryIO]:
    """Yields a temporary file, binary, that replaces `path` when the block ends without an error.

    The old file stays complete until then, and after a failure. Several processes may write one
    path at the same time: each has its own temporary file, and the last one to finish wins. What a
    killed one has left is removed.

    Args:
      path: the file to write; its directory must exist.

    Raises:
      OSError: the directory cannot be written, or the disk is full.
    """
    path = Path(path)
    temporary = _hidden_beside(path)
    try:
        with _created(temporary) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
            if fcntl is not None:
                os.replace(temporary, path)  # while it is locked
        if fcntl is None:
            os.replace(temporary, path)  # Windows renames no open file
        _remove_abandoned(path)
    except BaseException as error:
        _name_the_target(error, temporary, path)
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


@contextlib.contextmanager
def new_directory(path: AnyPath, *, replace: bool = False) -> Iterator[Path]:
    """Yields a directory beside `path` that is renamed to it when the block ends without an error.

    After a failure nothing is left of it. After a kill a hidden directory is left, whose name
    matches `leftovers(path.name)`.

    Args:
      path: the directory to create; its parents are created, too.
      replace: whether `path` may exist. The old directory stays complete until the new one is.

    Raises:
      FileExistsError: `path` exists, and `replace` is False.
      OSError: the directory cannot be written, or the disk is full.
    """
    path = Path(path)
    if path.exists() and not replace:
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = _hidden_beside(path)
    try:
        temporary.mkdir()
        yield temporary
        if path.exists() and replace:
            _exchange(temporary, path)
        else:
            os.rename(temporary, path)
    except BaseException as error:
        _name_the_target(error, temporary, path)
        shutil.rmtree(temporary, ignore_errors=True)
        raise


def _created(path: Path) -> BinaryIO:
    """A new file that is locked as long as it is open, so that it is not taken for abandoned."""
    while True:
        file = open(path, "xb")  # noqa: SIM115 - the caller closes it
        _lock(file, wait=True)
        if path.exists():
            return file
        file.close()  # it was taken for abandoned before it was locked


def _remove_abandoned(path: Path) -> None:
    """Removes the temporary files for `path` of processes that have ended."""
    for old in path.parent.glob(leftovers(glob.escape(path.name))):
        with contextlib.suppress(OSError):  # another process may remove it, too
            if stat.S_ISREG(old.lstat().st_mode):
                with open(old, "rb") as file:
                    if _lock(file, wait=False):
                        old.unlink()


def _lock(file: BinaryIO, wait: bool) -> bool:
    """Locks an open file, if the system can: on Windows, an open file cannot be removed anyway."""
    if fcntl is not None:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except OSError:
            return False
    return True


def leftovers(name: str) -> str:
    """Returns the pattern of what a killed process leaves beside `name`, which may be a pattern."""
    return f".{name}.*.tmp"


def _hidden_beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{secrets.token_hex(6)}.tmp")


def _exchange(new: Path, path: Path) -> None:
    """Renames `new` to `path`; the directory that was there is deleted only after that.

    A directory cannot be renamed onto one with files in it. So it takes two renames, and a kill
    exactly between them leaves both directories under their hidden names.
    """
    old = _hidden_beside(path)
    os.rename(path, old)
    try:
        os.rename(new, path)
    except BaseException:
        os.rename(old, path)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _name_the_target(error: BaseException, temporary: Path, path: Path) -> None:
    """Puts the name that the user knows into an error about the temporary one, or about none."""
    if not isinstance(error, OSError):
        return
    name = error.filename
    if name is None or Path(str(name)).is_relative_to(temporary):
        error.filename = str(path)


def check(path: AnyPath) -> None:
    """Checks that a file can be written, before the work for it starts; writes nothing.

    Raises:
      OSError: `path` is a directory, or cannot be written.
    """
    if Path(path).is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    with contextlib.suppress(_Discard), replacing(path):
        raise _Discard


def check_new(path: AnyPath, argument: str) -> None:
    """Checks that nothing exists where something new is to be written.

    Args:
      path: the file or the directory.
      argument: the name of the argument that says where.

    Raises:
      RunError: `path` exists.
    """
    if os.path.lexists(path):
        raise RunError(
            f"{path} already exists; move it away or choose another {argument}.", argument
        )


class _Discard(Exception):
    """Ends `replacing` so that it discards the temporary file."""


def write_text(path: AnyPath, text: str) -> None:
    """Writes a text as UTF-8, completely or not at all; half characters of names are escaped."""
    with replacing(path) as file:
        file.write(text.encode(errors="backslashreplace"))


def write_json(path: AnyPath, value: Any) -> None:
    """Writes `value` as indented, strict JSON, completely or not at all."""
    write_text(path, json.dumps(value, indent=1, allow_nan=False) + "\n")
