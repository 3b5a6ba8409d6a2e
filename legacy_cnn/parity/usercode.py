"""Where the user's own code raised an error."""

import contextlib
import os
import sysconfig
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn
from unittest import mock

import legacy_cnn
from legacy_cnn.errors import LegacyCnnError, UserCodeError, described

#: Directories of code that is not the user's: this package, other packages, Python itself.
_FOREIGN = tuple(
    Path(directory)
    for directory in (
        os.path.dirname(os.path.abspath(legacy_cnn.__file__)),
        *(sysconfig.get_path(name) for name in ("purelib", "platlib", "stdlib")),
    )
)


def described_with_place(error: BaseException) -> str:
    """Returns type and message of an error, and the file and the line of the user's code."""
    places = [
        f"{_short(frame.filename)}, line {frame.lineno}"
        for frame in traceback.extract_tb(error.__traceback__)
        if _is_the_users(frame.filename)
    ]
    return f"{described(error)} ({places[-1]})" if places else described(error)


def line_of(operation: Any) -> str:
    """File and line of the user's code that made an operation of a graph; "" if none did.

    What called this package is not meant: it made no operation.
    """
    frames = list(operation.traceback or ())
    own = [
        at for at, frame in enumerate(frames) if Path(frame.filename).is_relative_to(_FOREIGN[0])
    ]
    made = [frame for frame in frames[own[-1] + 1 if own else 0 :] if _is_the_users(frame.filename)]
    return f"{_short(made[-1].filename)}, line {made[-1].lineno}" if made else ""


def _is_the_users(name: str) -> bool:
    if name.startswith("<") or "__autograph_generated_file" in name:
        return False
    return not any(Path(name).is_relative_to(directory) for directory in _FOREIGN)


def _short(name: str) -> str:
    path = Path(name)
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else name


@contextlib.contextmanager
def staying() -> Iterator[None]:
    """Lets `os._exit` raise `SystemExit`: a process that leaves reports nothing, with status 0."""
    leave, process = os._exit, os.getpid()

    def refused(status: int) -> NoReturn:
        if os.getpid() != process:  # a child that was forked ends in this way
            leave(status)
        raise SystemExit(f"it called os._exit({status})")

    with mock.patch.object(os, "_exit", refused):
        yield


@contextlib.contextmanager
def kept_float_type() -> Iterator[None]:
    """Forgets after the block which type of floats Keras was told to compute with in it."""
    import keras

    float_type = keras.config.floatx()
    try:
        yield
    finally:
        keras.config.set_floatx(float_type)


@contextlib.contextmanager
def guarded(failure: str) -> Iterator[None]:
    """Turns whatever a foreign program, or a fault here, raises into one sentence.

    Args:
      failure: what could not be done, as a sentence without its period.

    Raises:
      UserCodeError: something else than the package's own errors or an `OSError` was raised.
    """
    try:
        with staying():
            yield
    except (LegacyCnnError, OSError):
        raise
    except (Exception, SystemExit) as error:
        raise UserCodeError(f"{failure}: {described_with_place(error)}") from error
