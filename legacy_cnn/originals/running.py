"""Runs the graph of a recorded step in a session of today's TensorFlow."""

import contextlib
from collections.abc import Iterator
from typing import Any, NamedTuple

import tensorflow.compat.v1 as tf
from numpy.typing import NDArray

from legacy_cnn.errors import ForeignGraphError, TraceError, first_line
from legacy_cnn.originals.stepgraph import StepGraph
from legacy_cnn.originals.trace import Arrays
from legacy_cnn.programs.session import GraphSession

#: Seconds that a run may take: a graph from outside may have a loop that never ends.
PATIENCE = 120.0


class Outcome(NamedTuple):
    """What a step yields."""

    tensors: Arrays
    after: Arrays

    def value(self, name: str) -> NDArray[Any] | None:
        """The value of a tensor, `x:0`, or of a variable, `x`."""
        return (self.tensors if ":" in name else self.after).get(name)

    def names(self) -> list[str]:
        return [*self.tensors, *self.after]


@contextlib.contextmanager
def session_of(step: StepGraph) -> Iterator[GraphSession]:
    graph = tf.Graph()
    try:
        with graph.as_default():
            tf.graph_util.import_graph_def(step.definition, name="")
        session = GraphSession(graph, timeout=PATIENCE)
    except Exception as error:  # whatever a graph that does not fit itself makes TensorFlow raise
        raise TraceError(f"The graph cannot be loaded: {first_line(error)}") from error
    with session:
        yield session


def run(
    session: GraphSession, recorded: Outcome, targets: list[str], before: Arrays, fed: Arrays
) -> Outcome:
    try:
        session.load(before)
        fetches = [session.tensor(name) for name in recorded.tensors]
        operations = [session.operation(name) for name in targets]
        values, _ = session.run([fetches, operations], fed)
        state = session.state()
    except (tf.errors.DeadlineExceededError, ForeignGraphError) as error:
        raise TraceError(f"The step did not end within {PATIENCE:g} seconds.") from error
    except (tf.errors.OpError, ValueError, TypeError, LookupError, RuntimeError) as error:
        raise TraceError(f"The step cannot be run: {first_line(error)}") from error
    after = {name: state[name] for name in recorded.after if name in state}
    return Outcome(dict(zip(recorded.tensors, values, strict=True)), after)
