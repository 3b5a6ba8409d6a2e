"""Results: what the commands find out, as frozen dataclasses that JSON files hold.

Nothing here imports TensorFlow or NumPy, and nothing prints; `legacy_cnn.show` does that.
"""

import os
from typing import Any, TypeVar, overload

from legacy_cnn.errors import ResultError
from legacy_cnn.outside.jsonfiles import read_json
from legacy_cnn.results.benchmark import Benchmark
from legacy_cnn.results.comparison import Comparison, DialectResult, OwnComparison, OwnDialect
from legacy_cnn.results.data_summary import DataSummary, FileSummary
from legacy_cnn.results.evaluation import ClassScores, Evaluation
from legacy_cnn.results.explanation import Explanation, OldName, PrintedComparison, PrintedLine
from legacy_cnn.results.inspection import Inspection, Part
from legacy_cnn.results.jsonvalues import described
from legacy_cnn.results.originals import OriginalsComparison
from legacy_cnn.results.port import Port, PortLine
from legacy_cnn.results.predictions import Prediction, Predictions
from legacy_cnn.results.record import Record
from legacy_cnn.results.replay import Race, Replay, ReplayedStep, ReplayedTensor
from legacy_cnn.results.report import Figures, Finding, Report, Rung, Tolerance
from legacy_cnn.results.study import Study
from legacy_cnn.results.training import Epoch, Seconds, TrainingResult

__all__ = [
    "KINDS",
    "Benchmark",
    "ClassScores",
    "Comparison",
    "DataSummary",
    "DialectResult",
    "Epoch",
    "Evaluation",
    "Explanation",
    "Figures",
    "FileSummary",
    "Finding",
    "Inspection",
    "OldName",
    "OriginalsComparison",
    "OwnComparison",
    "OwnDialect",
    "Part",
    "Port",
    "PortLine",
    "Prediction",
    "Predictions",
    "PrintedComparison",
    "PrintedLine",
    "Race",
    "Record",
    "Replay",
    "ReplayedStep",
    "ReplayedTensor",
    "Report",
    "Rung",
    "Seconds",
    "Study",
    "Tolerance",
    "TrainingResult",
    "read",
]

R = TypeVar("R", bound=Record)

#: The "kind" of a results file -> its class.
KINDS: dict[str, type[Record]] = {
    record.kind: record
    for record in (
        Benchmark,
        Comparison,
        DataSummary,
        Evaluation,
        Explanation,
        Inspection,
        OriginalsComparison,
        OwnComparison,
        Port,
        Predictions,
        PrintedComparison,
        Replay,
        Report,
        Study,
        TrainingResult,
    )
}


@overload
def read(path: str | os.PathLike[str]) -> Record: ...
@overload
def read(path: str | os.PathLike[str], expected: type[R]) -> R: ...
def read(path: str | os.PathLike[str], expected: type[Record] | None = None) -> Record:
    """Reads a results file.

    Args:
      path: a JSON file that a command wrote.
      expected: class of the result; None takes any of `KINDS`, by the file's "kind".

    Raises:
      ResultError: the file is not a results file, or not that of `expected`.
      OSError: it cannot be read.
    """
    value = read_json(path)
    try:
        return (expected or _kind(value)).from_json(value)
    except ResultError as error:
        raise ResultError(f"{path}: {error}") from error


def _kind(value: Any) -> type[Record]:
    kinds = ", ".join(KINDS)
    if not isinstance(value, dict):
        raise ResultError(f"not a results file: it contains {described(value)}, not an object.")
    if "kind" not in value:
        raise ResultError(f'not a results file: "kind" is missing, expected one of {kinds}.')
    kind = value["kind"]
    if not isinstance(kind, str) or kind not in KINDS:
        raise ResultError(f'"kind" is {described(kind)}, expected one of {kinds}.')
    return KINDS[kind]
