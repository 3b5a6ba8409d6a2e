"""From what the user names, the tutorial or another TensorFlow 1 graph, to a reference."""

from pathlib import Path

import numpy as np
import tensorflow.compat.v1 as tf

from legacy_cnn import tutorial, vocabulary
from legacy_cnn.errors import ParityError, first_line
from legacy_cnn.parity.candidates.opening import call_named
from legacy_cnn.parity.namedgraph import NamedGraph
from legacy_cnn.parity.names import GraphNames
from legacy_cnn.training import randomness


def open_reference(given, names, threads):
    """The `NamedGraph` for what the user gave; a context manager.

    Args:
      given: None for the tutorial; or a function that builds a graph in the current graph, or
        `module:function` of one; or a MetaGraph, `X.meta`, with its checkpoint `X`; or a
        GraphDef, `X.pb`, with a checkpoint `X` if it has variables. What a function returns,
        if it is a dict, are names.
      names: dict of `GraphNames`; empty for the tutorial's.
      threads: of the session.

    Raises:
      ParityError: it cannot be built or read, or lacks what the names say.
    """
    graph, restore = tf.Graph(), None
    with graph.as_default():
        if given is None:
            tutorial.build_graph()
            name = "legacy_cnn.tutorial"
        elif callable(given):
            names, name = {**(given() or {}), **names}, getattr(given, "__name__", str(given))
        elif str(given).endswith(".meta"):
            restore, name = _import_meta_graph(Path(given)), str(given)
        elif str(given).endswith(".pb"):
            restore, name = _import_graph_def(Path(given)), str(given)
        else:
            made = call_named(str(given), "reference")
            names, name = {**(made if isinstance(made, dict) else {}), **names}, str(given)
    chosen = (
        GraphNames.checked(names, f"The names of {name}") if names else GraphNames.of_tutorial()
    )
    return NamedGraph(name, graph, chosen, threads, restore)


def drawn(shapes, seed):
    """Weights for parameters of `shapes`: the run's own for the tutorial's, else N(0, 0.1**2)."""
    if shapes == {name: each.shape for name, each in vocabulary.PARAMETERS.items()}:
        return randomness.initial_weights(seed)
    generator = np.random.default_rng([seed, 0, 0])
    return {
        name: np.float32(0.1) * generator.standard_normal(shape, np.float32)
        for name, shape in shapes.items()
    }


def _import_meta_graph(path):
    try:
        saver = tf.train.import_meta_graph(str(path), clear_devices=True)
    except Exception as error:  # whatever a damaged file makes TensorFlow raise
        raise _unreadable(path, error) from error
    prefix = str(path.with_suffix(""))
    if saver is None:
        return None
    return lambda session: _restored(session, path, lambda: saver.restore(session, prefix))


def _import_graph_def(path):
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


def _assign_all(session, prefix):
    """Reads every variable of the graph from a checkpoint, under its operation's name."""
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


def _restored(session, path, restore):
    try:
        with session.graph.as_default():  # outside of its graph a Saver turns eager
            restore()
    except Exception as error:  # TensorFlow's readers raise errors of many kinds
        raise ParityError(
            f"The checkpoint beside {path} cannot be restored: {first_line(error)}"
        ) from error


def _unreadable(path, error):
    if not path.exists():
        return FileNotFoundError(2, "No such file or directory", str(path))
    return ParityError(f"{path} cannot be read as a graph: {first_line(error)}")
