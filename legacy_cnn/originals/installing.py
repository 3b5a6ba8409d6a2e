"""Sets up an environment for an old release, with an old Python's own pip.

The packages go to a directory of their own, `site`, and `bin/python` is a script of a few lines
that starts the old Python with it. Python 2.7 has no other way without an extra package, and this
one can be renamed as a whole.
"""

import contextlib
import os
import re
import shlex
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import filelock

from legacy_cnn import files
from legacy_cnn.errors import OriginalsError
from legacy_cnn.originals import environments, packages, pythons
from legacy_cnn.originals.environments import Environment
from legacy_cnn.originals.pythons import Python
from legacy_cnn.processes.child import Child, with_environment

#: The script that starts the old Python.
_LAUNCHER = """#!/bin/sh
# Python {version} with TensorFlow {release}, set up by `legacy-cnn originals setup`.
python={python}
if [ ! -x "$python" ]; then
    echo {gone} >&2
    exit 127
fi
site=$(CDPATH= cd -- "$(dirname -- "$0")/../site" && pwd) || exit 127
PYTHONPATH=$site${{PYTHONPATH:+:$PYTHONPATH}}
export PYTHONPATH
exec "$python" "$@"
"""

#: What a user's settings of pip and Python must not change.
_SETTINGS = {
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "PIP_NO_INPUT": "1",
    "PIP_REQUIRE_VIRTUALENV": "0",
    "PIP_USER": "0",
    "PYTHONNOUSERSITE": "1",
}
_UNSET = ("PYTHONHOME", "PYTHONPATH", "PIP_TARGET", "PIP_PREFIX")

_IMPORT = "import sys, tensorflow; sys.stdout.write(tensorflow.__version__)"

#: Lines of pip's that are shown when it fails.
_LINES = 5


def set_up(
    name: str, python: str | None = None, watch: Callable[[str], object] = lambda text: None
) -> tuple[Environment, Python]:
    """Sets up a release.

    Args:
      name: "1.15.5", or "1.15" for the last of 1.15.
      python: a path or a command; None looks for one.
      watch: called with a text about the progress.

    Returns:
      The environment, and the Python that it uses.

    Raises:
      UsageError: there is no such release, or `python` does not fit it.
      OriginalsError: it is set up already, there is no Python for it, or pip has failed.
      OSError: the directory cannot be written.
    """
    version, row = packages.find(name)
    environment = environments.of(version)
    _refuse_existing(environment)
    used = pythons.given(python, row.pythons) if python else pythons.find(row.pythons)
    environment.path.parent.mkdir(parents=True, exist_ok=True)
    with _alone(environment.path.parent, version):
        _refuse_existing(environment)
        with files.new_directory(environment.path) as place:
            _install(place, row.requirements(version, used.minor), used, watch)
            _write_launcher(place, environment, used)
            watch(f"importing TensorFlow {version}")
            _check(place, version)
    return environment, used


def _refuse_existing(environment: Environment) -> None:
    if os.path.lexists(environment.path):
        raise OriginalsError(
            f"{environment.path} exists already; delete it to set up "
            f"TensorFlow {environment.version} again."
        )


@contextlib.contextmanager
def _alone(place: Path, version: str) -> Iterator[None]:
    """Keeps other setups of the release out, and removes what killed ones have left."""
    lock = filelock.FileLock(place / f".{version}.lock", blocking=False)
    try:
        lock.acquire()
    except filelock.Timeout as error:
        raise OriginalsError(
            f"Another process is setting up TensorFlow {version} in {place}; wait for it."
        ) from error
    try:
        files.remove_abandoned(place, re.escape(version))
        yield
    finally:
        lock.release()


def _install(
    place: Path, requirements: tuple[str, ...], python: Python, watch: Callable[[str], object]
) -> None:
    site, pip, temporary = place / "site", place / "pip", place / "tmp"
    temporary.mkdir()
    if python.minor in packages.PIPS:
        watch(f"installing pip for Python {python.version}")
        _pip(python, pip, [packages.PIPS[python.minor]], temporary, None)
    watch(f"installing {', '.join(requirements)}")
    _pip(python, site, requirements, temporary, pip if pip.exists() else None)
    for done in (pip, temporary):
        shutil.rmtree(done, ignore_errors=True)
    if not python.minor.startswith("2."):
        # TensorFlow 1.4 asks for enum34 on every Python, which here would hide Python's own enum.
        shutil.rmtree(site / "enum", ignore_errors=True)
    # Packages share the name "google"; without this file, another one's directory may hide it.
    google = site / "google"
    if google.is_dir():
        (google / "__init__.py").touch()


def _pip(
    python: Python, target: Path, requirements: Sequence[str], temporary: Path, path: Path | None
) -> None:
    """Installs packages into a directory, with the pip in `path` or Python's own.

    A pip that is stopped leaves hundreds of megabytes of its temporary files: they are put where
    they are removed with the rest.
    """
    environment = {name: value for name, value in os.environ.items() if name not in _UNSET}
    environment.update(_SETTINGS, TMPDIR=str(temporary))
    if path:
        environment["PYTHONPATH"] = str(path)
    arguments = ["pip", "install", "--no-compile", "--target", str(target), *requirements]
    with Child(arguments, environment=environment, tied=True, interpreter=[python.path]) as child:
        if child.failure():
            raise OriginalsError(f"pip of {python.path} failed: {_last_lines(child.stderr())}")


def _last_lines(text: str) -> str:
    """The last lines of an error, in one; warnings are left out where there is more."""
    plain = re.sub(r"\x1b\[[\d;]*m", "", text)
    lines = [line.strip() for line in plain.splitlines() if line.strip()]
    errors = [line for line in lines if not line.startswith("WARNING")]
    return " ".join((errors or lines)[-_LINES:]) or "it printed nothing"


def _write_launcher(place: Path, environment: Environment, python: Python) -> None:
    launcher = place / "bin" / "python"
    launcher.parent.mkdir()
    gone = (
        f"{python.path} is gone; delete {environment.path}, then run "
        f"legacy-cnn originals setup {environment.version}."
    )
    launcher.write_text(
        _LAUNCHER.format(
            version=python.version,
            release=environment.version,
            python=shlex.quote(python.path),
            gone=shlex.quote(gone),
        )
    )
    launcher.chmod(0o755)


def _check(place: Path, version: str) -> None:
    """Imports TensorFlow, and with that compiles its Python."""
    environment = with_environment({})
    arguments, python = ["-c", _IMPORT], str(place / "bin" / "python")
    with Child(arguments, environment=environment, pipes=True, interpreter=[python]) as child:
        imported = child.output()
        if child.failure():
            raise OriginalsError(
                f"TensorFlow {version} was installed but cannot be imported: "
                f"{_last_lines(child.stderr())}"
            )
    if imported != version:
        raise OriginalsError(f"TensorFlow {version} was installed, but {imported} is imported.")
