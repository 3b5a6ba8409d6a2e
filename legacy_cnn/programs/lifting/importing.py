"""Imports a traced step into a TensorFlow 1 graph with its own variables."""

import re
from typing import Any, NamedTuple

import tensorflow as tf
from numpy.typing import NDArray

from legacy_cnn.programs.lifting import captures
from legacy_cnn.programs.lifting.snapshot import Snapshot


class Imported(NamedTuple):
    """A traced step as a graph."""

    graph: tf.Graph
    #: The placeholders, in the order of the trace's inputs.
    placeholders: list[tf.Tensor]
    #: Name of a captured tensor or an input of the trace -> the tensor that replaces it.
    replaced: dict[str, tf.Tensor]
    #: Name of a variable's operation in the graph -> the user's variable.
    variables: dict[str, Any]
    #: Name of a variable's operation in the graph -> the value of the user's variable.
    values: dict[str, NDArray[Any]]
    #: Fill the lookup tables.
    initialisers: list[tf.Operation]

    def tensor(self, traced: tf.Tensor) -> tf.Tensor:
        """The tensor of the graph for one of the trace."""
        if traced.name in self.replaced:
            return self.replaced[traced.name]
        return self.graph.get_tensor_by_name(traced.name)


def import_trace(concrete: tf.types.experimental.ConcreteFunction, snapshot: Snapshot) -> Imported:
    """Imports a trace into a graph of its own.

    Args:
      concrete: the trace.
      snapshot: of what the traced function reaches: its variables.

    Raises:
      LiftError: it uses a resource that cannot be copied.
    """
    captured = captures.read(concrete, snapshot)
    definition = concrete.graph.as_graph_def()
    imported = Imported(tf.Graph(), [], {}, {}, {}, [])
    taken = {node.name.lower() for node in definition.node}
    with imported.graph.as_default():
        for name, source in captured.items():
            imported.replaced[name] = _copy(source, imported, taken)
        for tensor in concrete.inputs[: len(concrete.inputs) - len(captured)]:
            imported.placeholders.append(_placeholder(tensor, imported))
        _import(definition, imported.replaced)
    return imported


def _copy(source: captures.Captured, imported: Imported, taken: set[str]) -> tf.Tensor:
    if isinstance(source, captures.Constant):
        return source.copy()
    if isinstance(source, captures.Table):
        table, initialiser = source.copy(_free_name("table", taken))
        imported.initialisers.append(initialiser)
        return table
    handle = source.copy(_free_name(source.name, taken))
    imported.variables[handle.op.name] = source.original
    imported.values[handle.op.name] = source.value
    return handle


def _placeholder(traced: tf.Tensor, imported: Imported) -> tf.Tensor:
    placeholder = tf.compat.v1.placeholder(traced.dtype, traced.shape, name=traced.op.name)
    # TensorFlow optimises a graph by the shapes that it is sure of. It takes those of a function's
    # inputs as given, and those of what is fed to a session only if they are checked.
    imported.replaced[traced.name] = tf.ensure_shape(placeholder, traced.shape)
    return placeholder


def _import(definition: tf.compat.v1.GraphDef, replaced: dict[str, tf.Tensor]) -> None:
    omitted = {name.removesuffix(":0") for name in replaced}
    nodes = [node for node in definition.node if node.name not in omitted]
    for node in nodes:
        _remove_colocation(node, omitted)
    used = {source.partition(":")[0] for node in nodes for source in node.input}
    rest = tf.compat.v1.GraphDef(
        node=nodes, versions=definition.versions, library=definition.library
    )
    mapped = {name: copy for name, copy in replaced.items() if name.removesuffix(":0") in used}
    tf.graph_util.import_graph_def(rest, input_map=mapped, name="")


def _remove_colocation(node: tf.compat.v1.NodeDef, omitted: set[str]) -> None:
    """Removes that a node must be on the device of a node that is not imported."""
    before = node.attr["_class"].list.s if "_class" in node.attr else []
    after = [place for place in before if place.decode().removeprefix("loc:@") not in omitted]
    if len(after) < len(before):
        node.attr["_class"].list.s[:] = after


def _free_name(wanted: str, taken: set[str]) -> str:
    """A name like the wanted one that no operation has, in small letters or not."""
    stem = re.sub(r"[^A-Za-z0-9_./-]", "_", wanted).strip("/")
    stem = stem if re.match(r"[A-Za-z0-9.]", stem) else f"v{stem}"
    name, number = stem, 0
    while name.lower() in taken:
        number += 1
        name = f"{stem}_{number}"
    taken.add(name.lower())
    return name
