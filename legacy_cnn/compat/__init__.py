"""Old TensorFlow 1 programs, unmodified.

    import legacy_cnn.compat
    legacy_cnn.compat.install()

    import tensorflow as tf  # TensorFlow 1, for this file and the program's other modules

`legacy-cnn run SCRIPT.py` does the same without a line in the script. Names that are gone are in
`tables/`, one file for each old module; `faces.py` is the engine, `hook.py` hands the old modules
to those who are to see them. `private.py` is the table of what is used that is not public.
"""

import atexit
import contextlib
import warnings
from collections.abc import Iterable, Iterator
from typing import Any

from legacy_cnn.compat import options
from legacy_cnn.settings import RunSettings

__all__ = ["install", "installed", "uninstall"]

_undo = contextlib.ExitStack()
_is_installed = False


def install(**settings: Any) -> None:
    """Gives the program's own modules TensorFlow 1 from now on, until `uninstall()`.

    The program's own modules are `__main__`, a notebook's cells, and files that are not in a
    library's directory. Calling it twice is calling it once.

    Args:
      **settings: those of `legacy_cnn.settings.RunSettings`.

    Raises:
      UsageError: a setting is unknown, or out of its range.
    """
    global _is_installed
    wanted = RunSettings(**settings)
    if _is_installed:
        _warn_of_others(wanted, settings)
        return
    before, options.current = options.current, wanted
    try:
        _undo.enter_context(_all_installed())
    except BaseException:
        options.current = before
        raise
    _is_installed = True
    atexit.register(at_end)  # before Python takes its own modules apart


def _warn_of_others(wanted: RunSettings, names: Iterable[str]) -> None:
    """Says which settings have no effect, as it is installed with others."""
    now = options.current
    others = [name for name in names if getattr(wanted, name) != getattr(now, name)]
    if others:
        text = ", ".join(f"{name}={getattr(now, name)!r}" for name in others)
        warnings.warn(
            f"legacy_cnn.compat is installed with {text}; call uninstall() first.", stacklevel=3
        )


def uninstall() -> None:
    """Undoes `install()`. What the program imported before keeps working in the graphs it made."""
    global _is_installed
    _is_installed = False
    atexit.unregister(at_end)
    _undo.close()


def at_end() -> None:
    """Undoes `install()` at the end of the process.

    TensorFlow 2 is not had back then if the program is still in a graph, as it is when it has not
    come to the end of what `Estimator.predict` gives.
    """
    with contextlib.suppress(AssertionError):
        uninstall()


@contextlib.contextmanager
def installed(**settings: Any) -> Iterator[None]:
    """As `install()`, in the block; what was installed before it stays."""
    was_installed = _is_installed
    install(**settings)
    try:
        yield
    finally:
        if not was_installed:
            uninstall()


@contextlib.contextmanager
def _all_installed() -> Iterator[None]:
    from legacy_cnn.compat.effects import EFFECTS

    with contextlib.ExitStack() as stack:
        for effect in EFFECTS:
            stack.enter_context(effect())
        yield
