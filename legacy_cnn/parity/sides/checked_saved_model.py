"""A SavedModel is code: what it serves is checked, and only that is loaded."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import tensorflow as tf
import tensorflow.compat.v1 as tf1

from legacy_cnn.errors import ForeignGraphError, ParityError
from legacy_cnn.outside import graphs
from legacy_cnn.outside.checkpoints import opened_checkpoint
from legacy_cnn.parity import foreign_graphs
from legacy_cnn.parity.leaving_out import functions_called, refusal
from legacy_cnn.parity.resources import make_resources
from legacy_cnn.programs import permitted

_VARIABLES = "variables"


@contextlib.contextmanager
def checked(path: Path) -> Iterator[Path]:
    """A SavedModel that computes what another one does, and has nothing else.

    TensorFlow runs initializers, restore operations and a main operation of a SavedModel while it
    loads it. So none of them is in the copy; variables are read by TensorFlow's checkpoint reader.

    Args:
      path: its directory.

    Raises:
      ForeignGraphError: what it serves has an operation that is not allowed.
      ParityError: it cannot be read.
    """
    if permitted.trusts():
        yield path
        return
    saved = graphs.read_saved_model(path)
    if (path / _VARIABLES).exists():
        opened_checkpoint(graphs.prefix_of(path), ParityError)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "saved_model"
        if len(saved.meta_graphs) == 1 and saved.meta_graphs[0].HasField("object_graph_def"):
            _copy(saved, path, copy)
        else:
            _build_anew(graphs.of_tensorflow_1(saved, path), path, copy)
        yield copy


def _copy(saved: Any, path: Path, copy: Path) -> None:
    """One of TensorFlow 2: the functions of its objects, whose bodies are checked."""
    (meta,) = saved.meta_graphs
    library = meta.graph_def.library
    functions = {one.signature.name: one for one in library.function}
    concrete = [name for name in meta.object_graph_def.concrete_functions if name in functions]
    bodies = [node for name in concrete for node in functions[name].node_def]
    called = {*concrete, *functions_called(bodies, meta.graph_def)}
    for name in called:
        for node in functions[name].node_def:
            if node.op not in permitted.ALLOWED and node.op not in functions:
                raise refusal(node)
    _check_resources(meta, functions)
    kept = tf1.GraphDef(versions=meta.graph_def.versions)
    # Objects may be constants, which lie there.
    kept.node.extend(node for node in meta.graph_def.node if node.op == "Const")
    kept.library.function.extend(functions[name] for name in functions if name in called)
    kept.library.gradient.extend(one for one in library.gradient if one.function_name in called)
    permitted.check(kept)
    meta.graph_def.CopyFrom(kept)
    copy.mkdir()
    (copy / "saved_model.pb").write_bytes(saved.SerializeToString())
    if (path / _VARIABLES).exists():
        os.symlink((path / _VARIABLES).resolve(), copy / _VARIABLES)


def _check_resources(meta: Any, functions: dict[str, Any]) -> None:
    """Refuses a loop where TensorFlow makes a resource as it loads: it would run for any time."""
    objects = meta.object_graph_def.nodes
    parts = [
        objects[child.node_id].function
        for one in objects
        if one.WhichOneof("kind") == "resource"
        for child in one.children
        if child.node_id < len(objects)
    ]
    names = {name for part in parts for name in part.concrete_functions if name in functions}
    bodies = [node for name in names for node in functions[name].node_def]
    called = names | functions_called(bodies, meta.graph_def)
    for name in sorted(called):
        for node in functions[name].node_def:
            if node.op in permitted.LOOPS:
                raise ForeignGraphError(
                    f"A resource of the SavedModel is made in the loop {node.name!r}, which may "
                    f"have no end. If you know who made it, give trust.",
                    "trust",
                )


def _build_anew(meta: tf1.MetaGraphDef, path: Path, copy: Path) -> None:
    """One of TensorFlow 1: its graph is imported, given its weights, and saved."""
    signatures = dict(meta.signature_def)
    ends = [end for one in signatures.values() for end in _ends(one)]
    make_resources(meta, ends)
    with tf.Graph().as_default(), tf1.Session() as session:
        foreign_graphs.imported(path, ends, meta).restore(session)
        builder = tf1.saved_model.Builder(str(copy))
        try:
            builder.add_meta_graph_and_variables(session, ["serve"], signatures)
        except (AssertionError, ValueError) as error:
            raise ParityError(f"{path} has a signature that its graph does not fit.") from error
        builder.save()


def _ends(signature: Any) -> list[str]:
    tensors = [*signature.inputs.values(), *signature.outputs.values()]
    return [one.name.partition(":")[0] for one in tensors]
