"""Operations that read a variable while the same step updates it.

TensorFlow 1 runs what does not depend on each other in any order. A gradient from `tf.gradients`,
or a penalty on a weight, may read the weight before its update or after it, as chance will have it.
What an original computed that way cannot be computed again, unless one knows which value it read.
"""

import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping

import tensorflow.compat.v1 as tf

from legacy_cnn.programs import elements, permitted

#: Operations whose output may be the memory of their first input, so that reading them is reading
#: the variable.
_SHARING = frozenset(
    ("Identity", "RefIdentity", "Reshape", "ExpandDims", "Squeeze", "StopGradient", "Snapshot")
) | {"PreventGradient", "ReadVariableOp", "Switch", "RefSwitch", "Enter", "RefEnter"}

#: Operations whose output is a variable itself, not a value of it.
_REFERRING = frozenset(
    ("Variable", "VariableV2", "VarHandleOp", "RefSwitch", "RefEnter", "RefIdentity", "Switch")
)

_VARIABLES = ("VarHandleOp", "VariableV2", "Variable")

_WRITING = ("Apply", "Assign", "Scatter", "StridedSliceAssign")


class Order:
    """The order in which the operations of a step run, as far as its graph says it."""

    def __init__(self, definition: tf.GraphDef, drawing: set[str]) -> None:
        """Reads a graph, all of whose operations run, and the functions that draw numbers."""
        self._drawing = drawing
        self._nodes = {node.name: node for node in definition.node}
        self._order = _sorted(self._nodes)
        self._memory = _memory(self._nodes, self._order)
        self._waits = _ancestors(self._nodes, self._order)
        self._bits = {name: 1 << at for at, name in enumerate(self._order)}
        self._inside = _inside(self._nodes, self._order)
        self._writers: dict[str, list[str]] = {}
        for name in self._order:
            if _writes(self._nodes[name]):
                for variable in self._written(self._nodes[name]):
                    self._writers.setdefault(variable, []).append(name)

    def races(self) -> dict[str, set[str]]:
        """Finds what may read a variable before or after its update.

        Returns:
          Dict from the name of each such operation to the variables that it reads.
        """
        races: dict[str, set[str]] = {}
        for name, writer, variable in self._pairs():
            if not self._is_ordered(name, writer):
                races.setdefault(name, set()).add(variable)
        return races

    def read_first(self) -> None:
        """Makes each update wait for what reads its variable, where the graph leaves it open.

        It is one of the orders in which the original may have run, and the likely one. What is
        inside of a loop or a branch cannot be waited for.
        """
        for name, writer, _ in [*self._pairs()]:
            self._let_wait(name, writer)

    def follow(self, other: "Order") -> None:
        """Makes reads and updates run in the order of another graph, of which this one is a part.

        Where the part was cut, what ordered them may be gone.
        """
        for name, writer, _ in [*self._pairs()]:
            first, second = (writer, name) if other._comes_before(writer, name) else (name, writer)
            self._let_wait(first, second)

    def writers(self) -> list[str]:
        """The operations that change variables."""
        return [*dict.fromkeys(name for names in self._writers.values() for name in names)]

    def tainted(self, idle: Collection[str]) -> set[str]:
        """The operations and variables whose values depend on noise that the graph draws.

        Args:
          idle: operations in branches that do not run.
        """
        drawn = [name for name, node in self._nodes.items() if self._draws(node)]
        return self._dependent(name for name in drawn if name not in idle)

    def undecided(self, races: Mapping[str, set[str]]) -> set[str]:
        """The operations and variables whose values depend on which of several updates came first.

        An optimizer and a clipping of the same weights, run together, are such updates: the weights
        may be clipped before the step or after it, and be read in between.

        Args:
          races: what `races` returned.
        """
        variables = {
            variable
            for variable, writers in self._writers.items()
            for one, other in itertools.combinations(writers, 2)
            if not self._is_ordered(one, other)
        }
        readers = [name for name, read in races.items() if read & variables]
        return self._dependent(readers) | variables

    def _dependent(self, beginnings: Iterable[str]) -> set[str]:
        """Some operations, what depends on them, and the variables that all these write."""
        users: dict[str, list[str]] = {}
        for name, node in self._nodes.items():
            orders = node.op in _SHARING  # a read after an update, which a control input orders
            for each in node.input:
                if orders or not each.startswith("^"):
                    users.setdefault(each.removeprefix("^").partition(":")[0], []).append(name)
        waiting = [*beginnings]
        dependent = set(waiting)
        while waiting:
            for user in users.get(waiting.pop(), ()):
                if user not in dependent:
                    dependent.add(user)
                    waiting.append(user)
        written = {
            variable
            for variable, writers in self._writers.items()
            if any(writer in dependent for writer in writers)
        }
        return dependent | written

    def _pairs(self) -> Iterator[tuple[str, str, str]]:
        """Each operation that reads a variable, and each that writes it."""
        for name in self._order:
            if name in self._memory:
                continue
            node = self._nodes[name]
            read = {each for tensor in _inputs(node) for each in self._memory.get(tensor, ())}
            for variable in read - (self._written(node) if _writes(node) else set()):
                for writer in self._writers.get(variable, ()):
                    yield name, writer, variable

    def _written(self, node: tf.NodeDef) -> set[str]:
        """The variables that a node writes: an optimizer writes its slots, too."""
        inputs = [each for each in _inputs(node) if each in self._nodes]
        if "Apply" in node.op:
            inputs = [each for each in inputs if self._nodes[each].op in _REFERRING]
        else:
            inputs = inputs[:1]
        return {variable for each in inputs for variable in self._memory.get(each, ())}

    def _draws(self, node: tf.NodeDef) -> bool:
        return draws(node) or bool(self._drawing.intersection(permitted.called(node)))

    def _comes_before(self, name: str, other: str) -> bool:
        return bool(self._waits.get(other, 0) & self._bits.get(name, 0))

    def _is_ordered(self, name: str, other: str) -> bool:
        return self._comes_before(name, other) or self._comes_before(other, name)

    def _let_wait(self, first: str, second: str) -> None:
        """Lets an operation wait for another one, unless their order is given."""
        if self._inside[first] or self._inside[second]:
            return
        if self._is_ordered(first, second):
            return
        self._nodes[second].input.append(f"^{first}")
        waited = self._waits[first] | self._bits[first]
        for each in self._order:
            if each == second or self._waits[each] & self._bits[second]:
                self._waits[each] |= waited


