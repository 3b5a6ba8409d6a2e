"""What the tutorial costs on a machine, compared with other programs for the same network."""

import dataclasses
import math
import statistics
from collections.abc import Sequence
from typing import Any, Literal

from legacy_cnn.results.record import Record


@dataclasses.dataclass(frozen=True)
class Timing:
    """The times of a contender's steps or evaluations. Ratios are those of one round each."""

    seconds: tuple[tuple[float, ...], ...]  #: of each step, a tuple for each round
    memory: int  #: bytes, the peak of the process so far
    median: float  #: seconds
    minimum: float  #: seconds
    rate: float  #: images a second, at the median
    ratio: float  #: to the baseline's time in the same round, the median over the rounds
    low: float  #: lower quartile of the ratio
    high: float  #: upper quartile of the ratio

    @property
    def quartiles(self) -> tuple[float, float]:
        """The lower and the upper quartile of all seconds."""
        seconds = sorted(second for turn in self.seconds for second in turn)
        return _quantile(seconds, 0.25), _quantile(seconds, 0.75)


@dataclasses.dataclass(frozen=True)
class StepTiming(Timing):
    """Training steps of one contender."""

    first_step: float  #: seconds from the start of the process to the end of its first step


@dataclasses.dataclass(frozen=True)
class EvaluationTiming(Timing):
    """Evaluations of one contender."""

    accuracy: float  #: 0.0-1.0, with the weights that all contenders get


@dataclasses.dataclass(frozen=True)
class Floor:
    """What bounds the time of a training step from below: its work, and the machine's limits."""

    flop_rate: dict[str, float]  #: library -> floating-point operations a second of a product
    byte_rate: float  #: bytes a second, read and written, of a copy
    flop: int  #: floating-point operations of a step
    bytes: int  #: that the kernels of a step read and write
    operations: dict[str, float]  #: type of operation -> seconds in a step, longest first


@dataclasses.dataclass(frozen=True)
class Bound:
    """The least time that one resource allows for a training step."""

    resource: Literal["products", "memory"]
    amount: float  #: in a step: floating-point operations, or bytes
    rate: float  #: the most that the machine does in a second
    seconds: float
    share: float | None  #: of the baseline's median step; None if that was not measured


@dataclasses.dataclass(frozen=True)
class LoaderTiming:
    """A loader in a new process; times are in seconds."""

    load: float  #: from the call to the loaded set
    first: float  #: the first batch
    batch: float  #: a batch, the median
    turn: float  #: a batch at the end of an epoch, when the images get a new order
    memory: int  #: bytes, the growth of the peak


@dataclasses.dataclass(frozen=True)
class BatchGrowth:
    """Training steps with one batch size and number of threads."""

    batch: int
    threads: int
    median: float  #: seconds of a step
    rate: float  #: images a second
    memory: int  #: bytes, the peak


@dataclasses.dataclass(frozen=True)
class SetGrowth:
    """One epoch of `legacy-cnn train` on a training set of one size."""

    images: int
    seconds: float
    outside: float  #: share of the seconds outside of the implementation, 0.0-1.0
    memory: int  #: bytes, the peak


@dataclasses.dataclass(frozen=True)
class Growth:
    """How time and memory grow."""

    batches: tuple[BatchGrowth, ...]
    sets: tuple[SetGrowth, ...]
    epochs: tuple[int, ...]  #: bytes, the peak after each epoch of a long run


@dataclasses.dataclass(frozen=True)
class Titles:
    """How tables and figures name what was measured."""

    contenders: dict[str, str]
    loaders: dict[str, str]


@dataclasses.dataclass(frozen=True)
class Benchmark(Record):
    """What `legacy_cnn.bench.run` returns; a part that was not measured is None."""

    kind = "benchmark"

    settings: dict[str, Any]  #: fields of `legacy_cnn.settings.BenchSettings`
    versions: dict[str, str]  #: package -> version
    machine: dict[str, str | int | None]
    environment: dict[str, str]  #: variables that tell a library how to compute
    failed: dict[str, str]  #: contender, loader or part -> why it was not measured
    titles: Titles = Titles({}, {})
    baseline: str = "graph"  #: the contender that all ratios refer to
    ours: tuple[str, ...] = ()  #: contenders that this package provides
    training: dict[str, StepTiming] | None = None
    evaluation: dict[str, EvaluationTiming] | None = None
    details: dict[str, dict[str, Any]] | None = None  #: further figures of some contenders
    onednn_by_default: bool | None = None  #: whether TensorFlow itself enables oneDNN here
    floor: Floor | None = None
    loader: dict[str, tuple[LoaderTiming, ...]] | None = None  #: one for each round
    startup: dict[str, tuple[float, ...]] | None = None  #: command -> seconds, one for each round
    growth: Growth | None = None

    def contender_title(self, name: str) -> str:
        """The title of a contender; its name if it has none."""
        return self.titles.contenders.get(name, name)

    def loader_title(self, name: str) -> str:
        """The title of a loader; its name if it has none."""
        return self.titles.loaders.get(name, name)

    @property
    def bounds(self) -> tuple[Bound, ...]:
        """The lower bounds of a training step; none without the part `floor`."""
        if self.floor is None:
            return ()
        flop_rate = max(self.floor.flop_rate.values(), default=math.nan)
        return (
            self._bound("products", self.floor.flop, flop_rate),
            self._bound("memory", self.floor.bytes, self.floor.byte_rate),
        )

    def _bound(self, resource: Literal["products", "memory"], amount: int, rate: float) -> Bound:
        seconds = _divided(amount, rate)
        baseline = (self.training or {}).get(self.baseline)
        share = None if baseline is None else _divided(seconds, baseline.median)
        return Bound(resource, amount, rate, seconds, share)

    @property
    def loader_medians(self) -> dict[str, LoaderTiming]:
        """Each loader's medians over the rounds."""
        return {name: _medians(rounds) for name, rounds in (self.loader or {}).items() if rounds}

    @property
    def startup_medians(self) -> dict[str, float]:
        """The median of the seconds of each command over the rounds."""
        return {
            command: statistics.median(seconds)
            for command, seconds in (self.startup or {}).items()
            if seconds
        }


def _medians(rounds: Sequence[LoaderTiming]) -> LoaderTiming:
    medians: dict[str, Any] = {
        field.name: statistics.median(getattr(timing, field.name) for timing in rounds)
        for field in dataclasses.fields(LoaderTiming)
    }
    return LoaderTiming(**{**medians, "memory": int(medians["memory"])})


def _quantile(ordered: Sequence[float], share: float) -> float:
    """The value below which a share of the sorted values lies; between two, linear."""
    if not ordered:
        return math.nan
    below, between = divmod(share * (len(ordered) - 1), 1)
    lower, upper = ordered[int(below)], ordered[min(int(below) + 1, len(ordered) - 1)]
    return lower if not between else lower + between * (upper - lower)


def _divided(amount: float, by: float) -> float:
    return amount / by if by else math.nan
