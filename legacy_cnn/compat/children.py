"""Processes that an old program starts see what it sees: `[sys.executable, __file__, ...]`.

So programs start their parameter servers and workers, and `multiprocessing` its own. Python imports
`sitecustomize` at the start of each, which is found by PYTHONPATH; nothing else happens there until
the program's own code imports TensorFlow.
"""

import builtins
import dataclasses
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from legacy_cnn import compat
from legacy_cnn.compat import program
from legacy_cnn.settings import RunSettings
from legacy_cnn.tensorflow_start import import_tensorflow

#: Has the settings, as JSON, for the processes that a program starts.
VARIABLE = "LEGACY_CNN_RUN"

STARTING = Path(__file__).parent / "starting"


def inherit(settings: RunSettings) -> None:
    """Lets the processes that this one starts from now on see what the program sees.

    Args:
      settings: how the program is run. The trace of its tenth step is its own.
    """
    given = {**dataclasses.asdict(settings), "timeline": None}
    if given["data_dir"] is not None:
        given["data_dir"] = os.path.abspath(given["data_dir"])
    os.environ[VARIABLE] = json.dumps({k: v for k, v in given.items() if v is not None})
    paths = [str(STARTING), *filter(None, [os.environ.get("PYTHONPATH")])]
    os.environ["PYTHONPATH"] = os.pathsep.join(paths)


def begin() -> None:
    """Installs the old names when the program's own code first imports TensorFlow."""
    settings, real = json.loads(os.environ.get(VARIABLE, "null")), builtins.__import__
    if settings is None:
        return

    def import_(
        name: str,
        globals: Mapping[str, Any] | None = None,
        locals: Mapping[str, Any] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> Any:
        is_wanted = level == 0 and name.partition(".")[0] == "tensorflow"
        if not is_wanted or program.audience(program.importer(globals)) is None:
            return real(name, globals, locals, fromlist or (), level)
        if builtins.__import__ is import_:
            builtins.__import__ = real
        import_tensorflow()
        compat.install(**settings)
        return builtins.__import__(name, globals, locals, fromlist or (), level)

    builtins.__import__ = import_
