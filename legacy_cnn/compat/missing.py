"""What is said of an old name that nothing serves: the name, what to use instead, and where."""

import sys
from typing import TypeVar

from legacy_cnn.compat import program

_Error = TypeVar("_Error", bound=Exception)

#: Of all errors about missing names that were raised; `run` cuts frames of this package from them.
MARK = "legacy_cnn_missing"


def explained(error: _Error, name: str, note: str = "") -> _Error:
    """Adds to an error which old name is missing, what to use instead, and where it was used.

    The message stays one that Python might have raised, so that a program's own `try` and
    `hasattr` work; the rest is a note, which Python shows with an error that is not caught.
    """
    setattr(error, MARK, name)
    text = f"legacy_cnn has nothing that serves {name}"
    frame = program.frame(sys._getframe(1))
    where = f" (used in {frame.f_code.co_filename}, line {frame.f_lineno})" if frame else ""
    error.add_note(f"{text}{': ' + note if note else ''}{where}")
    return error
