"""Graphs from files: they are code, so they are cut down to what computes, and checked."""

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import tensorflow.compat.v1 as tf
from tensorflow.core.framework import variable_pb2
from tensorflow.core.protobuf import saver_pb2

from legacy_cnn.errors import LegacyCnnError, ParityError, first_line
from legacy_cnn.outside import graphs
from legacy_cnn.outside.checkpoints import opened_checkpoint
from legacy_cnn.parity import loops
from legacy_cnn.parity.leaving_out import cut, following, operation_of
from legacy_cnn.parity.thawing import thaw
from legacy_cnn.programs import permitted
from legacy_cnn.programs.variables import TYPES


class Stored(NamedTuple):
    """The values of a graph's variables."""

    #: Assigns them in a session; raises a ParityError if a checkpoint cannot be read, or lacks one.
    restore: Callable[[tf.Session], None]
    is_frozen: bool  #: whether the graph has them itself, and nothing says how they began


#: Operations that graphs often have and no comparison runs: they write or read files.
_SAVING = ("SaveV2", "RestoreV2", "Save", "SaveSlices", "Restore", "RestoreSlice",
           "ShardedFilename", "StaticRegexFullMatch", "StringJoin", "MergeV2Checkpoints",
           "ScalarSummary", "HistogramSummary",
           "ImageSummary", "AudioSummary", "AudioSummaryV2", "MergeSummary", "TensorSummary",
           "TensorSummaryV2")  # fmt: skip
#: Collections that a comparison uses.
_COLLECTIONS = ("variables", "local_variables", "trainable_variables", "train_op", "losses",
                "table_initializer", "cond_context", "while_context")  # fmt: skip
#: A Saver that nobody uses.
_NO_SAVER = saver_pb2.SaverDef(save_tensor_name="none:0", restore_op_name="none")


def imported(
    path: Path, asked: Collection[str] = (), meta: tf.MetaGraphDef | None = None
) -> Stored:
    """Imports the graph in a file into the current graph.

    Args:
      path: an X.meta, X.pb or X.pbtxt file, or the folder of a SavedModel.
      asked: operations that a user has named.
      meta: what was read from the file already; it is changed.

    Returns:
      The values of its variables: those of the checkpoint that belongs to the graph, or those that
      a frozen graph has itself.

    Raises:
      FileNotFoundError: there is no such file.
      ParityError: it cannot be read as a graph.
      ForeignGraphError: the graph has an operation that a graph from outside may not have.
    """
    try:
        meta = graphs.read(path) if meta is None else meta
        saved_as = _saved_as(meta.graph_def)
        _check(meta, asked)
        frozen = thaw(meta.graph_def)
        _import(meta)
        if not permitted.trusts():
            permitted.check_shapes(tf.get_default_graph())
    except (OSError, LegacyCnnError):
        raise
    except Exception as error:  # whatever a damaged file makes TensorFlow raise
        raise ParityError(f"{path} cannot be read as a graph: {first_line(error)}") from error
    if frozen:
        return Stored(lambda session: assign(session, frozen), is_frozen=True)
    return Stored(lambda session: _restore(session, path, saved_as), is_frozen=False)


def import_checked(definition: tf.GraphDef) -> None:
    """Imports a graph into the current one, after it was checked."""
    meta = tf.MetaGraphDef()
    meta.graph_def.CopyFrom(definition)
    _check(meta)
    _import(meta)


def _check(meta: tf.MetaGraphDef, asked: Collection[str] = ()) -> None:
    """Cuts a graph down to what may run and is needed.

    Raises:
      ForeignGraphError: something that may not run is needed.
    """
    _clean(meta)
    if not permitted.trusts():
        cut(meta.graph_def, asked)
        permitted.check(meta.graph_def)
        _clean_collections(meta, {node.name for node in meta.graph_def.node})


def reimported(
    graph: tf.Graph,
    edit: Callable[[tf.GraphDef], None] | None = None,
    keeps_branches: bool = True,
) -> tf.Graph:
    """The same operations and variables in a new graph.

    Args:
      graph: any graph.
      edit: changes the operations.
      keeps_branches: whether Python goes on to know of TensorFlow 1's branches.
    """
    with graph.as_default():
        meta = tf.train.export_meta_graph(graph=graph)
    if edit:
        before = {node.name for node in meta.graph_def.node}
        edit(meta.graph_def)
        loops.include(meta, {node.name for node in meta.graph_def.node} - before)
    _clean(meta)
    if not keeps_branches:
        meta.collection_def.pop("cond_context", None)
    with tf.Graph().as_default() as again:
        _import(meta)
    return again


def _saved_as(graph: tf.GraphDef) -> dict[str, str]:
    """Variable -> its name in a checkpoint, by the graph's own operations that restore."""
    nodes = {node.name: node for node in graph.node}
    names: dict[str, str] = {}
    for node in graph.node:
        if node.op not in ("Assign", "AssignVariableOp") or len(node.input) < 2:
            continue
        source, _, output = node.input[1].partition(":")
        restoring = nodes.get(source)
        while restoring is not None and restoring.op == "Identity":
            source, _, output = restoring.input[0].partition(":")
            restoring = nodes.get(source)
        if restoring is not None and restoring.op == "RestoreV2":
            stored = nodes.get(restoring.input[1].partition(":")[0])
            if stored is not None and stored.op == "Const":
                all_names = tf.make_ndarray(stored.attr["value"].tensor).ravel()
                at = int(output or 0)
                if at < len(all_names):
                    names[node.input[0].partition(":")[0]] = all_names[at].decode()
    return names


