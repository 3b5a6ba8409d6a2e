"""Opens a reference: the tutorial's graph, or another TensorFlow 1 graph."""

import dataclasses
import tempfile
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow.compat.v1 as tf
from numpy.typing import NDArray

from legacy_cnn import randomness, tutorial, vocabulary
from legacy_cnn.errors import ParityError
from legacy_cnn.outside.graphfiles import is_graph_file
from legacy_cnn.outside.opening import TEXT, check_file
from legacy_cnn.parity import (
    branches,
    foreign_graphs,
    loop_gates,
    loop_noise,
    modes,
    recorded,
    scripts,
    sources,
)
from legacy_cnn.parity.finding.finder import complete
from legacy_cnn.parity.named import call_named
from legacy_cnn.parity.names import GraphNames
from legacy_cnn.parity.recorded import Recorded
from legacy_cnn.parity.sides.graph_side import GraphSide
from legacy_cnn.parity.updates import closure
from legacy_cnn.programs import permitted

#: Restores the variables of a graph in a session.
Restore = Callable[[tf.Session], object]


@dataclasses.dataclass
class _Built:
    """A graph, and what came with it."""

    name: str
    names: Any = None  #: what a function returned
    restore: Restore | None = None
    recorded: Recorded | None = None
    is_frozen: bool = False  #: whether nothing says how its weights began
    graph: tf.Graph | None = None  #: that it is in, if that is not the current one
    is_file: bool = False  #: whether it is a graph from a file, whose loops may have no end


def open_reference(
    reference: Any,
    names: dict[str, Any],
    keep_prob: float,
    threads: int,
    feeds: Mapping[str, Any] | None = None,
    conditions: scripts.Conditions = scripts.UNSEEDED,
) -> AbstractContextManager[GraphSide]:
    """Opens a graph in a session; the result is a context manager.

    Args:
      reference: None for the tutorial's graph; a function that builds its operations in the
        current graph, or `module:function`; a MetaGraph `X.meta`, or a GraphDef `X.pb` or
        `X.pbtxt`, with its checkpoint `X` if it has variables; the folder of a TensorFlow 1
        SavedModel; a script `X.py`, old or for tf.compat.v1, which is run for a few training
        steps, with its arguments if it needs some, "X.py --rate 0.1"; or a trace `X.npz` that
        `legacy-cnn recorder` has written. A function may return a dict of names, or of tensors and
        operations. A `GraphSide` is used as it is and stays open: so several comparisons build one
        graph.
      names: fields of `GraphNames`; what is not given is found.
      keep_prob: keep probability in training.
      threads: number of threads of the session.
      feeds: what placeholders are fed beside those in the names: in training, and otherwise.
      conditions: how a script is run.

    Raises:
      ParityError: the graph cannot be built or read, has nothing of one of the names, or
        something that a comparison needs cannot be found in it.
      ForeignGraphError: a graph from a file has an operation that it may not have.
      TraceError: the trace is damaged.
      FileNotFoundError: there is no such file.
    """
    if isinstance(reference, GraphSide):
        return nullcontext(reference)
    graph = tf.Graph()
    with graph.as_default():
        built = _build(reference, conditions, names)
    graph = built.graph or graph
    graph, again = branches.opened(graph, lambda: _build(reference, conditions, names))
    if again is not None:
        built = again
    returned = built.names if isinstance(built.names, dict) else {}
    traced = built.recorded.names if built.recorded else {}
    given = {**traced, **returned, **names}
    said = {**_feeds(traced), **_feeds(returned), **_feeds(names), **(feeds or {})}
    graph, renamed = sources.fed(graph)
    graph = loop_noise.hoisted(loop_gates.reachable(graph))
    if renamed:
        given, said = (sources.in_new_names(one, renamed) for one in (given, said))
    is_tutorial = not given and (reference is None or _is_tutorial(graph))

    def opened(graph: tf.Graph, feeds: dict[Any, Any]) -> GraphSide:
        if is_tutorial:
            checked = dataclasses.replace(GraphNames.of_tutorial(), feeds=feeds)
        else:
            checked = complete(graph, {**given, "feeds": feeds}, built.name, keep_prob)
        limits = permitted.limits() if built.is_file else permitted.NO_LIMITS
        side = GraphSide(built.name, graph, checked, keep_prob, threads, built.restore, limits)
        side.recorded = built.recorded
        return side

    side = opened(graph, said)
    moded = modes.moded(side)
    if moded is not side.graph:
        side.close()
        side = opened(moded, {**said, f"{modes.MODE}:0": (True, False)})
    if built.recorded is None or side.goes_on():
        side.begin_training_anew()
    if built.is_frozen:
        reason = f"{built.name} is frozen: nothing says how its weights began"
        side.missing = {**side.missing, "initial": reason}
    _check_randomness(side)
    return side


