"""The errors that a user can solve.

Each is one full sentence: what was found, what was expected, what to do. The command line prints
it and ends. Any other error, except an OSError, is a bug.
"""

import re
import warnings
from collections.abc import Iterable


class LegacyCnnError(Exception):
    """Base class of all errors that this package raises on purpose."""

    def __init__(self, text: str, *arguments: str) -> None:
        """Creates the error.

        Args:
          text: one full sentence that names arguments: "batch_size must be at least 1, not 0."
          *arguments: the names of arguments in `text`; the command line shows its flags instead.
        """
        super().__init__(text)
        self.arguments = arguments


class UsageError(LegacyCnnError, ValueError):
    """An argument is out of range, or does not fit another one."""


class DataError(LegacyCnnError, ValueError):
    """A data file or an array is not as expected. A ValueError, as the old loader raised."""


class DownloadError(LegacyCnnError, OSError):
    """A file could not be downloaded from a mirror."""


class RunError(LegacyCnnError):
    """A run directory or a checkpoint cannot be used as asked."""


class ImageError(LegacyCnnError, ValueError):
    """A picture shows no digit, or cannot be read."""


class WeightsError(LegacyCnnError, ValueError):
    """A file does not contain the weights of the network."""


class ParityError(LegacyCnnError, ValueError):
    """Two programs cannot be compared."""


class UserCodeError(ParityError):
    """A function or a model of the user's raised an error, which is the cause of this one."""


class NotInstalledError(LegacyCnnError):
    """A package that only a part of this one needs is not installed."""


class BenchError(LegacyCnnError):
    """A program that should be measured cannot be run."""


class OriginalsError(LegacyCnnError):
    """An old release cannot be set up, found or run."""


class ResultError(LegacyCnnError, ValueError):
    """A results file, or its content, is not as expected."""


class GraphError(LegacyCnnError, LookupError):
    """A graph has no tensor, operation or variable of that name."""


class ForeignGraphError(LegacyCnnError, ValueError):
    """A graph from outside has what may not run."""


class TraceError(LegacyCnnError, ValueError):
    """A trace of an old program is damaged, or cannot be replayed."""


class LiftError(LegacyCnnError, ValueError):
    """A step cannot be turned into a graph in a session."""


_COMPAT = ("fissix", "tensorflow_estimator", "tf_keras", "tf_slim")
#: Package that not everyone needs -> the extra of this package that installs it.
EXTRAS = {
    "distributed": "cluster",
    "matplotlib": "plots",
    "nbformat": "notebooks",
    "starlette": "lab",
    "uvicorn": "lab",
    **dict.fromkeys(_COMPAT, "compat"),
}


def not_installed(needing: str, package: str, *arguments: str) -> NotInstalledError:
    """Returns the error for a package that is not installed.

    Args:
      needing: what needs it; the subject of the sentence.
      package: its name.
      *arguments: the names of arguments in `needing`.
    """
    requirement = f"legacy-cnn[{EXTRAS[package]}]" if package in EXTRAS else package
    return NotInstalledError(
        f"{needing} needs {package}, which is not installed: run pip install '{requirement}'.",
        *arguments,
    )


def unknown_name(kind: str, name: object, known: Iterable[str], *arguments: str) -> UsageError:
    """Returns the error for a name that is not one of those that are known.

    Args:
      kind: what it is the name of, such as "part"; the subject of the sentence.
      name: the name.
      known: all names of that kind.
      *arguments: the names of arguments in `kind`.
    """
    return UsageError(f"{kind} must be {expected_name(name, known)}.", *arguments)


def expected_name(name: object, known: Iterable[str]) -> str:
    """Returns "one of a, b, not 'c'", for a message about a name that is not known."""
    return f"one of {', '.join(known)}, not {name!r}"


def as_warning(text: str) -> None:
    """Says something noteworthy to a caller in Python who gave no function for it."""
    warnings.warn(text, stacklevel=3)


def first_line(error: BaseException) -> str:
    """Returns the message of an error, in one line; the name of its type if it has none."""
    original = error.__context__
    if type(original) is type(error) and hasattr(error, "node_def"):
        # A session of TensorFlow wraps an operation's error in one that begins with a stack trace.
        error = original
    plain = re.sub(r"\x1b\[\d*m", "", str(error))
    lines = [line.strip() for line in plain.splitlines() if line.strip()]
    if len(lines) > 1 and lines[0].startswith("Exception encountered when calling"):
        return lines[1]  # Keras' wrapping
    return lines[0] if lines else type(error).__name__


def operation_failure(error: BaseException) -> str:
    """Returns why an operation of TensorFlow failed on a file: "File too large"."""
    text = re.sub(r"^\{\{.*?\}\} | \[Op:\w+\]$", "", first_line(error))
    # TensorFlow writes "path of its temporary file; reason".
    return text.rpartition("; ")[2]


def described(error: BaseException) -> str:
    """Returns the type and the message of an error, in one line."""
    name, message = type(error).__name__, first_line(error)
    return name if message == name else f"{name}: {message}"
