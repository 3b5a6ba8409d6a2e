"""Whose module is it: the program's own, or one of a library?

The old face of TensorFlow is for the program's own modules: `__main__`, a notebook's cells, and
files that are in no library's directory. Keras, TensorBoard and the like keep the real one.
"""

import functools
import os
import sysconfig
from collections.abc import Mapping
from pathlib import Path
from types import FrameType
from typing import Any

_HERE = str(Path(__file__).resolve().parents[1])
_SCHEMES = ("stdlib", "platstdlib", "purelib", "platlib", "scripts")
_LIBRARIES = tuple({_HERE, *(os.path.realpath(sysconfig.get_path(each)) for each in _SCHEMES)})

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
    return not _in_library(str(file))


def frame(inner: FrameType | None) -> FrameType | None:
    """The innermost frame of the program itself, from a frame outwards."""
    while inner is not None and not is_own(inner.f_globals):
        inner = inner.f_back
    return inner


@functools.cache
def _in_library(file: str) -> bool:
    # Frozen modules of Python have no path.
    whole = os.path.realpath(file)
    return file.startswith("<") or whole.startswith(tuple(each + os.sep for each in _LIBRARIES))
