"""Random numbers inside of TensorFlow 1's loops, such as a DropoutWrapper's, made to be fed.

Nothing inside of a loop can be fed. So each draw is made a sum of what it draws and of what is fed
to a tensor outside of the loop, one row for each step: one of both is multiplied by 0.
"""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import tensorflow.compat.v1 as tf

from legacy_cnn.parity import loop_edits
from legacy_cnn.parity.loops import Frames, are_in
from legacy_cnn.programs import elements

#: The collection of a graph with the noise of its loops.
COLLECTION = "legacy_cnn_loop_noise"


class LoopNoise(NamedTuple):
    """A random operation inside of a loop, and how it is fed."""

    fed: str  #: the tensor that is fed; (steps, ...)
    drawn: str  #: the operation
    steps: str  #: tensor with the number of steps that the loop has taken
    shape: tuple[int | None, ...]  #: of what one step draws


def hoisted(graph: tf.Graph) -> tf.Graph:
    """The graph with the noise of its loops within reach; the graph itself if it has none.

    A draw in a loop inside of another one, or in one that does not count its steps, stays.
    """
    if not are_in(graph):
        return graph
    definition = graph.as_graph_def()
    frames, by_name = Frames(definition), {node.name: node for node in definition.node}
    found = [
        noise
        for frame, nodes in frames.members.items()
        if not frames.parents.get(frame)
        for noise in _noise_of(graph, nodes, by_name)
    ]
    if not found:
        return graph

    def edit(definition: tf.GraphDef) -> None:
        for noise, counter, enter in found:
            _edit(definition, noise, counter, enter)

    again = loop_edits.edited(graph, edit)
    for noise, _, _ in found:
        again.add_to_collection(COLLECTION, noise)
    return again


def of(graph: tf.Graph) -> list[LoopNoise]:
    """The noise of a graph's loops that can be fed."""
    return list(graph.get_collection(COLLECTION))


def of_tensor(tensor: tf.Tensor) -> LoopNoise | None:
    """The noise that a tensor is fed for; None for another tensor."""
    return next((noise for noise in of(tensor.graph) if noise.fed == tensor.name), None)


def shape(
    noise: LoopNoise, run: Callable[[list[tf.Tensor]], Any], graph: tf.Graph, size: int
) -> tuple[int, ...]:
    """The shape of what all steps of a loop draw.

    Args:
      noise: of the loop.
      run: fetches tensors.
      graph: that has it.
      size: of the batch, for what is not known in the graph.
    """
    (steps,) = run([graph.get_tensor_by_name(noise.steps)])
    return int(steps), *(size if length is None else length for length in noise.shape)


class _Counter(NamedTuple):
    value: str  #: tensor inside of the loop
    last: str  #: tensor outside of it


def _noise_of(
    graph: tf.Graph, nodes: list[tf.NodeDef], all_nodes: dict[str, tf.NodeDef]
) -> Iterable[tuple[LoopNoise, str, tf.NodeDef]]:
    counter = _counter(nodes, all_nodes)
    enter = next((node for node in nodes if node.op == "Enter"), None)
    if counter is None or enter is None:
        return
    for node in nodes:
        tensor = graph.get_tensor_by_name(f"{node.name}:0") if _draws(node) else None
        if tensor is not None and tensor.shape.rank is not None:
            name, size = f"{node.name}/noise/fed:0", tuple(tensor.shape.as_list())
            yield LoopNoise(name, f"{node.name}/drawn", counter.last, size), counter.value, enter


def _draws(node: tf.NodeDef) -> bool:
    return bool(elements.DRAWING.match(node.op)) and node.attr["dtype"].type in (
        tf.float32.as_datatype_enum,
        tf.float64.as_datatype_enum,
    )


def _counter(nodes: list[tf.NodeDef], all_nodes: dict[str, tf.NodeDef]) -> _Counter | None:
    """What is 0 in the first step of a loop and 1 more in each, as `while_loop` counts."""
    for merge in nodes:
        if merge.op == "Merge" and merge.attr["T"].type == tf.int32.as_datatype_enum:
            sources = [all_nodes[name.partition(":")[0]] for name in merge.input]
            if {one.op for one in sources} != {"Enter", "NextIteration"}:
                continue
            first, back = sorted(sources, key=lambda node: node.op)
            switches = [n.name for n in nodes if n.op == "Switch" and n.input[0] == merge.name]
            body = [n.name for n in nodes if n.op == "Identity" and n.input[0] in _taken(switches)]
            exits = [n.name for n in nodes if n.op == "Exit" and n.input[0] in switches]
            added = all_nodes[back.input[0]]
            if not body or not exits or added.op not in ("Add", "AddV2"):
                continue
            beginning, step = (all_nodes[name] for name in (first.input[0], added.input[1]))
            if added.input[0] == body[0] and (_number(beginning), _number(step)) == (0, 1):
                return _Counter(body[0], f"{exits[0]}:0")
    return None


def _taken(switches: list[str]) -> list[str]:
    return [f"{name}:1" for name in switches]


def _number(node: tf.NodeDef) -> int | None:
    if node.op != "Const":
        return None
    value = tf.make_ndarray(node.attr["value"].tensor)
    return int(value) if value.size == 1 else None


def _edit(definition: tf.GraphDef, noise: LoopNoise, counter: str, enter: tf.NodeDef) -> None:
    """Puts the sum in the place of a draw, which gets another name."""
    name = noise.drawn.removesuffix("/drawn")
    node = next(node for node in definition.node if node.name == name)
    dtype = tf.as_dtype(node.attr["dtype"].type)
    node.name = noise.drawn
    names = {"counter": counter, "drawn": noise.drawn, "sum": name}
    definition.node.extend(loop_edits.named(_sum(dtype, enter), names, f"{name}/noise"))


def _sum(dtype: tf.DType, enter: tf.NodeDef) -> tf.GraphDef:
    """What is drawn while nothing is fed, or else a row of what is."""
    with tf.Graph().as_default() as graph:
        counter = tf.placeholder(tf.int32, [], "counter")
        drawn = tf.placeholder(dtype, None, "drawn")
        # No placeholder, which a user would be asked to feed; of this, no shape is known.
        none = tf.make_tensor_proto([0], dtype).SerializeToString()
        fed = tf.raw_ops.ParseTensor(
            serialized=tf.constant(none, name="none"), out_type=dtype, name="fed"
        )
        is_fed = tf.raw_ops.Greater(x=tf.raw_ops.Size(input=fed), y=tf.constant(1, name="one"))

        def entered(tensor: tf.Tensor) -> tf.Tensor:
            return loop_edits.entered(tensor, enter)

        share = tf.raw_ops.Cast(x=is_fed, DstT=dtype)
        rest = tf.raw_ops.Sub(x=tf.constant(1, dtype, name="whole"), y=share)
        row = tf.raw_ops.Mul(x=counter, y=entered(tf.raw_ops.Cast(x=is_fed, DstT=tf.int32)))
        given = tf.raw_ops.GatherV2(
            params=entered(fed), indices=row, axis=entered(tf.constant(0, name="axis"))
        )
        parts = (
            tf.raw_ops.Mul(x=given, y=entered(share)),
            tf.raw_ops.Mul(x=drawn, y=entered(rest)),
        )
        tf.raw_ops.AddV2(x=parts[0], y=parts[1], name="sum")
        return graph.as_graph_def()
