"""A port in Keras that was written from a TensorFlow 1 program, and its comparison with that."""

import dataclasses
from typing import ClassVar

from legacy_cnn.results.record import Record
from legacy_cnn.results.report import ProgramVerdict, Report


@dataclasses.dataclass(frozen=True)
class PortLine:
    """A line of a port, and where it comes from."""

    text: str
    file: str = ""  #: "" for a line that comes from none
    line: int = 0


@dataclasses.dataclass(frozen=True)
class Port(Record):
    """What `legacy_cnn.porting.port` returns."""

    kind = "port"
    derived: ClassVar[tuple[str, ...]] = ("verdict",)

    reference: str
    folder: str
    files: tuple[str, ...]  #: that were written into the folder
    lines: tuple[PortLine, ...]  #: of `port.py`
    sources: dict[str, str]  #: the files that its lines come from, and their texts
    report: Report  #: of the port against the reference

    @property
    def text(self) -> str:
        """Of `port.py`."""
        return "".join(f"{line.text}\n" for line in self.lines)

    @property
    def verdict(self) -> ProgramVerdict:
        """Whether it is the same program."""
        return self.report.verdict
