"""The errors that a person, not a program, has to do something about.

Each carries one full sentence: what was found, what was expected, what to do. The command line
prints it and ends; anything that is not one of these (or an OSError) is a bug and shows as one.
"""


class LegacyCnnError(Exception):
    """Base of every error this package raises on purpose."""


class UsageError(LegacyCnnError, ValueError):
    """An argument is out of range, or does not go with another."""


class DataError(LegacyCnnError, ValueError):
    """A data file or an array is not what it has to be. A ValueError, as the old loader raised."""


class DownloadError(LegacyCnnError, OSError):
    """A mirror could not be read."""


class RunError(LegacyCnnError):
    """A run directory or a checkpoint cannot be used as asked."""


class ImageError(LegacyCnnError, ValueError):
    """A picture holds no digit that can be read."""


class WeightsError(LegacyCnnError, ValueError):
    """A file holds no weights of the net."""


class ParityError(LegacyCnnError, ValueError):
    """Two programs could not be compared."""


class BenchError(LegacyCnnError):
    """Something that was to be measured could not be run."""


class ResultError(LegacyCnnError, ValueError):
    """A results file or its content is not what it has to be."""
