"""`tensorflow.app`."""

import sys
from collections.abc import Callable, Sequence
from typing import Any

from absl import flags as absl_flags

from legacy_cnn.compat.rows import Table
from legacy_cnn.compat.tables import flags

TABLE = Table("tensorflow.app")

TABLE.names({"flags": "=tensorflow.flags"})


@TABLE.serves()
def run(main: Callable[..., Any] | None = None, argv: Sequence[str] | None = None) -> None:
    """Reads the flags, calls `main` with the program's name and what is no flag, and exits.

    Args:
      main: called; `main` of the program's `__main__` unless it is given.
      argv: the command line with the program's name; `sys.argv` unless it is given.

    Raises:
      SystemExit: always, with what `main` returns.
    """
    rest = [sys.argv[0], *flags.FLAGS._parse_flags(argv[1:] if argv else None)]
    # Flags that a program defined with absl itself.
    rest = absl_flags.FLAGS(rest, known_only=True)
    sys.exit((main or sys.modules["__main__"].main)(rest))