def _clean(meta: tf.MetaGraphDef) -> None:
    """Leaves out what saves, restores and summarises, with all that follows from it."""
    saving = [node.name for node in meta.graph_def.node if node.op in _SAVING]
    dropped = set(following(meta.graph_def, saving))
    kept = [node for node in meta.graph_def.node if node.name not in dropped]
    graph = tf.GraphDef(versions=meta.graph_def.versions, library=meta.graph_def.library)
    graph.node.extend(kept)
    for node in graph.node:
        node.device = ""
        _loosen(node, dropped)
    meta.graph_def.CopyFrom(graph)
    _clean_collections(meta, {node.name for node in kept})


def _loosen(node: tf.NodeDef, dropped: set[str]) -> None:
    """Forgets that a node belongs beside one that is not there."""
    if "_class" in node.attr:
        beside = node.attr["_class"].list.s
        stay = [one for one in beside if one.decode("utf-8", "replace")[5:] not in dropped]
        del beside[:]
        beside.extend(stay)


def _clean_collections(meta: tf.MetaGraphDef, there: set[str]) -> None:
    meta.ClearField("saver_def")
    for key in list(meta.collection_def):
        collection = meta.collection_def[key]
        if key not in _COLLECTIONS:
            del meta.collection_def[key]
        elif collection.HasField("node_list"):
            names = [one for one in collection.node_list.value if operation_of(one) in there]
            del collection.node_list.value[:]
            collection.node_list.value.extend(names)


def _import(meta: tf.MetaGraphDef) -> None:
    """Imports a graph; one without collections has no variables that a Saver would know."""
    if meta.collection_def:
        # With one that is described already, nothing is added to the graph for a Saver.
        meta.saver_def.CopyFrom(_NO_SAVER)
        tf.train.import_meta_graph(meta, clear_devices=True)
    else:
        _import_definition(meta)
        _collect_variables(tf.get_default_graph())


def _import_definition(meta: tf.MetaGraphDef) -> None:
    """Imports the operations, with what the gradients of loops need."""
    contexts = loops.described(meta.graph_def)
    if contexts:
        meta.collection_def[loops.COLLECTION].bytes_list.value.extend(contexts)
        meta.saver_def.CopyFrom(_NO_SAVER)
        tf.train.import_meta_graph(meta, clear_devices=True)
        loops.close(tf.get_default_graph(), meta.graph_def)
    else:
        tf.import_graph_def(meta.graph_def, name="")


def _collect_variables(graph: tf.Graph) -> None:
    """Registers variables with their initializers: a GraphDef has both, but does not say so."""
    there = {op.name for op in graph.get_operations()}
    for op in graph.get_operations():
        if op.type not in TYPES or f"{op.name}/Assign" not in there:
            continue
        is_resource = op.type == "VarHandleOp"
        read = f"{op.name}/Read/ReadVariableOp" if is_resource else f"{op.name}/read"
        if read in there:
            definition = variable_pb2.VariableDef(
                variable_name=op.outputs[0].name,
                initializer_name=f"{op.name}/Assign",
                snapshot_name=f"{read}:0",
                is_resource=is_resource,
            )
            graph.add_to_collection(
                tf.GraphKeys.GLOBAL_VARIABLES, tf.Variable.from_proto(definition)
            )


def _restore(session: tf.Session, path: Path, saved_as: Mapping[str, str]) -> None:
    """Assigns the variables from the checkpoint; those not in `saved_as` have their own names."""
    variables = [op for op in session.graph.get_operations() if op.type in TYPES]
    if not variables:
        return
    prefix = graphs.prefix_of(path)
    try:
        reader = opened_checkpoint(prefix, ParityError)
        stored = reader.get_variable_to_shape_map()
        names = {op.name: saved_as.get(op.name, op.name) for op in variables}
        read = {own: name for own, name in names.items() if name in stored or not saved_as}
        assign(session, {own: reader.get_tensor(name) for own, name in read.items()})
    except ParityError:
        raise
    except Exception as error:  # TensorFlow's readers raise errors of many kinds
        raise ParityError(
            f"The checkpoint next to {path} cannot be restored: {first_line(error)}"
        ) from error


def assign(session: tf.Session, values: Mapping[str, Any]) -> None:
    """Gives variables their values, all in one run: each run of a changed graph reads it anew."""
    assignments, feed = [], {}
    with session.graph.as_default(), tf.control_dependencies(None):
        for name, value in values.items():
            op = session.graph.get_operation_by_name(name)
            given = tf.placeholder(tf.as_dtype(op.get_attr("dtype")))
            feed[given] = value
            if op.type == "VarHandleOp":
                made = tf.raw_ops.AssignVariableOp(resource=op.outputs[0], value=given)
            else:
                made = tf.raw_ops.Assign(ref=op.outputs[0], value=given)
            assignments.append(made)
    session.run(assignments, feed)
