"""The index of a trace: what its arrays are. It comes from outside, so all of it is checked."""

import dataclasses
import json
import math
import re
from collections.abc import Iterable
from typing import Any

import numpy as np

from legacy_cnn.errors import ResultError, TraceError
from legacy_cnn.results import jsonvalues

FORMAT, VERSION = "legacy_cnn trace", 1

#: Types that an array may have; strings are stored as bytes.
DTYPES = frozenset(
    f"{kind}{bits}"
    for kind, sizes in {
        "int": (8, 16, 32, 64),
        "uint": (8, 16, 32, 64),
        "float": (16, 32, 64),
        "complex": (64, 128),
    }.items()
    for bits in sizes
) | {"bool"}

#: Elements that an array may have.
LARGEST = 2**33

#: What TensorFlow takes as the name of an operation, and of a tensor.
OPERATION = re.compile(r"[A-Za-z0-9.][A-Za-z0-9_.\\\-/>]{0,999}")
TENSOR = re.compile(OPERATION.pattern + r":[0-9]{1,4}")


@dataclasses.dataclass(frozen=True)
class Environment:
    """What a trace was recorded on."""

    tensorflow: str
    numpy: str
    python: str
    platform: str
    machine: str
    devices: tuple[tuple[str, str], ...]  #: name and type; empty where a release cannot list them
    argv: tuple[str, ...]  #: the script and its arguments


@dataclasses.dataclass(frozen=True)
class ArrayEntry:
    """An array; that of strings holds their bytes, and their lengths are another array."""

    dtype: str
    shape: tuple[int, ...]
    lengths: int | None = None

    @property
    def size(self) -> int:
        return math.prod(self.shape)


@dataclasses.dataclass(frozen=True)
class GraphEntry:
    """A graph: an array of the bytes of its GraphDef."""

    array: int
    trainable: tuple[str, ...]
    #: Operation -> the lines of the script that made it: (file, line), the innermost last.
    origins: dict[str, tuple[tuple[str, int], ...]] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True)
class CurveEntry:
    """A scalar that the script fetched: arrays of the steps and of its values."""

    tensor: str
    steps: int
    values: int


#: Name of a tensor or variable -> its array, None where it is of a type that was not recorded.
Places = dict[str, int | None]


@dataclasses.dataclass(frozen=True)
class StepEntry:
    """A step that was kept."""

    number: int
    session: int
    graph: int
    targets: tuple[str, ...]
    feeds: Places
    noise: Places
    idle: tuple[str, ...]
    delivered: Places
    fetched: Places
    shared: tuple[str, ...]
    tensors: Places
    before: Places
    after: Places

    def tensor_places(self) -> Iterable[Places]:
        return self.feeds, self.noise, self.delivered, self.fetched, self.tensors


@dataclasses.dataclass(frozen=True)
class Index:
    """All of a trace but its arrays."""

    format: str
    version: int
    environment: Environment
    steps: int
    graphs: tuple[GraphEntry, ...]
    arrays: tuple[ArrayEntry, ...]
    kept: tuple[StepEntry, ...]
    history: tuple[CurveEntry, ...]
    notes: tuple[str, ...]


def parse(content: bytes) -> Index:
    """Parses and checks an index.

    Raises:
      TraceError: it is not one of this version, or does not fit itself.
    """
    try:
        value = json.loads(content.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise TraceError("Its index is not JSON.") from error
    _check_format(value)
    try:
        index = jsonvalues.from_json(value, Index, "index")
    except ResultError as error:
        raise TraceError(f"Its {error}") from error
    for entry in index.arrays:
        _check_array(entry, index)
    for graph in index.graphs:
        if _array(graph.array, index).dtype != "uint8":
            raise TraceError("Its graph is not of bytes.")
    for curve in index.history:
        _check_curve(curve, index)
    _check_steps(index)
    return index


def _no_constant(text: str) -> Any:
    raise ValueError(text)


def _check_format(value: Any) -> None:
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        raise TraceError("It is not a trace that record_tf1.py has written.")
    if value.get("version") != VERSION:
        raise TraceError(
            f"It is a trace of version {jsonvalues.described(value.get('version'))}; this release "
            f"reads version {VERSION}: record it again with the recorder of this release."
        )


def _array(place: int, index: Index) -> ArrayEntry:
    if not 0 <= place < len(index.arrays):
        raise TraceError(f"Its index names array {place} of {len(index.arrays)}.")
    return index.arrays[place]


def _check_array(entry: ArrayEntry, index: Index) -> None:
    if min(entry.shape, default=0) < 0 or entry.size > LARGEST or len(entry.shape) > 32:
        raise TraceError(f"Its index has an array of the impossible shape {entry.shape}.")
    if entry.dtype == "string":
        if entry.lengths is None:
            raise TraceError("Its index has strings without lengths.")
        lengths = _array(entry.lengths, index)
        if lengths.dtype != "int64" or lengths.shape != (entry.size,):
            raise TraceError("Its index has strings whose lengths do not fit.")
    elif entry.dtype not in DTYPES:
        raise TraceError(
            f"Its index has an array of the type {jsonvalues.described(entry.dtype)}, expected "
            f"numbers or strings."
        )


def _check_curve(curve: CurveEntry, index: Index) -> None:
    steps, values = _array(curve.steps, index), _array(curve.values, index)
    plain = steps.dtype == "int64" and values.dtype == "float64" and len(steps.shape) == 1
    if not plain or steps.shape != values.shape or not TENSOR.fullmatch(curve.tensor):
        raise TraceError("Its index has a curve of values that do not belong to steps.")


def _check_steps(index: Index) -> None:
    numbers = [step.number for step in index.kept]
    if not numbers or numbers != sorted(set(numbers)) or numbers[0] < 1:
        raise TraceError("Its index keeps no steps, or not in their order.")
    if numbers[-1] > index.steps:
        raise TraceError(f"Its index keeps step {numbers[-1]} of {index.steps}.")
    for step in index.kept:
        if not 0 <= step.graph < len(index.graphs):
            raise TraceError(f"Step {step.number} has no graph.")
        _check_names(step)
        for places in (*step.tensor_places(), step.before, step.after):
            for place in places.values():
                if place is not None:
                    _array(place, index)


def _check_names(step: StepEntry) -> None:
    tensors = [name for places in step.tensor_places() for name in places]
    operations = [*step.targets, *step.before, *step.after, *step.idle]
    wrong = [name for name in [*tensors, *step.shared] if not TENSOR.fullmatch(name)]
    wrong += [name for name in operations if not OPERATION.fullmatch(name)]
    if wrong:
        raise TraceError(f"Step {step.number} has the impossible name {wrong[0][:60]!r}.")
    if not step.after.keys() >= step.before.keys():
        raise TraceError(f"Step {step.number} has variables before it that are missing after it.")


def dtype_of(entry: ArrayEntry) -> np.dtype[Any]:
    """The type of the array in the file."""
    return np.dtype(np.uint8 if entry.dtype == "string" else entry.dtype)
