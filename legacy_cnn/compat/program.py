"""Whose module is it: the program's own, or one of a library?

The old face of TensorFlow is for the program's own modules: `__main__`, a notebook's cells, and
files that are in no library's directory. Keras, TensorBoard and the like keep the real one.
"""

import functools
import os
import sys
import sysconfig
from collections.abc import Mapping
from pathlib import Path
from types import FrameType
from typing import Any

_HERE = str(Path(__file__).resolve().parents[1])
_SCHEMES = ("stdlib", "platstdlib", "purelib", "platlib", "scripts")
_LIBRARIES = tuple({_HERE, *(os.path.realpath(sysconfig.get_path(each)) for each in _SCHEMES)})

#: Directories of libraries have these names, wherever a virtual environment or a user has them.
_FOLDERS = {"site-packages", "dist-packages"}

#: Code that is in no file: read from the standard input, or made by the program itself.
_TYPED = ("<stdin>", "<string>")

#: What is the program's own though it is in a library's directory: a file, or a folder with its
#: last separator.
claimed = ""

#: Libraries that are as old as the programs, and see faces of their own.
OLD_LIBRARIES = ("tf_slim", "tensorflow_estimator")


def audience(namespace: Mapping[str, Any] | None) -> str | None:
    """Which faces a module sees, by its globals: `program`, an old library's, or None."""
    if not isinstance(namespace, Mapping):  # __import__ may be called with anything
        return None
    top = str(namespace.get("__name__") or "").partition(".")[0]
    if top in OLD_LIBRARIES:
        return top
    return "program" if is_own(namespace) else None


def is_own(namespace: Mapping[str, Any]) -> bool:
    """Whether a module with these globals is the program's own."""
    file = namespace.get("__file__")
    if file is None:
        return namespace.get("__name__") == "__main__"
    return is_own_file(str(file))


def is_own_file(file: str) -> bool:
    """Whether code that says that it is of a file is the program's own."""
    return not _in_library(file) or _is_claimed(file) or file in _TYPED


def importer(namespace: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """The globals of the module that imports, from those that `__import__` gets.

    Text that a program executes, as in `exec(text, {})`, has no name; it belongs to who does so.
    """
    if not isinstance(namespace, Mapping) or "__name__" in namespace:
        return namespace
    outer: FrameType | None = sys._getframe(1)
    while outer is not None and outer.f_globals is not namespace:
        outer = outer.f_back
    while outer is not None and "__name__" not in outer.f_globals:
        outer = outer.f_back
    return outer.f_globals if outer is not None else namespace


def frame(inner: FrameType | None) -> FrameType | None:
    """The innermost frame of the program itself, from a frame outwards."""
    while inner is not None and not is_own(inner.f_globals):
        inner = inner.f_back
    return inner


def place(inner: FrameType | None = None) -> str:
    """The program's line that is being run, as "script.py:3"; "" if it has none."""
    own = frame(inner or sys._getframe(1))
    return f"{own.f_code.co_filename}:{own.f_lineno}" if own else ""


def _is_claimed(file: str) -> bool:
    if not claimed:
        return False
    whole = os.path.realpath(file)
    return whole.startswith(claimed) if claimed.endswith(os.sep) else whole == claimed


@functools.cache
def _in_library(file: str) -> bool:
    # Frozen modules of Python have no path.
    whole = os.path.realpath(file)
    return (
        file.startswith("<")
        or whole.startswith(tuple(each + os.sep for each in _LIBRARIES))
        or not _FOLDERS.isdisjoint(Path(whole).parts)
    )
