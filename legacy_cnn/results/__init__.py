"""Results: what the commands find out, as frozen dataclasses that JSON files hold.

Nothing here imports TensorFlow or NumPy, and nothing prints; `legacy_cnn.show` does that.
"""

import json
import os
from pathlib import Path
from typing import Any, TypeVar, overload

from legacy_cnn.errors import ResultError
from legacy_cnn.results.benchmark import Benchmark
from legacy_cnn.results.comparison import Comparison, DialectResult
from legacy_cnn.results.data_summary import DataSummary, FileSummary
from legacy_cnn.results.evaluation import ClassScores, Evaluation
from legacy_cnn.results.jsonvalues import described
from legacy_cnn.results.originals import OriginalsComparison
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
    "Figures",
    "FileSummary",
    "Finding",
    "OriginalsComparison",
    "Prediction",
    "Predictions",
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
        OriginalsComparison,
        Predictions,
        Replay,
        Report,
        Study,
        TrainingResult,
    )
}

#: Bytes that a results file may have.
LARGEST = 64 * 2**20


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
    try:
        value = _parsed(_content(Path(path)))
        return (expected or _kind(value)).from_json(value)
    except ResultError as error:
        raise ResultError(f"{path}: {error}") from error


def _content(path: Path) -> str:
    """The text of a file, which may be anything that somebody downloaded."""
    if path.exists() and not path.is_file():
        raise ResultError("not a regular file; expected a JSON file with results.")
    with path.open("rb") as file:
        content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise ResultError(f"not a results file: it has more than {LARGEST:,} bytes.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ResultError(f"not UTF-8 at byte {error.start:,}; expected a JSON file.") from error


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise ResultError(f"not JSON: {error.msg} at {place}.") from error
    except RecursionError as error:
        raise ResultError("not a results file: the JSON is nested too deeply.") from error
    except ValueError as error:
        raise ResultError(f"not JSON that can be read: {error}.") from error


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
