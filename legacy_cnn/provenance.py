"""The versions and the machine that a result was computed with, so that it can be repeated."""

import os
import platform
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

import legacy_cnn
from legacy_cnn.errors import RunError

#: Packages that decide the bits of a result.
DECISIVE = ("legacy_cnn", "tensorflow", "keras", "numpy")


def versions(*more: str) -> dict[str, str]:
    """Returns the version of each package that a result depends on.

    Args:
      *more: names of further distributions; those that are not installed are left out.
    """
    return {
        "legacy_cnn": legacy_cnn.__version__,
        "python": platform.python_version(),
        **{name: metadata.version(name) for name in ("tensorflow", "keras", "numpy")},
        **{name: metadata.version(name) for name in more if installed(name)},
    }


def decisive() -> dict[str, str]:
    """Returns the version of each package that decides the bits of a result."""
    found = versions()
    return {name: found[name] for name in DECISIVE}


def check_decisive(who: str, whose: str, versions: Mapping[str, str]) -> None:
    """Compares this process's versions with others, in the names of both.

    Raises:
      RunError: one differs.
    """
    for name, version in decisive().items():
        if version != (other := versions.get(name)):
            raise RunError(
                f"{who} has {name} {version}, {whose} has {other}: install the same on both."
            )


def installed(name: str) -> bool:
    """Whether the distribution `name` is installed."""
    try:
        metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def machine() -> dict[str, Any]:
    """Returns the system and the processor (str), and the number of cores (int or None)."""
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "cores": os.cpu_count(),
    }


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or "unknown"
