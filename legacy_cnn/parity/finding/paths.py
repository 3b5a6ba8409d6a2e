"""Which operations of a graph follow from which, along data and along control."""

from collections import defaultdict
from collections.abc import Callable, Iterable

import tensorflow.compat.v1 as tf

from legacy_cnn.programs.variables import is_variable

#: Operations that only pass on their first input.
PASSING = ("Identity", "RefIdentity", "ReadVariableOp", "StopGradient", "Snapshot", "IdentityN",
           "CheckNumerics", "PreventGradient", "Enter", "RefEnter", "Exit", "Cast")  # fmt: skip

#: What depends on the size of its input, and not on what that holds.
_SIZES = ("Shape", "ShapeN", "Size", "Rank")


class Paths:
    """The edges of a graph as it is now, both ways."""

    def __init__(self, graph: tf.Graph) -> None:
        self.graph = graph
        self.operations: list[tf.Operation] = graph.get_operations()
        self.at = {op.name: at for at, op in enumerate(self.operations)}
        self._followers: dict[str, list[tf.Operation]] = defaultdict(list)
        self._waiting: dict[str, list[tf.Operation]] = defaultdict(list)
        for op in self.operations:
            for tensor in op.inputs:
                self._followers[tensor.op.name].append(op)
            for control in op.control_inputs:
                self._waiting[control.name].append(op)

    def after(self, ops: Iterable[tf.Operation], control: bool = False) -> set[str]:
        """The names of all operations that follow from some, these included."""
        waiting, seen = list(ops), set()
        while waiting:
            op = waiting.pop()
            if op.name not in seen:
                seen.add(op.name)
                waiting.extend(self.followers(op, control))
        return seen

    def followers(self, op: tf.Operation, control: bool = False) -> list[tf.Operation]:
        """The operations that an operation hands something to."""
        return self._followers[op.name] + (self._waiting[op.name] if control else [])

    def before(self, ops: Iterable[tf.Operation]) -> set[str]:
        """The names of all operations whose values some depend on, these included."""
        waiting, seen = list(ops), set()
        while waiting:
            op = waiting.pop()
            if op.name not in seen:
                seen.add(op.name)
                waiting.extend(tensor.op for tensor in op.inputs)
        return seen

    def ordered(self, names: Iterable[str]) -> list[tf.Operation]:
        """Operations in the order in which they were made."""
        return [self.operations[at] for at in sorted(self.at[name] for name in names)]


def source(tensor: tf.Tensor, passing: Iterable[str] = PASSING) -> tf.Operation:
    """The operation that made a value, before others passed it on."""
    op = tensor.op
    while op.type in passing and op.inputs:
        op = op.inputs[0].op
    return op


def variable_of(tensor: tf.Tensor) -> str | None:
    """The variable whose value or handle a tensor is."""
    op = source(tensor)
    return op.name if is_variable(op) else None


def spread(
    paths: Paths, names: set[str], beginnings: Callable[[tf.Operation], frozenset[str]]
) -> dict[str, frozenset[str]]:
    """Operation -> what it depends on of what `beginnings` returns for some of them.

    Args:
      paths: of the graph.
      names: of the operations to look at.
      beginnings: what an operation brings in itself.
    """
    found: dict[str, frozenset[str]] = {}
    again = True
    while again:  # more than once where loops go back
        again = False
        for op in paths.ordered(names):
            inputs = [found.get(tensor.op.name, frozenset()) for tensor in op.inputs]
            value = frozenset() if op.type in _SIZES else beginnings(op).union(*inputs)
            if value != found.get(op.name):
                is_late = bool(value) and any(f.name in found for f in paths.followers(op))
                again = op.name in found or is_late or again
                found[op.name] = value
    return found
