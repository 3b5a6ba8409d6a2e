"""Opens a reference: the tutorial's graph, or another TensorFlow 1 graph."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow.compat.v1 as tf
from numpy.typing import NDArray

from legacy_cnn import randomness, tutorial, vocabulary
from legacy_cnn.errors import ParityError, first_line
from legacy_cnn.parity.candidates.opening import call_named
from legacy_cnn.parity.namedgraph import NamedGraph
from legacy_cnn.parity.names import GraphNames

#: Restores the variables of a graph in a session.
Restore = Callable[[tf.Session], object]


def open_reference(
    reference: Any, names: dict[str, Any], threads: int
) -> AbstractContextManager[NamedGraph]:
    """Opens a graph in a session; the result is a context manager.

    Args:
      reference: None for the tutorial's graph; a function that builds its operations in the
        current graph, or `module:function`; a MetaGraph `X.meta` with its checkpoint `X`; or a
        GraphDef `X.pb`, with a checkpoint `X` if it has variables. A function may return a dict of
        names. A `NamedGraph` is used as it is and stays open: so several comparisons build one
        graph.
      names: fields of `GraphNames`; if there are none, the tutorial's names are used.
      threads: number of threads of the session.

    Raises:
      ParityError: the graph cannot be built or read, or has nothing of one of the names.
      FileNotFoundError: there is no such file.
    """
    if isinstance(reference, NamedGraph):
        return nullcontext(reference)
    graph, restore = tf.Graph(), None
    returned: Any = None
    name = str(reference)
    with graph.as_default():
        if reference is None:
            tutorial.build_graph()
            name = "legacy_cnn.tutorial"
        elif callable(reference):
            returned, name = reference(), getattr(reference, "__name__", name)
        elif name.endswith(".meta"):
            restore = _import_meta_graph(Path(reference))
        elif name.endswith(".pb"):
            restore = _import_graph_def(Path(reference))
        else:
            returned = call_named(name, "reference", "an X.meta or X.pb file")
    names = {**(returned if isinstance(returned, dict) else {}), **names}
    checked = (
        GraphNames.checked(names, f"The names of {name}") if names else GraphNames.of_tutorial()
    )
    return NamedGraph(name, graph, checked, threads, restore)


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


def _import_meta_graph(path: Path) -> Restore | None:
    try:
        saver = tf.train.import_meta_graph(str(path), clear_devices=True)
    except Exception as error:  # whatever a damaged file makes TensorFlow raise
        raise _unreadable(path, error) from error
    prefix = str(path.with_suffix(""))
    if saver is None:
        return None
    return lambda session: _restored(session, path, lambda: saver.restore(session, prefix))


def _import_graph_def(path: Path) -> Restore:
    definition = tf.GraphDef()
    try:
        definition.ParseFromString(path.read_bytes())
        tf.import_graph_def(definition, name="")
    except OSError:
        raise
    except Exception as error:  # whatever a damaged file makes TensorFlow raise
        raise _unreadable(path, error) from error
    return lambda session: _restored(
        session, path, lambda: _assign_all(session, path.with_suffix(""))
    )


def _assign_all(session: tf.Session, prefix: Path) -> None:
    """Reads every variable of the graph from a checkpoint, by the name of its operation."""
    variables = [
        op for op in session.graph.get_operations() if op.type in ("VarHandleOp", "VariableV2")
    ]
    if not variables:
        return
    reader = tf.train.load_checkpoint(str(prefix))
    for op in variables:
        value = reader.get_tensor(op.name)
        if op.type == "VarHandleOp":
            session.run(tf.raw_ops.AssignVariableOp(resource=op.outputs[0], value=value))
        else:
            session.run(tf.raw_ops.Assign(ref=op.outputs[0], value=value))


def _restored(session: tf.Session, path: Path, restore: Callable[[], object]) -> None:
    try:
        with session.graph.as_default():  # outside of its graph, a Saver runs eagerly
            restore()
    except Exception as error:  # TensorFlow's readers raise errors of many kinds
        raise ParityError(
            f"The checkpoint next to {path} cannot be restored: {first_line(error)}"
        ) from error


def _unreadable(path: Path, error: Exception) -> Exception:
    if not path.exists():
        return FileNotFoundError(2, "No such file or directory", str(path))
    return ParityError(f"{path} cannot be read as a graph: {first_line(error)}")
