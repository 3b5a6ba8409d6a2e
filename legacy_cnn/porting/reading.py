"""A graph while it is read: the operations on its data's way, and which of them are explained."""

from collections.abc import Iterable

import tensorflow.compat.v1 as tf

from legacy_cnn.parity.finding.paths import PASSING, Paths, source
from legacy_cnn.parity.sides.graph_side import GraphSide
from legacy_cnn.parity.updates import is_assigning
from legacy_cnn.porting.initializers import Initializer, initial_values, initializer_of
from legacy_cnn.programs.variables import is_variable
from legacy_cnn.weights.matching import Shape

#: Where data end: what is computed from these is a size, and no data.
_SIZES = ("Shape", "ShapeN", "Size", "Rank")
#: What hands on its first input here, beside `PASSING`: two branches, of which one runs.
THROUGH = (*PASSING, "Switch", "RefSwitch", "Merge", "ExpandDims", "Squeeze")


class Reading:
    """The way from the inputs to the output."""

    def __init__(self, side: GraphSide) -> None:
        self.side = side
        self.paths = Paths(side.graph)
        before = self.paths.before([side.output.op])
        self._names = _after_data(self.paths, [t.op for t in side.inputs]) & before
        self.way = self.paths.ordered(self._names)
        self.used: set[str] = {tensor.op.name for tensor in side.inputs}
        #: Variable -> the layer that was the first to use it.
        self.owners: dict[str, str] = {}
        #: Parameter's variable -> what its layer takes as a regularizer.
        self.regularizers: dict[str, str] = {}
        self._initial = initial_values(side.graph)
        self._shapes = {op: side.shapes()[name] for name, op in side.parameters.items()}

    def is_on_way(self, op: tf.Operation) -> bool:
        """Whether an operation computes with data."""
        return op.name in self._names

    def take(self, ops: Iterable[tf.Operation]) -> None:
        """Marks operations as explained."""
        self.used.update(op.name for op in ops)

    def next_of(self, op: tf.Operation) -> tf.Operation | None:
        """The only operation that goes on with a value, after those that hand it on."""
        following = [o for o in self.paths.followers(op) if self.is_on_way(o)]
        if len({one.name for one in following}) != 1:
            return None
        only = following[0]
        return self.next_of(only) if only.type in PASSING else only

    def data(self, op: tf.Operation) -> list[tf.Tensor]:
        """Those inputs of an operation that are data."""
        return [tensor for tensor in op.inputs if self.is_on_way(tensor.op)]

    def variable(self, tensor: tf.Tensor) -> str | None:
        """The variable that a tensor is the value of, with axes of one or without."""
        op = source(tensor, THROUGH)
        return op.name if is_variable(op) else None

    def variables(self, op: tf.Operation) -> list[str]:
        """The variables among the inputs of an operation."""
        return [name for tensor in op.inputs if (name := self.variable(tensor))]

    def shape(self, variable: str) -> Shape:
        """The shape of a variable."""
        if variable in self._shapes:
            return self._shapes[variable]
        shape = self.side.graph.get_operation_by_name(variable).get_attr("shape")
        return tuple(size or 0 for size in tf.TensorShape(shape).as_list())

    def initializer(self, variable: str, has_fans: bool = True) -> Initializer:
        """What a variable begins with."""
        return initializer_of(self._initial.get(variable), self.shape(variable), has_fans)


def _after_data(paths: Paths, beginnings: list[tf.Operation]) -> set[str]:
    """The names of what is computed from data, but not of what is computed from their sizes."""
    waiting, seen = list(beginnings), set()
    while waiting:
        op = waiting.pop()
        if op.name not in seen and op.type not in _SIZES and not is_assigning(op):
            seen.add(op.name)
            waiting.extend(paths.followers(op))
    return seen
