"""The graph of one recorded step: only what the step needs, cut at what was recorded, and checked.

A recorded graph holds all that its script built: Savers, readers, queues, Python functions. What
they delivered was recorded and is fed, so a step needs none of them. Only what it needs is loaded.
"""

import dataclasses
from collections.abc import Collection, Iterable, Iterator

import tensorflow.compat.v1 as tf
from google.protobuf.message import DecodeError

from legacy_cnn.errors import TraceError
from legacy_cnn.originals import races
from legacy_cnn.originals.trace import Arrays
from legacy_cnn.programs import permitted

#: Operations that a step may have: what is known of their order takes memory with the square.
LARGEST = 60_000

#: Attributes that ask for a compiler; the recorded step is to run operation by operation.
COMPILED = "_Xla"


@dataclasses.dataclass(frozen=True)
class StepGraph:
    """The graph of a step, ready to be imported."""

    definition: tf.GraphDef
    #: Name of a recorded tensor -> name of the placeholder that stands for it.
    placeholders: dict[str, str]
    #: Operations that may read a variable before or after its update -> those variables. In this
    #: graph they read it before.
    raced: dict[str, set[str]]
    #: Operations and variables whose values depend on noise that was not recorded.
    tainted: set[str]
    #: Operations and variables whose values depend on which of several updates came first.
    undecided: set[str]
    #: The order in which operations run.
    order: races.Order
    #: The graph's own names of operations, in the order in which they were built.
    places: dict[str, int]


def parse(content: bytes) -> tf.GraphDef:
    """Parses a GraphDef.

    Raises:
      TraceError: it is none.
    """
    definition = tf.GraphDef()
    try:
        definition.ParseFromString(content)
    except (DecodeError, RecursionError) as error:
        raise TraceError("The trace's graph is not a GraphDef.") from error
    return definition


def cut(
    definition: tf.GraphDef,
    tensors: Iterable[str],
    targets: Iterable[str],
    given: Arrays,
    whole: StepGraph | None = None,
    idle: Collection[str] = (),
) -> StepGraph:
    """Makes the graph of a step.

    Args:
      definition: the whole graph.
      tensors: names of the tensors that the step fetches.
      targets: names of the operations that it runs.
      given: name of a tensor -> the value that is fed in its place.
      idle: names of operations in branches that do not run.
      whole: the graph of the same step with less given, whose order of reads and updates holds.

    Raises:
      TraceError: the graph is not whole.
      ForeignGraphError: the step needs an operation that is not allowed.
    """
    cutting = _Cutting(definition, given)
    cutting.reach([*(name for name in tensors if name not in given)], [*targets])
    return cutting.graph(whole, idle)


