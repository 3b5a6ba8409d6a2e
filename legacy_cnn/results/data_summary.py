"""The four files of a data set: what they hold and where they come from."""

import dataclasses

from legacy_cnn.results.record import Record


@dataclasses.dataclass(frozen=True)
class FileSummary:
    """One of the four files."""

    name: str
    path: str
    shape: tuple[int, ...]
    sha256: str  #: of the uncompressed file, in hexadecimal
    known: bool  #: whether it belongs to a published set, by its SHA-256
    counts: tuple[int, ...] | None = None  #: how often each label occurs, in a label file


@dataclasses.dataclass(frozen=True)
class DataSummary(Record):
    """What `legacy_cnn.inspection.inspect` returns."""

    kind = "data summary"

    set: str | None  #: name of the set; None if it is not a published one
    exported_to: str | None  #: directory that the uncompressed files were written to
    files: tuple[FileSummary, ...]
