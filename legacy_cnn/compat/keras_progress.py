"""What `fit(verbose=...)` printed of an epoch: Keras adds the times of an epoch and a step."""

import contextlib
import functools
import io
import re
import sys
from collections.abc import Callable
from typing import Any, NamedTuple


class Line(NamedTuple):
    """How a release printed the line of an epoch.

    Attributes:
      begins: what the line of `verbose=2` begins with, instead of the number of samples; None if
        the number was there.
      times_steps: whether the time of a step is shown with `verbose=1`.
    """

    begins: str | None = None
    times_steps: bool = True


#: At the end of today's line with `verbose=2`.
_TIMES = re.compile(r" - \d+[mu]?s/epoch - \d+[mu]?s/\w+$", re.MULTILINE)
_COUNT = re.compile(r"^ *\d+/\d+ - (?=\d+s)", re.MULTILINE)
_STEP = re.compile(r"(?<=s) \d+[mu]?s/\w+(?= |$)", re.MULTILINE)


def old_update(real: Callable[..., None], line: Callable[[], Line]) -> Callable[..., None]:
    """`Progbar.update` that prints what Keras printed until 2020.

    Args:
      real: today's method.
      line: called for the form of the line each time.
    """

    @functools.wraps(real)
    def update(self: Any, *arguments: Any, **keywords: Any) -> None:
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            real(self, *arguments, **keywords)
        sys.stdout.write(_changed(printed.getvalue(), self.verbose, line()))
        sys.stdout.flush()

    return update


def _changed(text: str, verbose: int, line: Line) -> str:
    if verbose != 2:
        return text if line.times_steps else _STEP.sub("", text)
    text = _TIMES.sub("", text)
    return text if line.begins is None else _COUNT.sub(line.begins, text)
