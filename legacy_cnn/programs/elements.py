"""Which tensors of a graph can be fetched, which are random, and which operations are calls."""

import re
from collections.abc import Iterable

import tensorflow.compat.v1 as tf

#: Values of these types cannot leave a session.
HANDLES = (tf.resource, tf.variant)

#: Types of operations that draw numbers, in all generations: RandomUniform, TruncatedNormal,
#: StatelessRandomUniformV2, StatefulStandardNormalV2, Multinomial, ...
DRAWING = re.compile(
    r"(Stateless|Stateful|Parameterized)*"
    r"(Random(?!Get|GammaGrad)|StandardNormal|TruncatedNormal|Uniform(FullInt|Int)?$|Multinomial)"
)


def fetchable(operations: Iterable[tf.Operation]) -> list[tf.Tensor]:
    """The tensors that a session can return.

    Left out are handles, and what lies between Enter and Exit or Switch and Merge, the inside of
    a loop or a branch: a graph as it was built refuses to return that, an imported one dies of it.

    Args:
      operations: all operations of a graph, in any order.
    """
    operations = list(operations)
    depths = _depths(operations)
    return [
        tensor
        for op in operations
        if not depths[op.name]
        for tensor in op.outputs
        if tensor.dtype.base_dtype not in HANDLES and op.graph.is_fetchable(op)
    ]


def random_tensors(operations: Iterable[tf.Operation]) -> list[tf.Tensor]:
    """The outputs of those operations that draw numbers and can be fed."""
    return [tensor for tensor in fetchable(operations) if DRAWING.match(tensor.op.type)]


def calls(operations: Iterable[tf.Operation]) -> list[tf.Operation]:
    """The operations that call functions of the graph's library: If, While, PartitionedCall."""
    return [
        op
        for op in operations
        if any(value.HasField("func") or value.list.func for value in op.node_def.attr.values())
    ]


def _depths(operations: list[tf.Operation]) -> dict[str, int]:
    """How many loops and branches each operation's outputs are inside of."""
    depths: dict[str, int] = {}
    waiting = list(reversed(operations))
    while waiting:
        op = waiting[-1]
        sources = _sources(op)
        missing = [source for source in sources if source.name not in depths]
        if missing and op.name not in depths:
            waiting.extend(missing)
            continue
        waiting.pop()
        depth = max((depths[source.name] for source in sources), default=0)
        depths[op.name] = max(depth + _change_of_depth(op), 0)
    return depths


def _sources(op: tf.Operation) -> list[tf.Operation]:
    """The operations that it waits for, without the way back in a loop."""
    sources = [tensor.op for tensor in op.inputs] + list(op.control_inputs)
    return [source for source in sources if _kind(source) != "NextIteration"]


def _change_of_depth(op: tf.Operation) -> int:
    """+1 where the inside of a loop or branch begins, -1 where it ends."""
    kind = _kind(op)
    inputs = [_kind(tensor.op) for tensor in op.inputs]
    if kind == "Enter" or (kind == "Switch" and inputs[1] != "LoopCond"):
        return 1
    if kind == "Exit" or (kind == "Merge" and "NextIteration" not in inputs):
        return -1
    return 0


def _kind(op: tf.Operation) -> str:
    return op.type.removeprefix("Ref")