def _check_randomness(reference: GraphSide) -> None:
    """Refuses random numbers inside branches and loops: both programs could not be given the same.

    Raises:
      ParityError: there are some.
    """
    if reference.loss is None:
        return
    needed = {op.name for op in closure([reference.loss.op])}
    for op in branches.hidden(reference.graph):
        if op.name in needed:
            reference.close()
            raise ParityError(
                f"{reference.name} draws random numbers inside {op.name}, a branch or a loop, "
                f"where they cannot be fed. Draw them outside of it, or choose by tf.where."
            )


def _feeds(names: Mapping[str, Any]) -> dict[Any, Any]:
    feeds = names.get("feeds")
    return feeds if isinstance(feeds, dict) else {}


def _build(reference: Any, conditions: scripts.Conditions, names: Mapping[str, Any]) -> _Built:
    """Builds or imports the reference in the current graph."""
    name = str(reference)
    if reference is None:
        tutorial.build_graph()
        return _Built("legacy_cnn.tutorial")
    if callable(reference):
        return _Built(getattr(reference, "__name__", name), reference())
    command = scripts.command_of(name)
    if command is not None:
        return _recorded(command, conditions)
    path = Path(name)
    if path.suffix == ".npz":
        return dataclasses.replace(_traced(name, path), is_file=True)
    if is_graph_file(path):
        stored = foreign_graphs.imported(path, _operations(names))
        return _Built(name, restore=stored.restore, is_frozen=stored.is_frozen, is_file=True)
    kinds = "an X.py, X.meta, X.pb, X.pbtxt or X.npz file, the folder of a TensorFlow 1 SavedModel"
    return _Built(name, call_named(name, "reference", kinds))


def _recorded(command: scripts.Command, conditions: scripts.Conditions) -> _Built:
    """Runs a script, and imports what was recorded: of more steps where few do not show enough."""
    name = str(command.script)
    check_file(command.script, TEXT, ParityError, "a Python file")
    with tempfile.TemporaryDirectory() as folder:
        trace = Path(folder) / "trace.npz"
        scripts.record(command, trace, conditions)
        built = _traced(name, trace)
        if built.recorded is None or not built.recorded.is_open:
            return built
        try:
            scripts.record(command, trace, conditions, scripts.MORE_STEPS)
        except ParityError:  # it takes too long
            return built
        with tf.Graph().as_default() as graph:
            return dataclasses.replace(_traced(name, trace), graph=graph)


def _operations(names: Any) -> list[str]:
    """The operations whose tensors names are."""
    if isinstance(names, dict):
        return [each for one in names.values() for each in _operations(one)]
    if isinstance(names, list | tuple):
        return [each for one in names for each in _operations(one)]
    return [names.partition(":")[0]] if isinstance(names, str) else []


def _traced(name: str, path: Path) -> _Built:
    trace = recorded.imported(path)
    return _Built(name, restore=lambda session: _set(session, trace), recorded=trace)


def _set(session: tf.Session, trace: Recorded) -> None:
    there = {op.name for op in session.graph.get_operations()}
    foreign_graphs.assign(session, {n: v for n, v in trace.weights.items() if n in there})


def _is_tutorial(graph: tf.Graph) -> bool:
    """Whether a graph has everything that the tutorial's has, under the same names."""
    names = GraphNames.of_tutorial()
    tensors = [names.images, names.labels, names.keep_prob, names.noise, names.loss, names.train]
    tensors += [*names.layers.values(), *names.parameters.values()]
    there = {op.name: op for op in graph.get_operations()}
    if not all(str(name).partition(":")[0] in there for name in tensors):
        return False
    return all(
        tf.TensorShape(there[one.variable].get_attr("shape")) == one.shape
        for one in vocabulary.PARAMETERS.values()
        if "shape" in there[one.variable].node_def.attr
    )


def drawn(shapes: Mapping[str, tuple[int, ...]], seed: int) -> dict[str, NDArray[np.float32]]:
    """Draws initial weights.

    Args:
      shapes: dict from each parameter to its shape.
      seed: the seed.

    Returns:
      Float32 arrays: for the tutorial's parameters those of a run with this seed, N(0, 1); for
      others N(0, 0.1**2).
    """
    if shapes == {name: one.shape for name, one in vocabulary.PARAMETERS.items()}:
        return randomness.initial_weights(seed)
    generator = np.random.default_rng([seed, 0, 0])
    return {
        name: np.float32(0.1) * generator.standard_normal(shape, np.float32)
        for name, shape in shapes.items()
    }
