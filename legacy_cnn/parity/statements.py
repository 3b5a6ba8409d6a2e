"""The statements of a script, by their lines."""

import ast
import functools
from collections.abc import Mapping
from pathlib import Path

from legacy_cnn.compat.source import as_python3
from legacy_cnn.errors import NotInstalledError

#: A line of a file.
Place = tuple[str, int]
#: Operation -> the lines of the script that made it, the innermost last.
Places = Mapping[str, tuple[Place, ...]]


def shown(place: Place) -> str:
    """For messages: "old.py, line 12"."""
    return f"{Path(place[0]).name}, line {place[1]}"


@functools.cache
def tree_of(file: str) -> ast.Module:
    """The parsed script, as Python 3; an empty one where it cannot be parsed."""
    try:
        return as_python3(Path(file).read_bytes(), file, to_run=False)
    except (SyntaxError, ValueError, OSError, RecursionError, NotInstalledError):
        return ast.Module([], [])


@functools.cache
def statements(file: str) -> dict[int, list[ast.expr]]:
    """Line -> the first target of the assignment that it belongs to."""
    found: dict[int, list[ast.expr]] = {}
    for node in _assignments(file):
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        found.update((line, [target]) for line in lines(node))
    return found


def begun_at(place: Place) -> Place:
    """The first line of the assignment that a line belongs to; the line itself for another."""
    return place[0], _beginnings(place[0]).get(place[1], place[1])


@functools.cache
def _beginnings(file: str) -> dict[int, int]:
    return {line: node.lineno for node in _assignments(file) for line in lines(node)}


def _assignments(file: str) -> list[ast.Assign | ast.AnnAssign | ast.AugAssign]:
    kinds = (ast.Assign, ast.AnnAssign, ast.AugAssign)
    return [node for node in ast.walk(tree_of(file)) if isinstance(node, kinds)]


def lines(node: ast.stmt | ast.expr) -> range:
    """The lines of a statement or an expression."""
    return range(node.lineno, (node.end_lineno or node.lineno) + 1)


def function_at(place: Place) -> ast.FunctionDef | None:
    """The innermost function that a line is in."""
    around = [
        node
        for node in ast.walk(tree_of(place[0]))
        if isinstance(node, ast.FunctionDef) and place[1] in lines(node)
    ]
    return max(around, key=lambda node: node.lineno, default=None)


@functools.cache
def is_returned(place: Place, name: str) -> bool:
    """Whether the function that a line is in returns a variable as it is."""
    function = function_at(place)
    nodes = ast.walk(function) if function else ()
    returned = [node.value for node in nodes if isinstance(node, ast.Return)]
    return any(isinstance(value, ast.Name) and value.id == name for value in returned)


def deciding(place: Place) -> set[str]:
    """The variables and attributes that a line's statement takes, and those that decide on them.

    These are in the conditions and blocks around it, and in those of the function's assignments
    that call nothing: a tensor is what a call gives.
    """
    function = function_at(place)
    if function is None:
        return set()
    found = _around(function, place[1])
    assigned = [
        node.lineno
        for node in ast.walk(function)
        if isinstance(node, ast.Assign) and {name_of(one) for one in node.targets} & found
        if not any(isinstance(one, ast.Call) for one in ast.walk(node.value))
    ]
    return found.union(*(_around(function, line) for line in assigned))


def _around(function: ast.FunctionDef, line: int) -> set[str]:
    """The words of a line's statement, and of the conditions and blocks around it."""
    found = set[str]()
    for node in ast.walk(function):
        if not isinstance(node, ast.stmt) or node is function or line not in lines(node):
            continue
        if isinstance(node, ast.If | ast.While):
            found |= words(node.test)
        elif isinstance(node, ast.With):
            found = found.union(*(words(item.context_expr) for item in node.items))
        elif isinstance(node, ast.Assign | ast.Expr | ast.Return | ast.AugAssign) and node.value:
            found |= _taken(node.value)
    return found


def _taken(value: ast.expr) -> set[str]:
    """The words of a value, but for the names of the functions that it calls."""
    called = {node.func for node in ast.walk(value) if isinstance(node, ast.Call)}
    inner = {one for node in called for one in ast.walk(node)}
    kept = (node for node in ast.walk(value) if isinstance(node, ast.expr) and node not in inner)
    return {name_of(node) for node in kept} - {""}


def words(node: ast.AST) -> set[str]:
    """The variables and attributes of an expression."""
    return {name_of(one) for one in ast.walk(node) if isinstance(one, ast.expr)} - {""}


def assigned_at(place: Place) -> str:
    """The variable that the statement of a line assigns; "" for none, or several."""
    return next((name_of(target) for target in statements(place[0]).get(place[1], ())), "")


def name_of(node: ast.expr) -> str:
    """The last name of a variable, an attribute, or a key; "" for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        key = node.slice.value
        return key if isinstance(key, str) and key.isidentifier() else ""
    return ""
