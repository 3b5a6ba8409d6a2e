"""What the tutorial's dialects compute, cost and print, side by side."""

import dataclasses
from typing import Any

from legacy_cnn.results.record import Record


@dataclasses.dataclass(frozen=True)
class DialectResult:
    """One dialect: its cost, measured in a process of its own, and what it prints."""

    title: str  #: in tables and on pages
    build: float  #: seconds to build the program
    first_step: float  #: seconds
    step: float  #: seconds of a later step, median over all rounds
    least: float  #: seconds, the lowest median of a round
    most: float  #: seconds, the highest median of a round
    times: float  #: a step, divided by one of the first dialect in the same round: the median
    rate: float  #: images a second, at the median
    memory: int  #: bytes, the peak
    memory_of_imports: int  #: bytes, the peak before the program was built
    trace: float | None  #: seconds to trace a step; None without a graph
    operations: int | None  #: in the graph of a step; None without a graph
    handed_over: int  #: calls from Python in a step; a session's run or a whole function is one
    prints: dict[str, tuple[str, ...]]  #: "built", "step 1", ... -> the lines printed then


@dataclasses.dataclass(frozen=True)
class Comparison(Record):
    """What `legacy_cnn.compare` returns."""

    kind = "comparison"

    settings: dict[str, Any]  #: fields of `legacy_cnn.settings.CompareSettings`
    versions: dict[str, str]  #: package -> version
    machine: dict[str, str | int | None]
    dialects: dict[str, DialectResult]  #: the first is the one that the others are compared with
    values: dict[str, dict[str, float]]
    """Tensor -> dialect, without the first -> largest difference from the first dialect's tensor,
    relative to the largest value in that."""
