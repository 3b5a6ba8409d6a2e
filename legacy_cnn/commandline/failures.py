"""How the command line reports an error: one sentence on stderr, and an exit status."""

import os
import signal
import sys
import traceback
from collections.abc import Mapping

from legacy_cnn.commandline.options import in_flags
from legacy_cnn.commandline.output import say
from legacy_cnn.errors import (
    LegacyCnnError,
    UserCodeError,
    described,
    first_line,
    not_installed,
    operation_failure,
)

_HINT = "run again with --debug for the traceback"


def report(error: BaseException, flags: Mapping[str, str], debug: bool, failed: int) -> int:
    """Reports an error to the user.

    Args:
      error: the error that ended the command.
      flags: name of an argument -> flag of the command.
      debug: whether to show the traceback instead of a sentence.
      failed: the exit status of a command that failed.

    Returns:
      The exit status.
    """
    _discard_stdout()
    if debug:
        for line in "".join(traceback.format_exception(error)).rstrip().split("\n"):
            say(line)
    elif isinstance(error, KeyboardInterrupt):
        say("Stopped.")
    elif not isinstance(error, BrokenPipeError):  # the reader of stdout has closed it
        say(f"legacy-cnn: {sentence(error, flags)}")
    if isinstance(error, KeyboardInterrupt):
        return 128 + (error.args[0] if error.args else signal.SIGINT)
    return failed


def sentence(error: BaseException, flags: Mapping[str, str]) -> str:
    """Describes an error in one line."""
    if isinstance(error, UserCodeError):
        return f"{_line(in_flags(str(error), error.arguments, flags))}; {_HINT}"
    if isinstance(error, LegacyCnnError):
        return _line(in_flags(str(error), error.arguments, flags))
    if isinstance(error, FileExistsError) and error.filename:
        if os.path.isdir(error.filename):
            return f"{error.filename} already exists."
        return f"{error.filename} is not a directory."
    if isinstance(error, FileNotFoundError) and not error.filename and _is_nowhere():
        return "The current directory does not exist any more: go to another one."
    if isinstance(error, OSError):
        reason = f"{error.strerror}." if error.strerror else _line(str(error))
        return f"{error.filename}: {reason}" if error.filename else reason
    if isinstance(error, SystemExit):
        return f"A program that ran here has ended itself by {described(error)}; {_HINT}"
    if isinstance(error, ModuleNotFoundError) and error.name:
        return str(not_installed("This command", error.name.partition(".")[0]))
    if isinstance(error, MemoryError):
        return f"There is not enough memory: {first_line(error)}."
    if isinstance(error, ImportError):
        reason = _line(first_line(error)).rstrip(".")
        return f"A library cannot be loaded: {reason}. Is there enough memory (ulimit -v)?"
    if _is_of_tensorflow(error):
        return f"TensorFlow failed: {_line(operation_failure(error)).rstrip('.')}; {_HINT}"
    return f"internal error: {described(error)}; {_HINT}, and report it with that"


def _is_nowhere() -> bool:
    """Whether somebody has removed the current directory."""
    try:
        os.getcwd()
    except FileNotFoundError:
        return True
    return False


def _is_of_tensorflow(error: BaseException) -> bool:
    """Whether an operation lacked memory or room on the disk, or met a file that it cannot use."""
    tensorflow = sys.modules.get("tensorflow")
    return tensorflow is not None and isinstance(error, tensorflow.errors.OpError)


def _line(text: str) -> str:
    return " ".join(text.split())


def _discard_stdout() -> None:
    """Prevents a second error when Python flushes stdout at its end."""
    if sys.stdout.closed:  # by a program that ran here
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
