"""Names for what statements assign: the script's own where it has them."""

import builtins
import keyword
import re
from collections.abc import Iterable

from legacy_cnn.porting.writing.statements import Mark, Statement, marks_in

#: Names that a port uses for other things.
TAKEN = {"keras", "layers", "ops", "tf", "np", "math", "model", "Path", "build_model", "main",
         "input_data"}  # fmt: skip


def chosen(
    statements: list[Statement], ends: Iterable[str], taken: Iterable[str] = ()
) -> dict[Mark, str]:
    """A name for each mark. A name is used again once its old value is needed no more.

    Args:
      statements: in order.
      ends: texts whose marks are needed after the last statement.
      taken: names of what these statements use, and may not assign.
    """
    last = {mark: len(statements) for text in ends for mark in marks_in(text)}
    for at, statement in reversed(list(enumerate(statements))):
        for mark in marks_in(statement.text + statement.made):
            last.setdefault(mark, at)
    names: dict[Mark, str] = {}
    # Name -> the last statement that needs its value.
    held = dict.fromkeys(taken, len(statements))
    for at, statement in enumerate(statements):
        roles: dict[str, Mark | None] = {"layer": statement.layer, "value": statement.mark}
        for role, one in {**roles, **statement.more}.items():
            if one is None or (role == "layer" and one not in last):
                continue
            if one not in last and statement.more:
                names[one] = "_"
                continue
            wish = _wished(statement, role)
            name = next(name for name in numbered(wish) if held.get(name, -1) <= at)
            names[one], held[name] = name, max(last.get(one, at), at)
    return names


def _wished(statement: Statement, role: str) -> str:
    if role == "layer":
        return f"{usable(statement.wish) or statement.kind}_layer"
    if role in statement.more:
        return role
    return usable(statement.wish) or statement.kind


def usable(name: str) -> str:
    """The name, if a port may use it, perhaps with an underscore; lower case."""
    name = re.sub(r"\W", "_", name).strip("_")
    if not name.isidentifier() or keyword.iskeyword(name):
        return ""
    name = name if any(letter.islower() for letter in name) or len(name) < 3 else name.lower()
    return f"{name}_" if name in TAKEN or hasattr(builtins, name) else name


def numbered(name: str) -> Iterable[str]:
    """A name, and it with a number behind it: 2, 3 and so on."""
    yield name
    number = 2
    while True:
        yield f"{name}_{number}"
        number += 1
