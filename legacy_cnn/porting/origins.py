"""Where a script made an operation: file, line, and the variable that it assigned there."""

import ast
import itertools
from collections.abc import Mapping
from typing import NamedTuple

import tensorflow.compat.v1 as tf

from legacy_cnn.originals import recorder
from legacy_cnn.parity import named, references
from legacy_cnn.parity.sides.graph_side import GraphSide
from legacy_cnn.parity.statements import Place, assigned_at, shown, statements, tree_of

#: What calls a function that builds a graph.
_CALLERS = (named.__file__, references.__file__)


class Origin(NamedTuple):
    """The statement of a script that made an operation."""

    file: str
    line: int
    name: str = ""  #: of the variable that it assigns, if it assigns one
    calls: tuple[Place, ...] = ()  #: from the outermost call to this statement

    @property
    def shown(self) -> str:
        """For comments and messages: "old.py, line 12"."""
        return shown((self.file, self.line))


class Origins:
    """The origins of a graph's operations."""

    def __init__(self, places: Mapping[str, tuple[Place, ...]]) -> None:
        """Takes the calls that made each operation, the innermost last."""
        self._places = places
        self._known: dict[str, Origin | None] = {}

    def of(self, op: tf.Operation) -> Origin | None:
        """The innermost statement that assigns a variable, or else the innermost one."""
        if op.name not in self._known:
            self._known[op.name] = _origin(self._places.get(op.name, ()))
        return self._known[op.name]

    def line(self, op: tf.Operation) -> Origin | None:
        """The innermost line."""
        places = self._places.get(op.name, ())
        return Origin(*places[-1], calls=places) if places else None

    @property
    def files(self) -> list[str]:
        """The files that made operations."""
        return list(dict.fromkeys(file for calls in self._places.values() for file, _ in calls))

    def assigned(self, op: tf.Operation) -> list[str]:
        """What an operation is called in all calls that made it, the innermost last."""
        names = [assigned_at(place) for place in self._places.get(op.name, ())]
        return [name for name in names if name]

    def function(self, op: tf.Operation) -> str:
        """The function whose result a statement assigns, to several names perhaps; "" for none."""
        places = self._places.get(op.name, ())
        for caller, place in itertools.pairwise(places):
            if caller[1] in statements(caller[0]):
                return _function(place)
        return ""

    def loops(self, op: tf.Operation) -> tuple[Place, ...]:
        """The `for` statements around an operation's lines, the outermost first."""
        return tuple(loop for place in self._places.get(op.name, ()) for loop in _loops(place))


def origins_of(side: GraphSide) -> Origins:
    """The origins that a trace has, or those that Python knows of a graph that was built here."""
    if side.recorded is not None:
        return Origins(side.recorded.origins)
    return Origins({op.name: _places(op) for op in side.graph.get_operations()})


def _places(op: tf.Operation) -> tuple[Place, ...]:
    """The calls within the function that was called here, without those of libraries."""
    frames = [(str(frame[0]), int(frame[1])) for frame in op.traceback or ()]
    begun = max((at for at, place in enumerate(frames) if place[0] in _CALLERS), default=0)
    return tuple(place for place in frames[begun + 1 :] if not recorder.LIBRARIES.search(place[0]))


def _origin(places: tuple[Place, ...]) -> Origin | None:
    for at in range(len(places) - 1, -1, -1):
        name = assigned_at(places[at])
        if name:
            return Origin(*places[at], name, places[: at + 1])
    return Origin(*places[-1], "", places) if places else None


def _loops(place: Place) -> list[Place]:
    file, line = place
    return [
        (file, node.lineno)
        for node in ast.walk(tree_of(file))
        if isinstance(node, ast.For) and node.lineno < line <= (node.end_lineno or 0)
    ]


def _function(place: Place) -> str:
    file, line = place
    around = [
        node
        for node in ast.walk(tree_of(file))
        if isinstance(node, ast.FunctionDef) and node.lineno <= line <= (node.end_lineno or 0)
    ]
    return max(around, key=lambda node: node.lineno).name if around else ""
