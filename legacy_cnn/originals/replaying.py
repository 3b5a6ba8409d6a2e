"""Replays a trace: each recorded step once more, on today's TensorFlow, from its own state."""

import contextlib
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
import tensorflow.compat.v1 as tf

from legacy_cnn.errors import ForeignGraphError, TraceError, first_line
from legacy_cnn.originals import differing, stepgraph
from legacy_cnn.originals.differing import Compared
from legacy_cnn.originals.trace import Arrays, KeptStep, Trace
from legacy_cnn.programs.session import GraphSession
from legacy_cnn.results.replay import Race, Replay, ReplayedStep, ReplayedTensor, Role

#: How often a step is run with its inputs nudged, to measure its noise.
NUDGED = 8


class Outcome(NamedTuple):
    """What a step yields."""

    tensors: Arrays
    after: Arrays

    def value(self, name: str) -> np.ndarray | None:
        """The value of a tensor, `x:0`, or of a variable, `x`."""
        return (self.tensors if ":" in name else self.after).get(name)

    def names(self) -> list[str]:
        return [*self.tensors, *self.after]


def replay(trace: Trace) -> Replay:
    """Replays the recorded steps in a session of today's TensorFlow.

    Each step starts from its own recorded variables and is fed all that was fed, drawn and
    delivered when it was recorded. The graph is checked before it is loaded, and only what a step
    needs of it is.

    Args:
      trace: what `read_trace` returned.

    Returns:
      How far each fetched value, each variable after the step and each other recorded tensor lies
      from the recording. A step that cannot be replayed has a sentence instead.

    Raises:
      TraceError: the trace is damaged.
    """
    return Replay(
        trace=str(trace.path),
        argv=trace.environment.argv,
        recorded_on=trace.environment.tensorflow,
        python=trace.environment.python,
        replayed_on=tf.__version__,
        recorded_steps=trace.steps,
        steps=tuple(_steps(trace)),
        notes=trace.notes,
    )


def _steps(trace: Trace) -> Iterator[ReplayedStep]:
    graphs: dict[int, tf.GraphDef] = {}
    for number in trace.kept:
        step = trace.step(number)
        if step.graph not in graphs:
            graphs = {step.graph: stepgraph.parse(trace.graph(step.graph))}
        try:
            missing = trace.unrecorded(number)
            if missing:
                raise TraceError(f"{missing[0]} is of a type that could not be recorded.")
            yield _replayed(step, graphs[step.graph])
        except (ForeignGraphError, TraceError) as error:
            yield ReplayedStep(number, (), failure=str(error))


def _replayed(step: KeptStep, definition: tf.GraphDef) -> ReplayedStep:
    graph, compared = _compared(definition, step, step.given)
    resolved: dict[str, Compared] = {}
    found: list[Race] = []
    if not all(each.is_same for each in compared.values()):
        for operation, variables in graph.races.items():
            outputs = [name for name in compared if name.partition(":")[0] == operation]
            if any(":" in name and not compared[name].is_same for name in outputs):
                late = _read_after(definition, step, outputs, variables)
                resolved.update(late)
                chance = all(each.is_same for each in late.values())
                found.append(Race(operation, tuple(sorted(variables)), chance))
    if resolved:
        # What comes after them is computed from what they really yielded.
        recorded = {name: _recorded(step)[name] for name in resolved}
        _, compared = _compared(definition, step, {**step.given, **recorded})
    tensors = tuple(_in_order({**compared, **resolved}, step, graph.order))
    left_out = len(_tainted(graph, [*_recorded(step), *step.after]))
    return ReplayedStep(step.number, tensors, tuple(found), left_out)


def _tainted(graph: stepgraph.StepGraph, names: Iterable[str]) -> set[str]:
    """The names of those values that depend on noise that was not recorded."""
    return {name for name in names if name.partition(":")[0] in graph.tainted}


def _recorded(step: KeptStep) -> Arrays:
    """The recorded tensors that a replay can compute: no strings, and nothing that is chance."""
    return {
        name: value
        for name, value in {**step.tensors, **step.fetched}.items()
        if name not in step.shared and value.dtype != object
    }


