"""Replays a trace: each recorded step once more, on today's TensorFlow, from its own state."""

import contextlib
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import tensorflow.compat.v1 as tf
from numpy.typing import NDArray

from legacy_cnn.errors import ForeignGraphError, TraceError, first_line
from legacy_cnn.originals import differing, stepgraph
from legacy_cnn.originals.differing import Compared
from legacy_cnn.originals.trace import Arrays, KeptStep, Trace
from legacy_cnn.programs.session import GraphSession
from legacy_cnn.results.replay import Replay, ReplayedStep, ReplayedTensor, Role

#: How often a step is run with its inputs nudged, to measure its noise.
NUDGED = 8


class Outcome(NamedTuple):
    """What a step yields."""

    tensors: Arrays
    after: Arrays


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
            tensors = _replayed(step, graphs[step.graph])
            yield ReplayedStep(number, tensors)
        except (ForeignGraphError, TraceError) as error:
            yield ReplayedStep(number, (), failure=str(error))


def _replayed(step: KeptStep, definition: tf.GraphDef) -> tuple[ReplayedTensor, ...]:
    expected = _expected(step)
    graph = stepgraph.cut(definition, expected, step.targets, step.given)
    with _session(graph) as session:
        before = {name: step.before[name] for name in step.before if name in session.variables}
        given = {placeholder: step.given[name] for name, placeholder in graph.placeholders.items()}
        after = {name: step.after[name] for name in before}
        recorded = Outcome(expected, after)

        def run(before: Arrays, given: Arrays) -> Outcome:
            return _run(session, step, [*expected], before, given)

        here = run(before, given)
        compared = _compare(here, recorded, before)
        if not all(each.is_close for each in compared.values()):
            generator = np.random.default_rng(0)
            runs = [
                run(differing.nudged(before, generator), differing.nudged(given, generator))
                for _ in range(NUDGED)
            ]
            _measure(compared, here, recorded, runs)
    return tuple(_in_order(compared, step, graph.order))


def _expected(step: KeptStep) -> Arrays:
    """The recorded tensors that a replay computes: no strings, and nothing that is fed."""
    computed = {**step.tensors, **step.fetched}
    return {
        name: value
        for name, value in computed.items()
        if name not in step.given and name not in step.shared and value.dtype != object
    }


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
    session: GraphSession, step: KeptStep, tensors: list[str], before: Arrays, given: Arrays
) -> Outcome:
    try:
        session.load(before)
        fetches = [session.tensor(name) for name in tensors]
        targets = [session.operation(name) for name in step.targets]
        values, _ = session.run([fetches, targets], given)
        return Outcome(dict(zip(tensors, values, strict=True)), session.state())
    except (tf.errors.OpError, ValueError, TypeError, LookupError) as error:
        raise TraceError(f"The step cannot be run: {first_line(error)}") from error


def _compare(here: Outcome, recorded: Outcome, before: Arrays) -> dict[str, Compared]:
    tensors = {
        name: differing.compare(here.tensors[name], value)
        for name, value in recorded.tensors.items()
    }
    variables = {
        name: differing.compare(here.after.get(name), value, before[name])
        for name, value in recorded.after.items()
    }
    return {**tensors, **variables}


def _measure(
    compared: dict[str, Compared], here: Outcome, recorded: Outcome, runs: list[Outcome]
) -> None:
    """Puts the measured noise into those comparisons that need it."""
    for name, each in compared.items():
        if each.is_close or not each.is_comparable:
            continue
        is_tensor = ":" in name
        pairs: list[NDArray[Any]] = [
            (one.tensors if is_tensor else one.after)[name] for one in runs
        ]
        mine = (here.tensors if is_tensor else here.after)[name]
        there = (recorded.tensors if is_tensor else recorded.after)[name]
        compared[name] = each._replace(ratio=differing.ratio(mine, there, pairs))


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
