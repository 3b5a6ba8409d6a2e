"""What a user names by `module:function` or `file.py:function`: imported, and called."""

import contextlib
import importlib
import importlib.util
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from legacy_cnn.errors import LegacyCnnError, ParityError, UserCodeError
from legacy_cnn.outside.opening import TEXT, check_file
from legacy_cnn.parity.usercode import described_with_place, staying


def call_named(
    name: str, role: str, kinds: str, call: Callable[[Any], Any] = lambda function: function()
) -> Any:
    """Imports `module:function`, calls it, and returns the result.

    Args:
      name: the module and the function.
      role: "candidate" or "reference", for messages.
      kinds: what else it may be, for messages.
      call: what to do with the function.

    Raises:
      ParityError: it cannot be imported or called; UserCodeError if it raises.
    """
    module, colon, function = name.partition(":")
    if not colon:
        raise ParityError(f"The {role} must be {kinds}, or module:function, not {name}.")
    try:
        with _found_beside(module), staying():
            return call(getattr(_imported(module), function))
    except (Exception, SystemExit) as error:  # whatever the user's module raises
        if isinstance(error, LegacyCnnError):
            raise
        raise UserCodeError(
            f"The {role} {name} cannot be built: {described_with_place(error)}"
        ) from error


def check_eager(what: str) -> None:
    """Refuses to go on in a process whose eager execution was switched off; outside of graphs.

    Args:
      what: what was imported or called last.

    Raises:
      ParityError: it was.
    """
    import tensorflow as tf

    if not tf.compat.v1.executing_eagerly_outside_functions():
        raise ParityError(
            f"{what} has switched eager execution off, as disable_eager_execution() and "
            f"disable_v2_behavior() do, which Keras needs: leave that out. A reference that needs "
            f"it can be given as a script, which runs in a process of its own."
        )


@contextlib.contextmanager
def _found_beside(module: str) -> Iterator[None]:
    """Finds what a file imports in its folder, first of all, in the block."""
    if not module.endswith(".py"):
        yield
        return
    folder = str(Path(module).resolve().parent)
    sys.path.insert(0, folder)
    try:
        yield
    finally:
        with contextlib.suppress(ValueError):  # the user's code may have changed it
            sys.path.remove(folder)


def _imported(module: str) -> ModuleType:
    """A module by its name, or the one in a file."""
    path = Path(module)
    if path.suffix != ".py":
        return importlib.import_module(module)
    check_file(path, TEXT, ParityError, "a Python file")
    file = str(path.resolve())
    for name in (path.stem, own := f"_file_{path.stem}"):
        known = sys.modules.get(name)
        if known is not None and getattr(known, "__file__", None) == file:
            return known
    spec = importlib.util.spec_from_file_location(own, file)
    assert spec is not None and spec.loader is not None  # of a file that ends in .py
    # Not under its own name, which may be that of a library: keras.py.
    loaded = sys.modules[own] = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(loaded)
    except BaseException:
        del sys.modules[own]
        raise
    return loaded
