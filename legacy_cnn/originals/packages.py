"""How each old release is installed today: its versions, Pythons, and the packages beside it.

All of it is on the package index, which begins with TensorFlow 0.12.0.
"""

import dataclasses
import re

from legacy_cnn import releases
from legacy_cnn.errors import UsageError

#: Python -> packages that work with all releases on it; later ones break some.
_PINS = {
    "2.7": ("protobuf==3.17.3", "numpy==1.16.6", "mock==3.0.5"),
    "3.6": ("protobuf==3.19.6", "numpy==1.16.6"),
    "3.7": ("protobuf==3.20.3", "numpy==1.18.5"),
}

#: Pythons that come with a pip that takes packages for later Pythons -> the pip that does not.
PIPS = {"3.6": "pip==21.3.1"}

#: Keras reads weights with it, and not with a later one.
_H5PY = ("h5py==2.10.0",)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Packages:
    """How one minor release is installed."""

    name: str  #: "1.15"
    patches: tuple[int, ...] = (0,)  #: 5 is 1.15.5: those that the index has
    pythons: tuple[str, ...] = ("3.6", "2.7")  #: that it can be installed on, the first if possible
    numpy: str | None = None  #: for a release that refuses the NumPy of `_PINS`
    beside: tuple[str, ...] = ()  #: packages, besides those of `_PINS`
    tried: tuple[str, ...] = ()  #: versions that were set up and imported, on the first Python

    @property
    def versions(self) -> tuple[str, ...]:
        """All that the index has, oldest first: "1.15.0", "1.15.1", ..."""
        return tuple(f"{self.name}.{patch}" for patch in self.patches)

    def requirements(self, version: str, python: str) -> tuple[str, ...]:
        """What pip is asked for.

        Args:
          version: one of `versions`.
          python: one of `pythons`.
        """
        pins = dict(pin.split("==") for pin in (*_PINS[python], *self.beside))
        if self.numpy:
            pins["numpy"] = self.numpy
        return (f"tensorflow=={version}", *(f"{name}=={pin}" for name, pin in pins.items()))


_TABLE = (
    Packages(name="0.12", patches=(0, 1), pythons=("2.7",), tried=("0.12.1",)),
    Packages(name="1.0", patches=(0, 1), tried=("1.0.1",)),
    Packages(name="1.1", tried=("1.1.0",)),
    Packages(name="1.2", patches=(0, 1), tried=("1.2.1",)),
    Packages(name="1.3", tried=("1.3.0",)),
    Packages(name="1.4", patches=(0, 1), tried=("1.4.0", "1.4.1")),
    Packages(name="1.5", patches=(0, 1), tried=("1.5.1",)),
    Packages(name="1.6", tried=("1.6.0",)),
    Packages(name="1.7", patches=(0, 1), tried=("1.7.1",)),
    Packages(name="1.8", tried=("1.8.0",)),
    Packages(name="1.9", beside=_H5PY, tried=("1.9.0",)),
    Packages(name="1.10", patches=(0, 1), numpy="1.14.5", beside=_H5PY, tried=("1.10.1",)),
    Packages(name="1.11", beside=_H5PY, tried=("1.11.0",)),
    Packages(name="1.12", patches=(0, 2, 3), beside=_H5PY, tried=("1.12.3",)),
    Packages(
        name="1.13", patches=(1, 2), pythons=("3.7", "3.6", "2.7"), beside=_H5PY, tried=("1.13.2",)
    ),
    Packages(name="1.14", pythons=("3.7", "3.6", "2.7"), beside=_H5PY, tried=("1.14.0",)),
    Packages(
        name="1.15",
        patches=(0, 2, 3, 4, 5),
        pythons=("3.7", "3.6"),
        beside=_H5PY,
        tried=("1.15.5",),
    ),
)

#: Minor release -> how it is installed, oldest first.
PACKAGES = {row.name: row for row in _TABLE}

#: Pythons of the table, oldest first.
PYTHONS = tuple(_PINS)


def find(name: str) -> tuple[str, Packages]:
    """Finds a version and how it is installed.

    Args:
      name: "1.15.5", or "1.15" for the last of 1.15.

    Raises:
      UsageError: the index does not have it.
    """
    if re.fullmatch(r"0\.(\d|1[01])(\.\d+)?", name):
        raise UsageError(
            f"release {name} is not on the package index, which begins with TensorFlow 0.12.0.",
            "release",
        )
    packages = PACKAGES[releases.find(name).name]
    version = packages.versions[-1] if name == packages.name else name
    if version not in packages.versions:
        raise UsageError(
            f"release {name} is not on the package index; of TensorFlow {packages.name} it has "
            f"{', '.join(packages.versions)}.",
            "release",
        )
    return version, packages
