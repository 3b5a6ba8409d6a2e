"""The report of a comparison: whether a port is the same program, and where it first differs."""

import dataclasses
import math
from typing import Any, ClassVar, Final, Literal

from legacy_cnn.errors import ResultError
from legacy_cnn.results.record import Record

#: Verdicts on a tensor. Rewritten: it differs, but what is computed from it alone is the same.
#: What could not be compared, with a note why, is `NOT_COMPARED`, as a rung is.
SAME: Final = "same"
DIFFERENT: Final = "different"
REWRITTEN: Final = "rewritten"
Verdict = Literal["same", "different", "rewritten", "not compared"]

#: What became of a rung.
PASSED: Final = "passed"
FAILED: Final = "failed"
NOT_COMPARED: Final = "not compared"
NOT_REACHED: Final = "not reached"
Status = Literal["passed", "failed", "not compared", "not reached"]

#: Verdict on two programs if nothing differs, but something of the reference was not compared.
AS_FAR_AS_COMPARED: Final = "same as far as compared"
ProgramVerdict = Literal["same", "same as far as compared", "different"]

#: How the size of a difference is measured: fields of `Figures` and of `Tolerance`.
Measure = Literal["absolute", "relative", "ulp", "norm", "ratio"]
MEASURES: tuple[Measure, ...] = ("absolute", "relative", "ulp", "norm", "ratio")


@dataclasses.dataclass(frozen=True)
class Figures:
    """How far apart two arrays are, in numbers."""

    shape: tuple[int, ...]
    dtype: str
    absolute: float  #: largest difference of two elements, in the array's unit
    relative: float  #: that divided by the largest absolute value of the reference
    ulp: float | None  #: largest number of steps between representable values; None if not counted
    norm: float
    """Euclidean norm of the difference, divided by that of the reference, or by that of its
    movement where the array has moved from an origin."""
    index: tuple[int, ...]  #: of the element that differs most
    reference: float  #: its value in the reference
    candidate: float  #: its value in the candidate
    unequal: int  #: number of elements that are not equal
    ratio: float | None = None
    """Largest difference of an element, divided by what rounding does to that element; None if that
    was not measured."""

    @property
    def equal(self) -> bool:
        """Whether all elements are equal."""
        return self.unequal == 0

    def of(self, measure: Measure) -> float | None:
        """Returns the difference in one of `MEASURES`."""
        return getattr(self, measure)


@dataclasses.dataclass(frozen=True)
class Tolerance:
    """What a difference may be: an array passes if it is within any measure that is not 0."""

    absolute: float = 0.0
    relative: float = 0.0
    ulp: float = 0.0
    norm: float = 0.0
    ratio: float = 0.0
    reason: str = ""  #: why it is as large as it is

    def of(self, measure: Measure) -> float:
        """Returns the tolerance in one of `MEASURES`; 0 if the measure is not used."""
        return getattr(self, measure)

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The measures that are used."""
        return tuple(measure for measure in MEASURES if self.of(measure) > 0)

    def allows(self, figures: Figures) -> bool:
        """Whether the difference is within the tolerance."""
        return figures.equal or any(
            _number(figures.of(measure)) <= self.of(measure) for measure in self.measures
        )

    def share(self, figures: Figures) -> float:
        """Returns how much of the tolerance a difference uses: 1.0 is all of it.

        Infinite if the tolerance is 0 and the arrays are not equal.
        """
        if figures.equal:
            return 0.0
        shares = (_number(figures.of(measure)) / self.of(measure) for measure in self.measures)
        return min(shares, default=math.inf)


def _number(value: float | None) -> float:
    """A measure that was not counted is not within any tolerance."""
    return math.inf if value is None else value


@dataclasses.dataclass(frozen=True)
class Finding:
    """The comparison of one tensor, at one step of one rung."""

    tensor: str
    verdict: Verdict
    figures: Figures | None = None  #: None if there was something else to compare than values
    step: int | None = None  #: training step, from 1; None outside of training
    note: str = ""  #: what was compared, or what is wrong, in words
    cause: str = ""  #: the mistake that explains the difference, if one was recognised
    row: str = ""  #: of the table of tolerances
    tolerance: Tolerance = Tolerance()
    partner: str = ""  #: the candidate's tensor that it was compared with
    place: str = ""  #: of a difference: where the programs part, in the user's code


@dataclasses.dataclass(frozen=True)
class Rung:
    """One rung of the ladder, which isolates one cause of a difference."""

    name: str
    status: Status
    findings: tuple[Finding, ...] = ()
    reason: str = ""  #: why it was not compared
    compares: str = ""  #: what is compared, in one line
    owed: bool = True
    """Whether the programs are the same only if it passes; not if the reference has nothing for it,
    or if it was left out on request."""

    def __post_init__(self) -> None:
        if (self.status == FAILED) != (self.first is not None):
            raise ResultError(f"status is {self.status!r}, which contradicts the findings.")

    @property
    def first(self) -> Finding | None:
        """The first finding that is different."""
        return next((finding for finding in self.findings if finding.verdict == DIFFERENT), None)

    @property
    def closest(self) -> Finding | None:
        """The finding that uses most of its tolerance."""
        compared = [
            (finding.tolerance.share(finding.figures), finding)
            for finding in self.findings
            if finding.figures and finding.verdict not in (REWRITTEN, NOT_COMPARED)
        ]
        return max(compared, key=lambda pair: pair[0], default=(0.0, None))[1]


@dataclasses.dataclass(frozen=True)
class Report(Record):
    """What `legacy_cnn.parity.compare` returns."""

    kind = "report"
    derived: ClassVar[tuple[str, ...]] = ("same", "verdict", "first")

    candidate: str
    reference: str
    setting: dict[str, Any]  #: seed, steps, batch size, threads, versions and so on
    rungs: tuple[Rung, ...]
    accuracy: dict[str, float]  #: of "reference" and "candidate", 0.0-1.0, if it was measured
    seconds: float

    @property
    def same(self) -> bool:
        """Whether nothing differs, and all that the reference has was compared."""
        return self.verdict == SAME

    @property
    def verdict(self) -> ProgramVerdict:
        """The verdict on the two programs."""
        if self.first:
            return DIFFERENT
        passed = any(rung.status == PASSED for rung in self.rungs)
        return AS_FAR_AS_COMPARED if self.uncompared or not passed else SAME

    @property
    def uncompared(self) -> dict[str, str]:
        """What the reference has and was not compared -> why: rungs, and parts of rungs."""
        uncompared: dict[str, str] = {}
        for rung in filter(lambda rung: rung.owed, self.rungs):
            if rung.status in (NOT_COMPARED, NOT_REACHED):
                uncompared[rung.name] = rung.reason
            for finding in rung.findings:
                if finding.verdict == NOT_COMPARED:
                    uncompared[f"{rung.name} ({finding.tensor})"] = finding.note
        return uncompared

    @property
    def first(self) -> tuple[Rung, Finding] | None:
        """The first rung that failed, and its first finding that is different."""
        return next(((rung, rung.first) for rung in self.rungs if rung.first), None)

    def to_json(self) -> dict[str, Any]:
        """Returns strict JSON; "first" has the names of the rung and of the tensor only."""
        first = self.first
        names = {"rung": first[0].name, "tensor": first[1].tensor} if first else None
        return {**super().to_json(), "first": names}
