"""What the first cell of a notebook calls."""

import importlib
import importlib.metadata
import sys
from collections.abc import Mapping
from types import ModuleType

from legacy_cnn.errors import LegacyCnnError
from legacy_cnn.tensorflow_start import import_tensorflow

#: Modules that a hosted notebook may have imported before this package was installed, and the names
#: under which they are installed.
DISTRIBUTIONS = {
    "numpy": "numpy",
    "google.protobuf": "protobuf",
    "keras": "keras",
    "tensorflow": "tensorflow",
}


class RestartNeeded(LegacyCnnError):
    """Packages have been replaced that this process has imported already."""

    def _render_traceback_(self) -> list[str]:
        """IPython shows this instead of a traceback."""
        return [str(self)]


def start() -> None:
    """Imports TensorFlow, without its start-up notes and warnings.

    Raises:
      RestartNeeded: packages were replaced that this process has imported already.
    """
    if names := replaced(sys.modules):
        raise RestartNeeded(
            f"Restart this notebook's kernel once (on a hosted notebook: Runtime, Restart), "
            f"and run this cell again. It has loaded another {' and '.join(names)} than the "
            f"one that is installed now."
        )
    import_tensorflow()
    version = importlib.import_module("tensorflow").__version__
    print(f"Ready, with TensorFlow {version}.")


def replaced(modules: Mapping[str, ModuleType]) -> list[str]:
    """Returns which of the loaded modules are not of the release that is installed now."""
    return [
        distribution
        for name, distribution in DISTRIBUTIONS.items()
        if name in modules and modules[name].__version__ != importlib.metadata.version(distribution)
    ]
