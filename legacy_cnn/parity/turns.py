"""What the recorded runs of a script show of its step, and what no comparison of it takes."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import tensorflow.compat.v1 as tf

from legacy_cnn.originals.trace import KeptStep
from legacy_cnn.parity.arrays import Array
from legacy_cnn.parity.statements import Places, assigned_at, shown
from legacy_cnn.parity.updates import closure, is_assigning, updates_of
from legacy_cnn.programs.variables import is_variable


class Turns(NamedTuple):
    """How a script takes its steps."""

    #: Operations of a step, one run after another; empty where the graph has to tell.
    stages: list[str]
    #: Sentences about what changes weights and is no part of such a step.
    doubts: list[str]
    #: Whether more steps might show more of how they repeat.
    is_open: bool = False
    #: Placeholder -> a sentence: it is fed other values in a later run of a step.
    fed_anew: Mapping[str, str] = MappingProxyType({})
    #: Stages that were made here: with the averages that the script moves in the same run -> the
    #: script's own operation.
    joined: Mapping[str, str] = MappingProxyType({})


def turns_of(steps: Sequence[KeptStep], trainable: Sequence[str], places: Places) -> Turns:
    """Reads the recorded steps of a graph, the current one.

    Args:
      steps: in the order in which they were taken.
      trainable: the names of the variables that are trained.
      places: of the operations.
    """
    graph, weights = tf.get_default_graph(), set(trainable)
    stages, doubts, is_open = _taken_in_turns(steps, graph, weights, places)
    joined = {name: _with_averages(name, steps, graph, weights) for name in stages}
    made = {new: old for old, new in joined.items() if new != old}
    runs = steps[: len(stages)]
    is_turn = not is_open and len(steps) > len(stages) > 1
    anew = dict(_fed_anew(runs, places)) if is_turn else {}
    return Turns([joined[name] for name in stages], doubts, is_open, anew, made)


def _with_averages(name: str, steps: Sequence[KeptStep], graph: tf.Graph, weights: set[str]) -> str:
    """An operation with the averages that each run of it moves, too: a group of all of them.

    A script may fetch `UPDATE_OPS` beside its training operation. What else it may change, a count
    or a metric, the training operation does not read.
    """
    train = graph.get_operation_by_name(name)
    read = {op.name for op in closure([train]) if is_variable(op)} - weights
    own = _assigning(graph, name)
    runs = [set(_fetched(step, graph)) for step in steps]
    always = set.intersection(*[run for run in runs if name in run] or [set()])
    beside = [
        graph.get_operation_by_name(other)
        for other in sorted(always)
        if _assigning(graph, other) - own
        and read & set(updates_of(graph.get_operation_by_name(other)))
    ]
    if not beside:
        return name
    with tf.control_dependencies(None):
        return str(tf.group(train, *beside, name=f"{name}_and_averages").name)


def _taken_in_turns(
    steps: Sequence[KeptStep], graph: tf.Graph, weights: set[str], places: Places
) -> tuple[list[str], list[str], bool]:
    """The operations of a step, sentences, and whether more steps might show more."""
    doubts = [*_between(steps, weights), *_new_operations(steps, graph)]
    runs = [_roots(step, graph, weights) for step in steps]
    turn = _turn(runs)
    kinds = turn or list(dict.fromkeys(runs))
    stages = [name for kind in kinds for name in kind]
    written = {name: _written(graph, name, weights) for name in stages}
    never = list(_never_run(graph, written, weights, places))
    is_open = turn is None or bool(never)
    if len(stages) < 2:
        return stages, [*doubts, *never], is_open
    shared = _shared(written)
    if any(len(kind) > 1 for kind in kinds):
        doubts += [_at_once(written, shared, places)] if shared else []
        stages = _main(stages, written) if shared else []
    elif turn is None:
        stages = list(written)
        doubts.append(_uneven(stages, places))
        stages = _main(stages, written) if shared else stages
    return stages, [*doubts, *never], is_open


def _roots(step: KeptStep, graph: tf.Graph, weights: set[str]) -> tuple[str, ...]:
    """The operations of a run that change weights, without those that others run anyway."""
    names = _fetched(step, graph)
    roots = [name for name in names if _written(graph, name, weights)]
    runs = {name: _assigning(graph, name) for name in roots}
    return tuple(
        name
        for at, name in enumerate(roots)
        if not any(
            runs[name] < runs[other] or (runs[name] == runs[other] and place < at)
            for place, other in enumerate(roots)
        )
    )


def _fetched(step: KeptStep, graph: tf.Graph) -> list[str]:
    """The operations that a run was asked for."""
    fetched = [name.partition(":")[0] for name in step.fetched]
    return [name for name in dict.fromkeys([*step.targets, *fetched]) if _has(graph, name)]


def _has(graph: tf.Graph, name: str) -> bool:
    try:
        graph.get_operation_by_name(name)
    except KeyError:
        return False
    return True


def _assigning(graph: tf.Graph, name: str) -> set[str]:
    """The operations by which one changes variables."""
    return {op.name for op in closure([graph.get_operation_by_name(name)]) if is_assigning(op)}


def _written(graph: tf.Graph, name: str, weights: set[str]) -> set[str]:
    return weights & set(updates_of(graph.get_operation_by_name(name)))


def _shared(written: Mapping[str, set[str]]) -> set[str]:
    """The weights that several operations change."""
    names = [name for own in written.values() for name in own]
    return {name for name in names if names.count(name) > 1}


def _main(stages: list[str], written: Mapping[str, set[str]]) -> list[str]:
    """The one operation that changes most weights."""
    return [max(stages, key=lambda name: len(written[name]))]


def _turn(runs: list[tuple[str, ...]]) -> list[tuple[str, ...]] | None:
    """The shortest turn of which some runs are repetitions; None if they do not repeat."""
    for size in range(1, len(runs)):
        if all(run == runs[at % size] for at, run in enumerate(runs)):
            return runs[:size]
    return runs if len(set(runs)) == len(runs) else None


def _between(steps: Sequence[KeptStep], weights: set[str]) -> Iterator[str]:
    for before, after in itertools.pairwise(steps):
        if after.number != before.number + 1 or after.session != before.session:
            continue
        for name in sorted(weights & set(before.after) & set(after.before)):
            if not np.array_equal(before.after[name], after.before[name], equal_nan=True):
                yield (
                    f"the script changes {name} between its steps {before.number} and "
                    f"{after.number}, by no operation that takes a step"
                )
                return


def _new_operations(steps: Sequence[KeptStep], graph: tf.Graph) -> Iterator[str]:
    for step in (one for one in steps if one.graph != steps[0].graph):
        names = [*step.targets, *(name.partition(":")[0] for name in step.fetched)]
        new = [name for name in names if not _has(graph, name)]
        if new and step.after:
            yield (
                f"the script changes weights by {new[0]}, which it adds to its graph between "
                f"its steps"
            )
            return


def _fed_anew(runs: Sequence[KeptStep], places: Places) -> Iterator[tuple[str, str]]:
    """What is fed other values in a later run of a step, as noise for each of two networks."""
    first: dict[str, Array] = {}
    for run in runs:
        for tensor, value in run.feeds.items():
            if not np.array_equal(first.setdefault(tensor, value), value):
                name = tensor.partition(":")[0]
                called = next(filter(None, map(assigned_at, places.get(name, ())[::-1])), name)
                yield (
                    name,
                    f"{_line(places, name)}the script feeds {called} anew in each run of a step; a "
                    f"comparison feeds what the first run is fed",
                )


def _line(places: Places, name: str) -> str:
    own = places.get(name, ())
    return f"{shown(own[-1])}: " if own else ""


def _at_once(written: Mapping[str, set[str]], shared: set[str], places: Places) -> str:
    own = [name for name, weights in written.items() if min(shared) in weights]
    return (
        f"{_line(places, own[-1])}the script runs {' and '.join(own)} at once, and each changes "
        f"{min(shared)}: which of them comes first is a matter of chance"
    )


def _uneven(stages: list[str], places: Places) -> str:
    listed = " and ".join(stages)
    return f"{_line(places, stages[-1])}the script does not run {listed} in turns"


def _never_run(
    graph: tf.Graph, written: Mapping[str, set[str]], weights: set[str], places: Places
) -> Iterator[str]:
    """Optimizers of weights that the recorded steps do not update."""
    seen = set().union(*written.values()) if written else set()
    for op in graph.get_operations():
        if not is_assigning(op) or "Apply" not in op.type:
            continue
        own = weights & set(updates_of(op)) - seen
        if own:
            yield (
                f"{_line(places, op.name)}the first steps of the script do not run {op.name}, "
                f"which updates {min(own)}"
            )
            return
