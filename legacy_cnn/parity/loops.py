"""The loops of a graph from a file, as Python has to know them to differentiate them.

TensorFlow 1 puts a loop between Enter and Exit. What its gradient needs beside these operations is
told by a MetaGraph, but by no GraphDef: it follows from the operations.
"""

import contextlib
from collections.abc import Collection, Iterable, Iterator, Mapping

import tensorflow.compat.v1 as tf
from tensorflow.core.protobuf import control_flow_pb2

#: The collection of a MetaGraph that tells Python of loops.
COLLECTION = "while_context"

_ENTER, _EXIT = ("Enter", "RefEnter"), ("Exit", "RefExit")
_MERGE, _SWITCH = ("Merge", "RefMerge"), ("Switch", "RefSwitch")
#: Operations of the loop back, which a gradient has added: nobody differentiates it again.
_OF_GRADIENTS = ("StackPop", "StackPopV2")


def described(definition: tf.GraphDef) -> list[bytes]:
    """The loops of a graph, each as the collection `while_context` has it."""
    frames = Frames(definition)
    outer = [name for name in frames.members if not frames.parents.get(name)]
    contexts = [frames.context(name) for name in outer]
    return [one.SerializeToString() for one in contexts if one is not None]


def close(graph: tf.Graph, definition: tf.GraphDef) -> None:
    """Marks what is inside of loops as such that no session returns, as `while_loop` does."""
    for nodes in Frames(definition).members.values():
        for node in nodes:
            op = graph.get_operation_by_name(node.name)
            if node.op not in _EXIT:
                graph.prevent_fetching(op)
                for tensor in op.outputs:
                    graph.prevent_feeding(tensor)


def include(meta: tf.MetaGraphDef, added: Collection[str]) -> None:
    """Lets Python know of operations that were added to loops that it knows of."""
    if COLLECTION not in meta.collection_def:
        return
    members = Frames(meta.graph_def).members
    serialized = meta.collection_def[COLLECTION].bytes_list.value
    for at, one in enumerate(serialized):
        context = control_flow_pb2.WhileContextDef.FromString(one)
        _include(context, members, added)
        serialized[at] = context.SerializeToString()


def _include(
    context: control_flow_pb2.WhileContextDef,
    members: Mapping[str, list[tf.NodeDef]],
    added: Collection[str],
) -> None:
    new = [node.name for node in members.get(context.context_name, ()) if node.name in added]
    context.values_def.values.extend(f"{name}:0" for name in new)
    for nested in context.nested_contexts:
        if nested.HasField("while_ctxt"):
            _include(nested.while_ctxt, members, added)


@contextlib.contextmanager
def as_in_tensorflow_1() -> Iterator[None]:
    """Lets branches, loops and their gradients be made of TensorFlow 1's operations."""
    was_enabled = tf.control_flow_v2_enabled()
    tf.disable_control_flow_v2()
    try:
        yield
    finally:
        if was_enabled:
            tf.enable_control_flow_v2()


def are_in(graph: tf.Graph) -> bool:
    """Whether a graph has loops of TensorFlow 1."""
    return any(op.type in _ENTER for op in graph.get_operations())


class Frames:
    """Which operation belongs to which loop."""

    def __init__(self, definition: tf.GraphDef) -> None:
        self.parents: dict[str, str] = {}  #: loop -> the loop around it
        self.members: dict[str, list[tf.NodeDef]] = {}
        self._within: dict[str, str] = {}  # operation -> its loop
        self._after: dict[str, str] = {}  # operation -> the loop that its value is in
        nodes = [node for node in definition.node if node.op != "NextIteration"]
        back = [node for node in definition.node if node.op == "NextIteration"]
        while self._spread([*nodes, *back]):
            pass
        for node in definition.node:
            if node.name in self._within:
                self.members.setdefault(self._within[node.name], []).append(node)

    def _spread(self, nodes: Iterable[tf.NodeDef]) -> bool:
        """Whether anything was found that was not known."""
        before = len(self._within), len(self.parents)
        for node in nodes:
            around = next(filter(None, map(self._after.get, _names(node))), "")
            if node.op in _ENTER:
                frame = node.attr["frame_name"].s.decode()
                self._within[node.name] = frame
                if around and around != frame:
                    self.parents[frame] = around
            elif around:
                self._within[node.name] = around
        self._after = {**self._within}
        for node in nodes:
            if node.op in _EXIT and node.name in self._within:
                self._after[node.name] = self.parents.get(self._within[node.name], "")
        return (len(self._within), len(self.parents)) != before

    def context(self, frame: str) -> control_flow_pb2.WhileContextDef | None:
        """What Python has to know of a loop; None for one that is not as `while_loop` makes it."""
        nodes = self.members[frame]
        kinds = {node.op for node in nodes}
        merges = [node for node in nodes if node.op in _MERGE]
        pivots = [node.name for node in nodes if node.op == "LoopCond"]
        first = merges[0].name if merges else ""
        body = _body(nodes, first)
        if len(pivots) != 1 or not body or kinds.intersection(_OF_GRADIENTS):
            return None
        merged = {name for merge in merges for name in _names(merge)}
        entering = [n.name for n in nodes if n.op in _ENTER and n.name in merged]
        context = control_flow_pb2.WhileContextDef(
            context_name=frame, parallel_iterations=10, back_prop=True,
            pivot_name=f"{pivots[0]}:0", pivot_for_pred_name=f"{first}:0",
            pivot_for_body_name=f"{body}:0",
            loop_exit_names=[f"{node.name}:0" for node in nodes if node.op in _EXIT],
            loop_enter_names=[f"{name}:0" for name in entering],
        )  # fmt: skip
        context.values_def.values.extend(f"{node.name}:0" for node in nodes)
        self._add_nested(context, frame)
        return context

    def _add_nested(self, context: control_flow_pb2.WhileContextDef, frame: str) -> None:
        for inner in self.members:
            found = self.context(inner) if self.parents.get(inner) == frame else None
            if found is not None:
                context.nested_contexts.add().while_ctxt.CopyFrom(found)


def _body(nodes: list[tf.NodeDef], merge: str) -> str:
    """What the body has of the first value that goes around."""
    switch = next((n.name for n in nodes if n.op in _SWITCH and merge in _names(n)), None)
    return next((n.name for n in nodes if n.op == "Identity" and n.input[0] == f"{switch}:1"), "")


def _names(node: tf.NodeDef) -> list[str]:
    """The operations that a node waits for."""
    return [name.removeprefix("^").partition(":")[0] for name in node.input]
