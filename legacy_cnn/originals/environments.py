"""Where the old releases are set up, and which are."""

import os
import re
from pathlib import Path
from typing import NamedTuple

from legacy_cnn import releases
from legacy_cnn.errors import OriginalsError
from legacy_cnn.originals import packages

#: Names the directory of all environments.
VARIABLE = "LEGACY_CNN_ORIGINALS"


class Environment(NamedTuple):
    """A release that is set up: a directory with `bin/python`, as a virtual environment has it."""

    version: str  #: "1.15.5"
    path: Path

    @property
    def python(self) -> Path:
        """What runs Python with the release."""
        return self.path / "bin" / "python"

    def check(self) -> None:
        """Checks that there is a Python in it.

        Raises:
          OriginalsError: there is none.
        """
        if not os.access(self.python, os.X_OK):
            raise OriginalsError(
                f"{self.path} is damaged: {self.python} cannot be run; delete the directory, then "
                f"run legacy-cnn originals setup {self.version}."
            )


def directory() -> Path:
    """Where the environments are: what LEGACY_CNN_ORIGINALS names, or the user's cache."""
    given = os.environ.get(VARIABLE)
    if given:
        return Path(given).absolute()
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "legacy-cnn" / "originals"


def of(version: str) -> Environment:
    """The environment of a version, set up or not."""
    return Environment(version, directory() / version)


def installed() -> list[Environment]:
    """The environments that are set up, oldest release first.

    Raises:
      OSError: `directory()` is a file, or cannot be read.
    """
    place = directory()
    versions = [path.name for path in place.iterdir()] if place.exists() else []
    known = [version for version in versions if _is_version(version)]
    return [Environment(version, place / version) for version in sorted(known, key=_numbers)]


def find(name: str) -> Environment:
    """Returns the environment of a release.

    Args:
      name: "1.15.5", or "1.15" for the last of 1.15 that is set up.

    Raises:
      UsageError: there is no such release.
      OriginalsError: it is not set up, or its environment is damaged.
    """
    version, row = packages.find(name)
    for environment in reversed(installed()):
        if environment.version == name or releases.minor(environment.version) == name:
            environment.check()
            return environment
    raise OriginalsError(
        f"TensorFlow {version if name != row.name else name} is not set up in {directory()}: "
        f"run legacy-cnn originals setup {name}."
    )


def _is_version(name: str) -> bool:
    row = packages.PACKAGES.get(releases.minor(name))
    return row is not None and name in row.versions


def _numbers(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", version)]
