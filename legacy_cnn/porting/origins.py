"""Where a script made an operation: file, line, and the variable that it assigned there."""

import ast
import functools
import itertools
from collections.abc import Mapping
from typing import NamedTuple

import tensorflow.compat.v1 as tf

from legacy_cnn.originals import recorder
from legacy_cnn.parity import named, references
from legacy_cnn.parity.sides.graph_side import GraphSide
from legacy_cnn.parity.statements import (
    Place,
    assigned_at,
    begun_at,
    function_at,
    is_returned,
    shown,
    statements,
    tree_of,
)

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
            self._known[op.name] = self._origin(self._places.get(op.name, ()))
        return self._known[op.name]

    def _origin(self, places: tuple[Place, ...]) -> Origin | None:
        """The innermost assignment's line, and the name of the innermost that has a single one."""
        if not places:
            return None
        assigning = [at for at, place in enumerate(places) if place[1] in statements(place[0])]
        named = [at for at in assigning if assigned_at(places[at])]
        while len(named) > 1 and named[-1] == assigning[-1] and self._is_named_by(places, named):
            assigning, named = [at for at in assigning if at <= named[-2]], named[:-1]
        line = places[assigning[-1] if assigning else -1]
        if not named:
            return Origin(*line, calls=_of_statements(places))
        at = named[-1]
        return Origin(*line, assigned_at(places[at]), _of_statements(places[: at + 1]))

    def _is_named_by(self, places: tuple[Place, ...], named: list[int]) -> bool:
        """Whether a function that is called in several places returns what it assigns.

        Then it is called in each place what is assigned there.
        """
        at = named[-1]
        is_called_often = len(self._callers.get(places[at], ())) > 1
        return is_called_often and is_returned(places[at], assigned_at(places[at]))

    @functools.cached_property
    def _callers(self) -> dict[Place, set[Place]]:
        """Place -> those that call the function that it is in."""
        found: dict[Place, set[Place]] = {}
        for calls in self._places.values():
            for caller, place in itertools.pairwise(calls):
                found.setdefault(place, set()).add(caller)
        return found

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


def _of_statements(places: tuple[Place, ...]) -> tuple[Place, ...]:
    """The first lines of statements, which may have several."""
    return tuple(map(begun_at, places))


def _loops(place: Place) -> list[Place]:
    file, line = place
    return [
        (file, node.lineno)
        for node in ast.walk(tree_of(file))
        if isinstance(node, ast.For) and node.lineno < line <= (node.end_lineno or 0)
    ]


def _function(place: Place) -> str:
    around = function_at(place)
    return around.name if around else ""
