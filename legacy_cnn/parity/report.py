"""What a comparison found: typed, and the same in every way it is shown."""

import dataclasses
import math
import os

from legacy_cnn.parity.difference import Figures
from legacy_cnn.parity.tolerance import EXACT, Tolerance

SAME, DIFFERENT, REWRITTEN = "same", "different", "rewritten"
PASSED, FAILED, NOT_COMPARED, NOT_REACHED = "passed", "failed", "not compared", "not reached"


@dataclasses.dataclass(frozen=True)
class Finding:
    """One tensor at one step of one rung.

    `verdict` is "same" (within the tolerance), "different", or "rewritten": it differs, yet what
    is computed from it alone is the same, so the candidate has another tensor in its place.
    """

    tensor: str
    verdict: str
    figures: Figures | None = None  #: None where something is wrong before any value
    step: int | None = None  #: of training, from 1; None where there is none
    note: str = ""  #: what is wrong, in words
    origin: str = ""  #: "local" or "accumulated", where it was looked into
    cause: str = ""  #: the mistake that explains the difference, where one was recognised
    row: str = ""  #: of the table of tolerances
    tolerance: Tolerance = EXACT  #: what was allowed


@dataclasses.dataclass(frozen=True)
class Rung:
    """One rung of the ladder."""

    name: str
    status: str
    findings: tuple = ()
    reason: str = ""  #: why it was not compared

    @property
    def first(self):
        """The first finding that is different, or None."""
        return next((each for each in self.findings if each.verdict == DIFFERENT), None)

    @property
    def needed(self):
        """The finding that used most of the tolerance, or None."""
        compared = [each for each in self.findings if each.figures and each.verdict != REWRITTEN]
        return max(compared, key=lambda each: each.tolerance.use(each.figures), default=None)


@dataclasses.dataclass(frozen=True)
class Report:
    """The whole comparison."""

    candidate: str
    reference: str
    setting: dict  #: seed, steps, batch size, threads, versions ...
    rungs: tuple
    accuracy: dict  #: "reference" and "candidate", 0.0-1.0, where measured
    seconds: float

    @property
    def same(self):
        statuses = {rung.status for rung in self.rungs}
        return FAILED not in statuses and PASSED in statuses

    @property
    def first(self):
        """The first rung that failed and its first different finding, or None."""
        return next(((r, r.first) for r in self.rungs if r.status == FAILED), None)

    def to_json(self):
        """Plain dicts, lists and numbers; infinities and NaN are strings."""
        return {
            "same": self.same,
            **_plain(dataclasses.asdict(self)),
            "first": self.first and {"rung": self.first[0].name, "tensor": self.first[1].tensor},
        }


def _plain(value):
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value
