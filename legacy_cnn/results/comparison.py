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


@dataclasses.dataclass(frozen=True)
class OwnDialect:
    """A function of the user's in one dialect."""

    title: str  #: in tables and on pages
    first: float  #: seconds to build the graph and run it once, or of the first call
    later: float  #: seconds of a later run or call, median
    operations: int | None  #: in the graph; None without a graph
    calls: int  #: calls from Python; a session's run or a whole function is one
    outputs: tuple[str, ...]  #: dtype and shape of each
    repeats: bool  #: whether the first two calls had the same outputs
    prints: dict[str, tuple[str, ...]]  #: "built", "call 1", ... -> the lines printed then


@dataclasses.dataclass(frozen=True)
class OwnComparison(Record):
    """A function that builds a TensorFlow 1 graph, beside an eager function."""

    kind = "own comparison"

    graph: str  #: where the first function is
    eager: str  #: where the second function is
    versions: dict[str, str]  #: package -> version
    machine: dict[str, str | int | None]
    inputs: dict[str, str]  #: argument -> dtype and shape
    dialects: dict[str, OwnDialect]  #: the first is the one that the others are compared with
    values: dict[str, dict[str, float | None]]
    """Output -> dialect, without the first -> largest difference from the first dialect's output,
    relative to the largest value in that; None if its dtype or shape is another, or if it is
    missing."""
