"""The errors that a person, not a program, has to do something about.

Each carries one full sentence: what was found, what was expected, what to do. The command line
prints it and ends; anything that is not one of these (or an OSError) is a bug.
"""

import re


class LegacyCnnError(Exception):
    """Base of every error this package raises on purpose."""

    def __init__(self, text: str, *arguments: str) -> None:
        """
        Args:
          text: one full sentence. It speaks of arguments: "batch_size must be at least 1, not 0."
          *arguments: their names in it, for which the command line shows its flags.
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
    """A picture holds no digit that can be recognised."""


class WeightsError(LegacyCnnError, ValueError):
    """A file does not hold the weights of the net."""


class ParityError(LegacyCnnError, ValueError):
    """Two programs could not be compared."""


class BenchError(LegacyCnnError):
    """A program that was to be measured could not be run."""


class ResultError(LegacyCnnError, ValueError):
    """A results file, or its content, is not as expected."""


class GraphError(LegacyCnnError, LookupError):
    """A graph has no tensor, operation or variable of that name."""


class LiftError(LegacyCnnError, ValueError):
    """A step cannot be turned into a graph in a session."""


def first_line(error: BaseException) -> str:
    """What an error says, in one line."""
    plain = re.sub(r"\x1b\[\d*m", "", str(error))
    lines = [line.strip() for line in plain.splitlines() if line.strip()]
    if len(lines) > 1 and lines[0].startswith("Exception encountered when calling"):
        return lines[1]  # Keras' wrapping
    return lines[0] if lines else type(error).__name__