def draws(node: tf.NodeDef) -> bool:
    """Whether a node draws numbers."""
    return bool(elements.DRAWING.match(node.op)) or node.op.endswith("CandidateSampler")


def _inputs(node: tf.NodeDef) -> list[str]:
    """The operations whose values a node uses."""
    return [each.partition(":")[0] for each in node.input if not each.startswith("^")]


def _writes(node: tf.NodeDef) -> bool:
    kind = node.op.removeprefix("Resource").removeprefix("Sparse")
    return kind.startswith(_WRITING)


def _of_first_input(node: tf.NodeDef, memory: dict[str, set[str]]) -> set[str]:
    inputs = _inputs(node)
    return memory.get(inputs[0], set()) if inputs else set()


def _sorted(nodes: dict[str, tf.NodeDef]) -> list[str]:
    """The names of operations, each after what it waits for, but for the way back in a loop."""
    order: dict[str, None] = {}
    waiting = [(name, False) for name in nodes]
    begun: set[str] = set()
    while waiting:
        name, is_expanded = waiting.pop()
        if is_expanded:
            order[name] = None
        elif name not in begun:
            begun.add(name)
            waiting.append((name, True))
            waiting += [(each, False) for each in _waited_for(nodes[name]) if each in nodes]
    return [*order]


def _waited_for(node: tf.NodeDef) -> list[str]:
    if node.op in ("NextIteration", "RefNextIteration"):
        return []
    return [each.removeprefix("^").partition(":")[0] for each in node.input]


def _ancestors(nodes: dict[str, tf.NodeDef], order: list[str]) -> dict[str, int]:
    """The operations that each one waits for, as the bits of their places in the order."""
    place = {name: at for at, name in enumerate(order)}
    before: dict[str, int] = {}
    for name in order:
        bits = 0
        for each in _waited_for(nodes[name]):
            if each in before:
                bits |= before[each] | (1 << place[each])
        before[name] = bits
    return before


def _memory(nodes: dict[str, tf.NodeDef], order: list[str]) -> dict[str, set[str]]:
    """The variables whose memory each operation's output may be."""
    memory: dict[str, set[str]] = {}
    for name in order:
        node = nodes[name]
        if node.op in _VARIABLES:
            memory[name] = {name}
        elif node.op in _SHARING:
            shared = _of_first_input(node, memory)
            if shared:
                memory[name] = shared
    return memory


def _inside(nodes: dict[str, tf.NodeDef], order: list[str]) -> dict[str, int]:
    """How many loops and branches each operation's outputs are inside of."""
    depths: dict[str, int] = {}
    for name in order:
        depth = max((depths.get(each, 0) for each in _waited_for(nodes[name])), default=0)
        depths[name] = max(depth + _step(nodes[name], nodes), 0)
    return depths


def _step(node: tf.NodeDef, nodes: dict[str, tf.NodeDef]) -> int:
    """+1 where the inside of a loop or branch begins, -1 where it ends."""
    kind = node.op.removeprefix("Ref")
    inputs = [nodes[each].op.removeprefix("Ref") for each in _inputs(node) if each in nodes]
    if kind == "Enter" or (kind == "Switch" and inputs[-1:] != ["LoopCond"]):
        return 1
    if kind == "Exit" or (kind == "Merge" and "NextIteration" not in inputs):
        return -1
    return 0
