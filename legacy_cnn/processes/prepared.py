"""Runs a module's `main` in a process that has imported TensorFlow as the command line does.

`python -m legacy_cnn.processes.prepared MODULE [ARGUMENT ...]`
"""

import importlib
import sys

from legacy_cnn.tensorflow_start import import_tensorflow


def main() -> None:
    """Imports TensorFlow before the module, which may import it as it is loaded."""
    del sys.argv[0]
    import_tensorflow()
    importlib.import_module(sys.argv[0]).main()


if __name__ == "__main__":
    main()