class _Cutting:
    """Follows a step back through its graph."""

    def __init__(self, definition: tf.GraphDef, given: Arrays) -> None:
        self._definition = definition
        self._given = given
        self._nodes = {node.name: node for node in definition.node}
        if len(self._nodes) < len(definition.node):
            raise TraceError("The trace's graph has two operations of one name.")
        self._functions = {each.signature.name: each for each in definition.library.function}
        self._cut = {_operation(name) for name in given}
        #: Operations whose outputs are used, and those that only have to run.
        self._used: set[str] = set()
        self._run: set[str] = set()
        self._placeholders: dict[str, str] = {}

    def reach(self, tensors: list[str], targets: list[str]) -> None:
        """Finds all operations that the step needs."""
        self._used.update(map(_operation, tensors))
        self._run.update(target for target in targets if target not in self._cut)
        waiting, seen = [*self._used, *self._run], set(self._used | self._run)
        while waiting:
            for name, is_used in self._before(self._node(waiting.pop())):
                (self._used if is_used else self._run).add(name)
                if name not in seen:
                    seen.add(name)
                    waiting.append(name)

    def graph(self, whole: StepGraph | None, idle: Collection[str]) -> StepGraph:
        """Makes the graph of those operations."""
        cut = tf.GraphDef(versions=self._definition.versions)
        kept = [node for node in self._definition.node if node.name in self._used | self._run]
        for node in kept:
            cut.node.add().CopyFrom(self._rewritten(node))
        for name, placeholder in self._placeholders.items():
            self._add_placeholder(cut, name, placeholder)
        self._add_functions(cut)
        permitted.check(cut)
        if len(cut.node) > LARGEST:
            raise TraceError(f"The step has {len(cut.node):,} operations, more than {LARGEST:,}.")
        places = {node.name: at for at, node in enumerate(self._definition.node)}
        order = races.Order(cut, self._drawing())
        raced, tainted = order.races(), order.tainted(idle)
        undecided = order.undecided(raced)
        if whole is None:
            order.read_first()
        else:
            order.follow(whole.order)
        return StepGraph(cut, self._placeholders, raced, tainted, undecided, order, places)

    def _drawing(self) -> set[str]:
        """The functions that draw numbers."""
        drawing: set[str] = set()
        grows = True
        while grows:
            found = {
                name
                for name, function in self._functions.items()
                for node in function.node_def
                if races.draws(node) or drawing.intersection(permitted.called(node))
            }
            grows, drawing = found != drawing, found
        return drawing

    def _node(self, name: str) -> tf.NodeDef:
        try:
            return self._nodes[name]
        except KeyError as error:
            raise TraceError(f"The trace's graph has no operation {name!r}.") from error

    def _before(self, node: tf.NodeDef) -> Iterator[tuple[str, bool]]:
        """The operations that a node waits for, and whether it uses what they yield."""
        for each in node.input:
            if not each.startswith("^"):
                if _tensor(each) not in self._given:
                    yield _operation(each), True
            elif each[1:] not in self._cut:
                yield each[1:], False

    def _rewritten(self, node: tf.NodeDef) -> tf.NodeDef:
        """A node with placeholders for what was recorded, on any device."""
        copy = tf.NodeDef(name=node.name, op=node.op)
        inputs = [self._input(each) for each in node.input if not each.startswith("^")]
        waited_for = [
            each for each in node.input if each.startswith("^") and each[1:] not in self._cut
        ]
        attributes = dict(node.attr)
        if node.op == "Print":  # its message may come from anywhere
            copy.op, inputs, attributes = "Identity", inputs[:1], {"T": node.attr["T"]}
        elif not self._is_allowed(node):
            if node.name in self._used:
                raise permitted.refusal(node)
            # Nothing uses what it yields: only the order in which operations run depends on it.
            placeholders = {f"{each}:0" for each in self._placeholders.values()}
            waited_for += [f"^{_operation(each)}" for each in inputs if each not in placeholders]
            copy.op, inputs, attributes = "NoOp", [], {}
        copy.input.extend([*inputs, *dict.fromkeys(waited_for)])
        for key, value in attributes.items():
            if not key.startswith(COMPILED):
                copy.attr[key].CopyFrom(value)
        self._loosen(copy)
        return copy

    def _is_allowed(self, node: tf.NodeDef) -> bool:
        return node.op in permitted.ALLOWED or node.op in self._functions

    def _input(self, name: str) -> str:
        """The name of an input, or of the placeholder that stands for it."""
        tensor = _tensor(name)
        if tensor not in self._given:
            return name
        if tensor not in self._placeholders:
            self._placeholders[tensor] = self._free_name(len(self._placeholders))
        return f"{self._placeholders[tensor]}:0"

    def _free_name(self, number: int) -> str:
        name = f"recorded_{number}"
        while name in self._nodes:
            name += "_"
        return name

    def _loosen(self, node: tf.NodeDef) -> None:
        """Forgets that a node belongs beside one that is not there."""
        if "_class" in node.attr:
            beside = node.attr["_class"].list.s
            there = self._used | self._run
            stay = [each for each in beside if _place(each) in there]
            del beside[:]
            beside.extend(stay)

    def _add_placeholder(self, graph: tf.GraphDef, tensor: str, name: str) -> None:
        value = self._given[tensor]
        dtype = tf.string if value.dtype == object else tf.dtypes.as_dtype(value.dtype)
        node = graph.node.add(name=name, op="Placeholder")
        node.attr["dtype"].type = dtype.as_datatype_enum
        node.attr["shape"].shape.CopyFrom(tf.TensorShape(value.shape).as_proto())

    def _add_functions(self, graph: tf.GraphDef) -> None:
        """Adds the functions that the step calls, and those that they call."""
        waiting = [name for node in graph.node for name in permitted.called(node)]
        added: set[str] = set()
        while waiting:
            name = waiting.pop()
            if name in self._functions and name not in added:
                added.add(name)
                function = self._functions[name]
                graph.library.function.add().CopyFrom(function)
                waiting += [each for node in function.node_def for each in permitted.called(node)]
        gradients = [
            each
            for each in self._definition.library.gradient
            if {each.function_name, each.gradient_func} <= added
        ]
        graph.library.gradient.extend(gradients)


def _tensor(name: str) -> str:
    """The whole name of an input of a node."""
    return name if ":" in name else f"{name}:0"


def _operation(tensor: str) -> str:
    return tensor.partition(":")[0]


def _place(beside: bytes) -> str:
    return beside.decode("utf-8", "replace").removeprefix("loc:@")
