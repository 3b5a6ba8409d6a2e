"""A recorded trace of an old program as the reference: graph, first weights and batches."""

import contextlib
import dataclasses
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow.compat.v1 as tf
from google.protobuf.message import DecodeError

from legacy_cnn.errors import ForeignGraphError, ParityError
from legacy_cnn.originals.trace import KeptStep, Trace, read_trace
from legacy_cnn.parity import changing, delivered, estimators, fed_shapes
from legacy_cnn.parity.arrays import Array, Arrays
from legacy_cnn.parity.finding.parameters import fixed_ones
from legacy_cnn.parity.finding.paths import Paths
from legacy_cnn.parity.foreign_graphs import import_checked
from legacy_cnn.parity.turns import turns_of
from legacy_cnn.parity.updates import closure, is_assigning


@dataclasses.dataclass(frozen=True)
class Recorded:
    """What a trace gives a comparison."""

    weights: Arrays  #: variable -> value before the first step
    given: list[Arrays]  #: of each step, tensor -> what it was given
    names: dict[str, Any]  #: fields of `GraphNames`
    #: Operation -> the lines of the script that made it: (file, line), the innermost last.
    origins: dict[str, tuple[tuple[str, int], ...]] = dataclasses.field(default_factory=dict)
    #: Sentences about what the script does to its weights and a comparison does not take.
    doubts: list[str] = dataclasses.field(default_factory=list)
    #: Placeholder or variable -> a sentence: a number of which only the first value is compared.
    changing: dict[str, str] = dataclasses.field(default_factory=dict)
    #: Whether more steps might show more of how the script takes its steps.
    is_open: bool = False

    def steps_with(self, tensors: list[str]) -> list[Arrays]:
        """What was given in each step that was given all of some tensors."""
        return [step for step in self.given if set(tensors) <= set(step)]


def imported(path: Path) -> Recorded:
    """Imports the graph of a trace into the current graph.

    Raises:
      TraceError: the trace is damaged.
      ForeignGraphError: its graph has an operation that a graph from outside may not have.
      ParityError: it has no step that a comparison can begin with.
    """
    trace = read_trace(path)
    if not trace.kept:
        raise ParityError(f"{path} keeps no step of training.")
    first = trace.step(trace.kept[0])
    definition = tf.GraphDef()
    try:
        definition.ParseFromString(trace.graph(first.graph))
    except DecodeError as error:
        raise ParityError(f"{path} has a damaged graph.") from error
    trainable = trace.trainable(first.graph)
    steps = _steps(trace, first)
    turns_given = [_in_turn(trace, first, step) for step in steps]
    renamed = delivered.replace(definition, first.delivered, first.targets)
    delivered.replace_fed(definition, first.feeds)
    given = [delivered.in_new_names(one, renamed) for one in turns_given]
    examples = fed_shapes.settle(definition, given)
    origins = trace.origins(first.graph)
    with _placed(origins):
        import_checked(definition)
    for old, new in renamed.items():
        origins[new.partition(":")[0]] = origins.get(old.partition(":")[0], ())
    turns = turns_of([trace.step(number) for number in trace.kept], trainable, origins)
    origins.update({new: origins.get(old, ()) for new, old in turns.joined.items()})
    numbers = {n: v for n, v in first.feeds.items() if np.ndim(v) == 0 and n not in examples}
    before = _before(trace, first)
    needed = tuple(name for name in trainable if name in before)  # others no step reads
    names = _names(first, _parameters(needed, turns.stages), turns.stages, numbers)
    given = [fed_shapes.batched(one, examples) for one in given]
    moving = changing.changing(turns.stages or list(first.targets), numbers, given, origins)
    moving |= {**turns.fed_anew, **estimators.unseen(turns.stages, origins)}
    return Recorded(before, given, names, origins, turns.doubts, moving, turns.is_open)


@contextlib.contextmanager
def _placed(origins: Mapping[str, Sequence[tuple[str, int]]]) -> Iterator[None]:
    """Names the script's line of an operation that may not be there."""
    try:
        yield
    except ForeignGraphError as error:
        named = re.search(r"operation '([^']+)'", str(error))
        lines = origins.get(named[1], ()) if named else ()
        if not lines:
            raise
        file, line = lines[-1]
        raise ForeignGraphError(f"{Path(file).name}, line {line}: {error}") from error


def _steps(trace: Trace, first: KeptStep) -> list[KeptStep]:
    """The steps of the same graph that ran the same operations."""
    steps = [first, *(trace.step(number) for number in trace.kept[1:])]
    return [s for s in steps if s.graph == first.graph and s.targets == first.targets]


def _before(trace: Trace, first: KeptStep) -> Arrays:
    """The variables before the first step, and others before the first that has them."""
    before: Arrays = {}
    for step in map(trace.step, trace.kept):
        if step.graph == first.graph:
            before = {**step.before, **before}
    return before


def _in_turn(trace: Trace, first: KeptStep, step: KeptStep) -> Arrays:
    """What a step is given, and what those of other operations are that follow it."""
    given = step.given
    for number in trace.kept[trace.kept.index(step.number) + 1 :]:
        other = trace.step(number)
        if other.graph != first.graph or other.targets == first.targets:
            break
        given = {**other.given, **given}
    return given


def _parameters(trainable: tuple[str, ...], stages: list[str]) -> list[str]:
    """The trainable variables, and those of what they are trained by that no step assigns."""
    paths = Paths(tf.get_default_graph())
    trains = [paths.graph.get_operation_by_name(name) for name in stages]
    given = [op.inputs[1:] for op in closure(trains) if "Apply" in op.type and is_assigning(op)]
    needed = paths.before(tensor.op for tensors in given for tensor in tensors)
    fixed = fixed_ones(paths, trains, trainable, {f"{name}/Assign" for name in needed})
    floats = [v for v in trainable if _is_float(paths.graph.get_operation_by_name(v))]
    return [*floats, *(name for name in fixed if name in needed)]


def _is_float(variable: tf.Operation) -> bool:
    """Whether a variable can be trained: a counter, which TensorFlow lists as well, cannot."""
    return bool(tf.as_dtype(variable.get_attr("dtype")).is_floating)


def _names(
    first: KeptStep, parameters: list[str], stages: list[str], numbers: Arrays
) -> dict[str, Any]:
    names: dict[str, Any] = {"parameters": {name: name for name in parameters}}
    if stages:
        names["train"] = stages if len(stages) > 1 else stages[0]
    elif len(first.targets) == 1:
        names["train"] = first.targets[0]
    feeds = {name: _pair(value) for name, value in numbers.items()}
    return {**names, "feeds": feeds} if feeds else names


def _pair(value: Array) -> tuple[Any, Any]:
    """What a number was fed in training; what it is fed otherwise is decided in the graph."""
    return value.item(), None
