"""Statements before they have names: what is assigned stands as a mark in their texts."""

import dataclasses
import itertools
import re
from collections.abc import Sequence
from typing import NewType

from legacy_cnn.porting.origins import Origin
from legacy_cnn.porting.writing.expressions import Expr

#: Stands for a name in a text until names are chosen.
Mark = NewType("Mark", str)

_MARK = re.compile("\x01(\\d+)\x02")
_numbers = itertools.count()


def new_mark() -> Mark:
    return Mark(f"\x01{next(_numbers)}\x02")


def marks_in(text: str) -> list[Mark]:
    """The marks of a text, in order."""
    return [Mark(f"\x01{number}\x02") for number in _MARK.findall(text)]


def replaced(text: str, names: dict[Mark, str]) -> str:
    """The text with names for marks."""
    return _MARK.sub(lambda match: names.get(Mark(match[0]), match[0]), text)


@dataclasses.dataclass
class Statement:
    """`mark = text`."""

    mark: Mark
    text: str
    wish: str = ""  #: the name that it should have
    kind: str = "x"  #: what it is called where it has no name: "dense"
    origin: Origin | None = None
    operation: str = ""  #: of the graph, whose value it is
    layer: Mark | None = None  #: of a layer, `text` is the call's arguments and `made` the layer
    made: str = ""  #: 'layers.Dense(10)'
    comment: str = ""  #: what is to be said at its line
    #: What is assigned further results, after `mark`, by what each is called: {"state": mark}.
    more: dict[str, Mark] = dataclasses.field(default_factory=dict)

    @property
    def marks(self) -> set[Mark]:
        """All that it assigns."""
        return {self.mark, *self.more.values(), *([self.layer] if self.layer else [])}


def needed_by(statements: Sequence[Statement], results: Sequence[Expr]) -> set[Mark]:
    """The marks that results are computed from."""
    needed = {mark for one in results for mark in marks_in(one.text)}
    for one in reversed(statements):
        if one.marks & needed:
            needed.update(marks_in(one.text), marks_in(one.made))
    return needed
