"""Python 2 as Python 3: its syntax by fissix, and what its values do by `values.py`."""

import ast
import re

from legacy_cnn.compat.python2.dialect import is_python2, names_bound
from legacy_cnn.errors import not_installed

#: What replaces what numbers and texts of Python 2 do.
_VALUES = ast.parse("from legacy_cnn.compat.python2 import values as __values__").body
#: Modules that took any file, as text and bytes were one.
_MODULES = {"csv": "csv_files", "pickle": "pickles"}
#: Builtins that are gone, or give something else.
_BUILTINS = {
    "cmp": "cmp",
    "file": "file",
    "oct": "octal",
    "raw_input": "raw_input",  # where it is not called
    "repr": "representation",
    "round": "rounded",
}
#: Builtins whose arguments were other ones.
_GIVEN = {"exec": "executed", "print": "shown"}
#: Methods of texts, and of `sys`.
_METHODS = {
    "decode": "decode",
    "encode": "encode",
    "format": "formatted",
    "setdefaultencoding": "setdefaultencoding",
}
#: The imports that the translator puts on lines of their own.
_PUT_IN = {
    "from functools import cmp_to_key",
    "from functools import reduce",
    "import collections",
    "import importlib",
    "import operator",
    "import sys",
}


def translated(
    source: str, path: str, in_package: bool, *, to_run: bool = True
) -> ast.Module | None:
    """Python 2 as Python 3, line for line.

    Args:
      source: what is in the file.
      path: the file.
      in_package: whether it is a module of a package, which imports the modules beside it.
      to_run: whether values do what they did; else only divisions are other ones.

    Returns:
      The tree; None if it is not Python 2 either.

    Raises:
      MissingPackageError: the translator is not installed.
    """
    source = re.sub(r"^[ \t]+", lambda match: match[0].expandtabs(8), source, flags=re.MULTILINE)
    try:
        tree = ast.parse(source)  # only its tabs were Python 2
        if is_python2(tree):
            raise SyntaxError("Python 2")
    except SyntaxError:
        try:
            text = _refactored(source, path, in_package)
            tree = _on_old_lines(ast.parse(text), source, text)
        except SyntaxError:
            return None
    divides = not re.search(r"^from __future__ import .*\bdivision\b", source, re.MULTILINE)
    if not to_run:
        return ast.fix_missing_locations(_Divisions(divides).visit(tree))
    tree = _Values(names_bound(tree), divides).visit(tree)
    tree.body[after_first_lines(tree) : 0] = _VALUES
    return ast.fix_missing_locations(tree)


def after_first_lines(tree: ast.Module) -> int:
    """Where an import may stand: after the docstring and the imports from `__future__`."""
    place = 1 if ast.get_docstring(tree) is not None else 0
    for number, node in enumerate(tree.body):
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            place = number + 1
    return place


def _refactored(source: str, path: str, in_package: bool) -> str:
    """The translator's text.

    Raises:
      SyntaxError: it does not understand the source.
      MissingPackageError: the translator is not installed.
    """
    try:
        from fissix import refactor
        from fissix.pgen2.parse import ParseError
        from fissix.pgen2.tokenize import TokenError
    except ModuleNotFoundError:
        raise not_installed("Python 2", "fissix") from None
    fixers = refactor.get_fixers_from_package("fissix.fixes")
    if not in_package:  # a script cannot import `from .`
        fixers.remove("fissix.fixes.fix_import")
    try:
        return str(refactor.RefactoringTool(fixers).refactor_string(source + "\n", path))
    except (ParseError, TokenError) as error:
        raise SyntaxError(str(error)) from None


def _on_old_lines(tree: ast.Module, old: str, new: str) -> ast.Module:
    """Gives each node the line that it has in the program's file."""
    before = set(old.splitlines())
    put_in = [
        number
        for number, line in enumerate(new.splitlines(), 1)
        if line in _PUT_IN and line not in before
    ]
    for node in ast.walk(tree):
        for name in ("lineno", "end_lineno"):
            line = getattr(node, name, None)
            if line is not None:
                setattr(node, name, max(1, line - sum(each <= line for each in put_in)))
    return tree


class _Divisions(ast.NodeTransformer):
    """Has `values.py` called for divisions, which Python 3 does otherwise."""

    def __init__(self, divides: bool) -> None:
        self._divides = divides

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        if not (self._divides and isinstance(node.op, ast.Div)):
            return node
        return ast.copy_location(_call("divided", node.left, node.right), node)

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        self.generic_visit(node)
        if not (self._divides and isinstance(node.op, ast.Div)):
            return node
        old = ast.parse(ast.unparse(node.target), mode="eval").body
        value = _call("divided_in_place", old, node.value)
        return ast.copy_location(ast.Assign([node.target], value), node)


class _Values(_Divisions):
    """Has `values.py` called for all that Python 3 does otherwise."""

    def __init__(self, bound: set[str], divides: bool) -> None:
        super().__init__(divides)
        self._builtins = {old: new for old, new in _BUILTINS.items() if old not in bound}
        self._given = {name: how for name, how in _GIVEN.items() if name not in bound}
        self._writes = "str" not in bound

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        if not isinstance(node.op, ast.Mod) or _is_number(node.left):
            return super().visit_BinOp(node)
        self.generic_visit(node)
        return ast.copy_location(_call("modulo", node.left, node.right), node)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if node.id not in self._builtins or not isinstance(node.ctx, ast.Load):
            return node
        return ast.copy_location(_value(self._builtins[node.id]), node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        called = node.func
        if isinstance(called, ast.Name) and called.id == "str":
            # With more arguments it was `unicode`; `str` took one.
            several = len(node.args) + len(node.keywords) > 1
            if several or self._writes:
                node.func = ast.copy_location(_value("text" if several else "string"), called)
        elif isinstance(called, ast.Name) and called.id == "map" and self._writes:
            node.args = [_of_str(each) for each in node.args]
        elif isinstance(called, ast.Name) and called.id in self._given:
            node.args = [self._as_given(called.id, each) for each in node.args]
        elif isinstance(called, ast.Attribute) and called.attr in _METHODS:
            node.func = ast.copy_location(_value(_METHODS[called.attr]), called)
            node.args = [called.value, *node.args]
        return node

    def _as_given(self, function: str, argument: ast.expr) -> ast.expr:
        """An argument of a builtin that takes it otherwise."""
        is_text = isinstance(argument, ast.Constant) and isinstance(argument.value, str)
        if function == "print" and (is_text or isinstance(argument, ast.Starred)):
            return argument
        return ast.copy_location(_call(self._given[function], argument), argument)

    def visit_Import(self, node: ast.Import) -> ast.AST:
        for each in node.names:
            if each.name in _MODULES:
                each.asname = each.asname or each.name
                each.name = f"{__package__}.{_MODULES[each.name]}"
        return node

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST:
        if node.level == 0 and node.module in _MODULES:
            node.module = f"{__package__}.{_MODULES[node.module]}"
        return node


def _of_str(node: ast.expr) -> ast.expr:
    """`str` where it is a function that is handed on."""
    is_str = isinstance(node, ast.Name) and node.id == "str"
    return ast.copy_location(_value("string"), node) if is_str else node


def _is_number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and not isinstance(node.value, str)


def _call(name: str, *arguments: ast.expr) -> ast.Call:
    return ast.Call(_value(name), list(arguments), [])


def _value(name: str) -> ast.Attribute:
    return ast.Attribute(ast.Name("__values__", ast.Load()), name, ast.Load())
