"""What a result was made with: versions and machine, for whoever wants it again."""

import os
import platform
from importlib import metadata
from pathlib import Path

import legacy_cnn


def versions(*more):
    """Dict from each package that decides a result to its version.

    Args:
      *more: names of further distributions; those that are not installed are left out.
    """
    return {
        "legacy_cnn": legacy_cnn.__version__,
        "python": platform.python_version(),
        **{name: metadata.version(name) for name in ("tensorflow", "keras", "numpy")},
        **{name: metadata.version(name) for name in more if installed(name)},
    }


def installed(name):
    """Whether there is a distribution of that name."""
    try:
        metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def machine():
    """Dict of system, processor and number of cores."""
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "cores": os.cpu_count(),
    }


def _processor():
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or "unknown"
