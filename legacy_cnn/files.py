"""Writes files and directories so that no reader ever sees an incomplete one."""

import contextlib
import errno
import json
import os
import re
import secrets
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from legacy_cnn.errors import LegacyCnnError, RunError, UsageError

try:
    import fcntl
except ModuleNotFoundError:  # on Windows
    fcntl = None  # type: ignore[assignment]


class IrreplaceableError(OSError):
    """There is a device, a FIFO or a socket where a file is to be written."""


#: What names a file or a directory.
AnyPath = str | os.PathLike[str]


def is_path(text: str) -> bool:
    """Whether the system could have a file of that name, be there one or not."""
    try:
        return b"\0" not in os.fsencode(text)
    except UnicodeEncodeError:
        return False


def check_path(path: AnyPath) -> None:
    """Raises UsageError if no file could have this name: Python's own errors do not show it."""
    text = os.fspath(path)
    if isinstance(text, str) and not is_path(text):
        raise UsageError(f"{text!r} has a character that no path has.")


def in_utf8(path: AnyPath, failure: type[LegacyCnnError] = RunError) -> str:
    """Returns a path as TensorFlow takes it, whatever the encoding of the system's names.

    Raises:
      `failure`: it is not UTF-8.
      UsageError: as `check_path`.
    """
    check_path(path)
    try:
        return os.fsencode(path).decode("utf-8")
    except UnicodeDecodeError as error:
        raise failure(
            f"{os.fspath(path)} is not UTF-8, which TensorFlow needs in names: rename it."
        ) from error


@contextlib.contextmanager
def replacing(path: AnyPath) -> Iterator[BinaryIO]:
    """Yields a temporary file, binary, that replaces `path` when the block ends without an error.

    The old file stays complete until then, and after a failure. Several processes may write one
    path at the same time: each has its own temporary file, and the last one to finish wins. What a
    killed one has left is removed.

    Args:
      path: the file to write; its directory must exist.

    Raises:
      OSError: the directory cannot be written, the disk is full, or `path` is a device, which a
        file would replace.
    """
    check_path(path)
    path = Path(path)
    _refuse_other_kinds(path)
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
        remove_abandoned(path.parent, re.escape(path.name))
    except BaseException as error:
        _name_the_target(error, temporary, path)
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


@contextlib.contextmanager
def new_directory(path: AnyPath, *, replace: bool = False) -> Iterator[Path]:
    """Yields a directory beside `path` that is renamed to it when the block ends without an error.

    After a failure nothing is left of it. After a kill a hidden directory is left, which the next
    one for the same path removes.

    Args:
      path: the directory to create; its parents are created, too.
      replace: whether `path` may exist. The old directory stays complete until the new one is.

    Raises:
      FileExistsError: `path` exists, and `replace` is False.
      OSError: the directory cannot be written, or the disk is full.
    """
    check_path(path)
    path = Path(path)
    if os.path.lexists(path) and not replace:
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = _hidden_beside(path)
    try:
        with _created_directory(temporary):
            yield temporary
            if os.path.lexists(path) and replace:  # a link may lead nowhere
                _exchange(temporary, path)
            else:
                os.rename(temporary, path)
        remove_abandoned(path.parent, re.escape(path.name))
    except BaseException as error:
        _name_the_target(error, temporary, path)
        shutil.rmtree(temporary, ignore_errors=True)
        raise


def _refuse_other_kinds(path: Path) -> None:
    """Refuses a device, a FIFO or a socket: /dev/null would be a file from then on."""
    try:
        mode = path.stat().st_mode
    except OSError:  # there is none, or a link that leads nowhere
        return
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise IrreplaceableError(errno.EINVAL, "Is no regular file and stays", str(path))


def _created(path: Path) -> BinaryIO:
    """A new file that is locked as long as it is open, so that it is not taken for abandoned."""
    while True:
        file = open(path, "xb")  # noqa: SIM115 - the caller closes it
        _lock(file.fileno(), wait=True)
        if path.exists():
            return file
        file.close()  # it was taken for abandoned before it was locked


@contextlib.contextmanager
def _created_directory(path: Path) -> Iterator[None]:
    """A new directory that is locked in the block, so that it is not taken for abandoned."""
    path.mkdir()
    if fcntl is None:
        yield
        return
    number = os.open(path, os.O_RDONLY)
    try:
        _lock(number, wait=True)
        yield
    finally:
        os.close(number)


def remove_abandoned(directory: Path, name: str) -> None:
    """Removes what killed processes have left beside a file or a directory.

    Args:
      directory: where it lies.
      name: its name, as a regular expression.
    """
    with contextlib.suppress(OSError):  # some directories may be written, but not listed
        for path in [one for one in directory.iterdir() if is_leftover(one.name, name)]:
            with contextlib.suppress(OSError):  # another process may remove it, too
                _remove_unless_locked(path)


def _remove_unless_locked(path: Path) -> None:
    mode = path.lstat().st_mode
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        return
    if fcntl is None:  # on Windows, what is open cannot be removed
        _remove(path)
        return
    number = os.open(path, os.O_RDONLY)
    try:
        if _lock(number, wait=False):
            _remove(path)
    finally:
        os.close(number)


def _remove(path: Path) -> None:
    """Removes a file, a link or a directory; what cannot be removed stays."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
        return
    with contextlib.suppress(OSError):
        path.unlink()


def _lock(number: int, wait: bool) -> bool:
    """Locks an open file or directory, if the system can: Windows removes nothing that is open."""
    if fcntl is not None:
        try:
            fcntl.flock(number, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except OSError:
            return False
    return True


def is_leftover(found: str, name: str) -> bool:
    """Whether a killed process leaves `found` beside `name`, a regular expression."""
    return re.fullmatch(rf"\.(?:{name})\.[0-9a-f]{{12}}\.tmp", found) is not None


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
    _remove(old)


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
