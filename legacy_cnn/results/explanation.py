"""What `legacy-cnn run --explain` and `--against` find."""

import dataclasses

from legacy_cnn.results.record import Record


@dataclasses.dataclass(frozen=True)
class OldName:
    """A name that an old program uses."""

    name: str  #: the dotted name
    served: bool  #: whether something serves it
    note: str  #: what serves it, or what to use instead
    lines: tuple[str, ...]  #: where it is used, each a file and a line


@dataclasses.dataclass(frozen=True)
class Explanation(Record):
    """The old names of a program."""

    kind = "explanation"

    script: str
    release: str  #: of TensorFlow, for which it was written, as its names say
    names: tuple[OldName, ...]  #: those that rows serve, and those that are missing


@dataclasses.dataclass(frozen=True)
class PrintedLine:
    """A line that a program printed in two releases."""

    number: int  #: of the line, from 1
    there: str | None  #: what the old release printed; None if it had ended
    here: str | None  #: what was printed here; None if the program had ended
    same: bool  #: numbers count as the same within rounding


@dataclasses.dataclass(frozen=True)
class PrintedComparison(Record):
    """What a program printed in an old release and here."""

    kind = "printed"
    derived = ("same",)

    script: str
    release: str
    status_there: int  #: exit status in the old release
    status_here: int
    lines: tuple[PrintedLine, ...]

    @property
    def same(self) -> bool:
        """Whether all lines are the same, and both ended alike."""
        return self.status_there == self.status_here and all(line.same for line in self.lines)
