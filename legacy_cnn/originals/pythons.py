"""Finds the Pythons on which the old releases run."""

import os
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from legacy_cnn.errors import OriginalsError, UsageError
from legacy_cnn.processes.child import output_of

_VERSION = "import sys; sys.stdout.write('%d.%d.%d' % sys.version_info[:3])"


class Python(NamedTuple):
    """A Python that was started."""

    path: str
    version: str  #: "3.7.16"

    @property
    def minor(self) -> str:
        """ "3.7" """
        return self.version.rpartition(".")[0]


def find(minors: Sequence[str]) -> Python:
    """Returns the Python of the first minor version, "3.7", of which there is one.

    Raises:
      OriginalsError: there is none of any of them.
    """
    for minor in minors:
        python = search(minor)
        if python:
            return python
    names = " or ".join(f"python{minor}" for minor in minors)
    raise OriginalsError(
        f"No {names} was found on the PATH or in {_pyenv()}; install one, for example with "
        f"pyenv install {minors[0]}, or give a path as python.",
        "python",
    )


def search(minor: str) -> Python | None:
    """Returns a Python of a minor version, "3.7", on the PATH or of pyenv; None without one."""
    return _first(_places(f"python{minor}"), minor)


def given(name: str, minors: Sequence[str]) -> Python:
    """Returns the Python that a user names: a path, or a command, as "python3.7", of pyenv, too.

    Raises:
      UsageError: it does not run, or is of another version than `minors`.
    """
    python = _first(_places(name))
    if python is None:
        raise UsageError(
            f"python must be the path or the command of a Python; {name!r} does not run as one.",
            "python",
        )
    if python.minor not in minors:
        raise UsageError(
            f"python must be Python {' or '.join(minors)} for this release; "
            f"{name} is {python.version}.",
            "python",
        )
    return python


def probe(path: str) -> Python | None:
    """Starts a Python and asks it for its version; None if it does not answer."""
    version = output_of([path, "-c", _VERSION])
    return Python(os.path.abspath(path), version) if version else None


def _first(paths: Iterable[str], minor: str | None = None) -> Python | None:
    """The first Python that runs, of a minor version if one is asked for."""
    for path in paths:
        python = probe(path)
        if python and minor in (None, python.minor):
            return python
    return None


def _places(name: str) -> Iterator[str]:
    """Where a command may be: on the PATH, and for "python3.7" among pyenv's versions."""
    on_path = shutil.which(name)
    if on_path:
        yield on_path  # pyenv's shims are there, too, and not all of them run
    minor = re.fullmatch(r"python(\d\.\d+)", name)
    versions = _pyenv().glob(f"{minor[1]}.*") if minor else ()
    for directory in sorted(versions, key=_patch, reverse=True):
        yield str(directory / "bin" / name)


def _pyenv() -> Path:
    """Where pyenv keeps its versions."""
    return Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"


def _patch(directory: Path) -> int:
    number = directory.name.rpartition(".")[2]
    return int(number) if number.isdecimal() else -1