def _compared(
    definition: tf.GraphDef, step: KeptStep, given: Arrays
) -> tuple[stepgraph.StepGraph, dict[str, Compared]]:
    """Runs the step and compares all that it yields with the recording."""
    expected = {name: value for name, value in _recorded(step).items() if name not in given}
    graph = stepgraph.cut(definition, expected, step.targets, given)
    with _session(graph) as session:
        before = {name: step.before[name] for name in step.before if name in session.variables}
        after = {name: step.after[name] for name in before}
        tainted = _tainted(graph, [*expected, *after])
        recorded = Outcome(_without(expected, tainted), _without(after, tainted))
        fed = {placeholder: given[name] for name, placeholder in graph.placeholders.items()}
        return graph, _held_against(session, recorded, step.targets, before, fed)


def _without(arrays: Arrays, names: set[str]) -> Arrays:
    return {name: value for name, value in arrays.items() if name not in names}


def _read_after(
    definition: tf.GraphDef, step: KeptStep, outputs: list[str], variables: Iterable[str]
) -> dict[str, Compared]:
    """Compares what an operation yields from the recorded inputs and the updated variables."""
    expected = {name: _recorded(step)[name] for name in outputs}
    given = {**_recorded(step), **step.given}
    given = {name: value for name, value in given.items() if name not in expected}
    graph = stepgraph.cut(definition, expected, (), given)
    with _session(graph) as session:
        before = {name: step.before[name] for name in step.before if name in session.variables}
        before.update({name: step.after[name] for name in variables if name in before})
        fed = {placeholder: given[name] for name, placeholder in graph.placeholders.items()}
        return _held_against(session, Outcome(expected, {}), (), before, fed)


def _held_against(
    session: GraphSession,
    recorded: Outcome,
    targets: Iterable[str],
    before: Arrays,
    fed: Arrays,
) -> dict[str, Compared]:
    """Compares a run with the recording, and, where they are not close, with the run's noise."""

    def run(before: Arrays, fed: Arrays) -> Outcome:
        return _run(session, [*recorded.tensors], [*targets], before, fed)

    here = run(before, fed)
    compared = {
        name: differing.compare(here.value(name), recorded.value(name), before.get(name))
        for name in recorded.names()
    }
    open_names = [name for name, each in compared.items() if not each.is_close]
    if open_names:
        noise = differing.Noise(here, [name for name in open_names if compared[name].is_comparable])
        generator = np.random.default_rng(0)
        for _ in range(NUDGED):
            nudged = (differing.nudged(arrays, generator) for arrays in (before, fed))
            noise.add(run(*nudged))
        for name in noise.names:
            ratio = noise.ratio(name, recorded.value(name))
            compared[name] = compared[name]._replace(ratio=ratio)
    return compared


@contextlib.contextmanager
def _session(step: stepgraph.StepGraph) -> Iterator[GraphSession]:
    graph = tf.Graph()
    try:
        with graph.as_default():
            tf.graph_util.import_graph_def(step.definition, name="")
    except Exception as error:  # whatever a graph that does not fit itself makes TensorFlow raise
        raise TraceError(f"The graph cannot be loaded: {first_line(error)}") from error
    with GraphSession(graph) as session:
        yield session


def _run(
    session: GraphSession, tensors: list[str], targets: list[str], before: Arrays, fed: Arrays
) -> Outcome:
    try:
        session.load(before)
        fetches = [session.tensor(name) for name in tensors]
        operations = [session.operation(name) for name in targets]
        values, _ = session.run([fetches, operations], fed)
        return Outcome(dict(zip(tensors, values, strict=True)), session.state())
    except (tf.errors.OpError, ValueError, TypeError, LookupError) as error:
        raise TraceError(f"The step cannot be run: {first_line(error)}") from error


def _in_order(
    compared: dict[str, Compared], step: KeptStep, order: dict[str, int]
) -> Iterator[ReplayedTensor]:
    for name in sorted(compared, key=lambda name: (order[name.partition(":")[0]], name)):
        each = compared[name]
        role: Role = "tensor"
        if ":" not in name or name in step.fetched:
            role = "fetched" if ":" in name else "variable"
        yield ReplayedTensor(
            name, role, each.difference, each.ratio, each.is_identical, each.is_same
        )
