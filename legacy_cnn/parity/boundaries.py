"""Steps at which a program's rules change: what its graph compares a count of steps with."""

from collections.abc import Iterable, Iterator, Mapping

import numpy as np
import tensorflow.compat.v1 as tf

from legacy_cnn.parity.clock import Clock
from legacy_cnn.parity.finding.paths import Paths, source
from legacy_cnn.parity.sides import flow

#: Operations that compare two numbers, or choose one of them.
_COMPARING = frozenset(
    ["Less", "LessEqual", "Greater", "GreaterEqual", "Equal", "NotEqual", "Minimum", "Maximum"]
)

#: No schedule is longer than so many steps.
LAST = 10**9

#: So many boundaries of a program are looked at, and so many elements of an array of them.
MOST = 8


def steps_near(graph: tf.Graph, counters: Mapping[str, tuple[float, float]]) -> list[int]:
    """The numbers of steps next to each boundary: before it, at it, and after it.

    Args:
      graph: of a training step.
      counters: variable -> its first value, and what each step adds.
    """
    paths = Paths(graph)
    found: dict[int, None] = {}
    for name, (first, by) in counters.items():
        if name in paths.at:
            numbers = [*_compared_with(paths, name), *_in_functions(graph)]
            found.update(dict.fromkeys(round((number - first) / by) for number in numbers))
    near = [step + apart for step in list(found)[:MOST] for apart in (-1, 0, 1)]
    return sorted({step for step in near if 1 < step <= LAST})


def counted(clock: Clock, names: Mapping[str, object]) -> dict[str, tuple[float, float]]:
    """The counters of a clock by the names of their variables; `names` has the key of each."""
    return {name: clock.counters[key] for name, key in names.items() if key in clock.counters}


def _compared_with(paths: Paths, name: str) -> Iterator[float]:
    following = paths.after([paths.operations[paths.at[name]]])
    for op in paths.ordered(following):
        if op.type in _COMPARING:
            for tensor in op.inputs:
                if tensor.op.name not in following:
                    yield from _whole(flow.constant(source(tensor).outputs[0]))


def _in_functions(graph: tf.Graph) -> Iterator[float]:
    """Constants that branches and loops compare anything with: what enters them is not known."""
    for function in graph.as_graph_def().library.function:
        constants = {node.name: node for node in function.node_def if node.op == "Const"}
        for node in function.node_def:
            for name in node.input if node.op in _COMPARING else ():
                found = constants.get(name.partition(":")[0])
                if found is not None:
                    yield from _whole(tf.make_ndarray(found.attr["value"].tensor))


def _whole(value: object) -> Iterable[float]:
    """The whole numbers in a constant that may be numbers of steps."""
    array = np.asarray(value)
    if value is None or array.dtype.kind not in "iuf" or array.size > MOST:
        return []
    return [float(one) for one in array.ravel() if 1 < one <= LAST and one == np.round(one)]
