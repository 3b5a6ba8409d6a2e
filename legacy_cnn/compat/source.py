"""The source of an old program: compiled as it stands, or, if it is Python 2, translated first."""

import ast
import contextlib
import importlib.machinery
import importlib.util
import re
import sys
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from legacy_cnn.compat import program
from legacy_cnn.compat.dialect import is_python2
from legacy_cnn.errors import not_installed

#: Of Python 2's integers: what replaces `/` in a translated file.
_DIVISION = ast.parse("from legacy_cnn.compat import division as __division__").body
#: What replaces methods that are gone.
_METHODS = ast.parse("from legacy_cnn.compat import methods as __methods__").body


def compiled(data: bytes, path: str) -> CodeType:
    """Compiles a file of a program.

    Args:
      data: what is in the file.
      path: the file, for tracebacks.

    Raises:
      SyntaxError: it is neither Python 3 nor Python 2.
    """
    with warnings.catch_warnings():
        # About escapes and comparisons that were fine when the program was written.
        warnings.simplefilter("ignore")
        return compile(parsed(data, path), path, "exec", dont_inherit=True)


def parsed(data: bytes, path: str) -> ast.Module:
    """Parses a file of a program, as `compiled` does."""
    return _with_old_methods(as_python3(data, path))


def _with_old_methods(tree: ast.Module) -> ast.Module:
    """Has `methods.py` called for what NumPy's arrays cannot do any more."""
    methods = _Methods()
    methods.visit(tree)
    if methods.found:
        tree.body[_after_first_lines(tree) : 0] = _METHODS
    return ast.fix_missing_locations(tree)


class _Methods(ast.NodeTransformer):
    """Replaces `array.tostring()`, `int(array)`, `float(array)` and `"%d" % array`."""

    found = False

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        called = node.func
        if isinstance(called, ast.Attribute) and called.attr == "tostring":
            node.func = self._helper("tostring", called)
            node.args = [called.value, *node.args]
        elif isinstance(called, ast.Name) and called.id in ("int", "float") and _is_one(node):
            kind = ast.copy_location(ast.Name(called.id, ast.Load()), called)
            node.func, node.args = self._helper("number", called), [kind, *node.args]
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        is_text = isinstance(node.left, ast.Constant) and isinstance(node.left.value, str)
        if not is_text or not isinstance(node.op, ast.Mod):
            return node
        function = self._helper("formatted", node)
        return ast.copy_location(ast.Call(function, [node.left, node.right], []), node)

    def _helper(self, name: str, node: ast.expr) -> ast.expr:
        self.found = True
        owner = ast.Name("__methods__", ast.Load())
        return ast.copy_location(ast.Attribute(owner, name, ast.Load()), node)


def _is_one(node: ast.Call) -> bool:
    """Whether a call has one argument, and no literal."""
    if len(node.args) != 1 or node.keywords:
        return False
    return not isinstance(node.args[0], ast.Constant | ast.Starred)


def as_python3(data: bytes, path: str) -> ast.Module:
    """Parses a file, translated line for line if it is Python 2.

    Raises:
      SyntaxError: it is neither Python 3 nor Python 2.
      NotInstalledError: it is Python 2, and the translator is not installed.
    """
    try:
        tree = ast.parse(data, path)
    except SyntaxError as error:
        translated = _translated(importlib.util.decode_source(data))
        if translated is None:
            raise error from None
        return translated
    if _is_python2(tree):
        return _translated(importlib.util.decode_source(data)) or tree
    return tree


def _is_python2(tree: ast.Module) -> bool:
    return is_python2(tree) or any(_shifts_print(node) for node in ast.walk(tree))


def _shifts_print(node: ast.AST) -> bool:
    """Whether it is `print >>file`, which Python 3 reads, but as a shift."""
    if not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.RShift)):
        return False
    return isinstance(node.left, ast.Name) and node.left.id == "print"


def _translated(source: str) -> ast.Module | None:
    """Python 2 as Python 3, line for line; None if it is not Python 2 either."""
    source = re.sub(r"^[ \t]+", lambda match: match[0].expandtabs(8), source, flags=re.MULTILINE)
    try:
        tree = ast.parse(source)  # only its tabs were Python 2
        if _is_python2(tree):
            raise SyntaxError("Python 2")
    except SyntaxError:
        try:
            tree = ast.parse(_refactored(source))
        except SyntaxError:
            return None
    if not re.search(r"^from __future__ import .*\bdivision\b", source, re.MULTILINE):
        tree = _Division().visit(tree)
        tree.body[_after_first_lines(tree) : 0] = _DIVISION
    return ast.fix_missing_locations(tree)


def _refactored(source: str) -> str:
    """The translator's text.

    Raises:
      SyntaxError: it does not understand the source.
      MissingPackageError: the translator is not installed.
    """
    try:
        from fissix import refactor
        from fissix.pgen2.parse import ParseError
    except ModuleNotFoundError:
        raise not_installed("Python 2", "fissix") from None
    tool = refactor.RefactoringTool(refactor.get_fixers_from_package("fissix.fixes"))
    try:
        return str(tool.refactor_string(source + "\n", "program"))
    except ParseError as error:
        raise SyntaxError(str(error)) from None


def _after_first_lines(tree: ast.Module) -> int:
    """Where an import may stand: after the docstring and the imports from `__future__`."""
    place = 1 if ast.get_docstring(tree) is not None else 0
    for number, node in enumerate(tree.body):
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            place = number + 1
    return place


class _Division(ast.NodeTransformer):
    """Replaces `/` by Python 2's."""

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        if not isinstance(node.op, ast.Div):
            return node
        return ast.copy_location(_call("divided", node.left, node.right), node)

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        self.generic_visit(node)
        if not isinstance(node.op, ast.Div):
            return node
        old = ast.parse(ast.unparse(node.target), mode="eval").body
        value = _call("divided_in_place", old, node.value)
        return ast.copy_location(ast.Assign([node.target], value), node)


def _call(name: str, *arguments: ast.expr) -> ast.Call:
    function = ast.Attribute(ast.Name("__division__", ast.Load()), name, ast.Load())
    return ast.Call(function, list(arguments), [])


class _Loader(importlib.machinery.SourceFileLoader):
    """Loads a program's module; a translated one is not cached beside it."""

    # As importlib calls it; typeshed has another class's.
    def source_to_code(  # type: ignore[override]
        self, data: Any, path: Any, *, _optimize: int = -1
    ) -> CodeType:
        return compiled(bytes(data), str(path))

    def set_data(self, path: str, data: Any, *, _mode: int = 0o666) -> None:
        source = Path(self.path).read_bytes()
        with contextlib.suppress(SyntaxError), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(source, path, "exec", dont_inherit=True)
            super().set_data(path, data, _mode=_mode)


class _Finder:
    """Finds the program's own modules as Python does, and has them loaded by `_Loader`."""

    @staticmethod
    def find_spec(
        name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is None or not isinstance(spec.loader, importlib.machinery.SourceFileLoader):
            return None
        if not program.is_own({"__name__": name, "__file__": spec.origin}):
            return None
        spec.loader = _Loader(name, str(spec.origin))
        return spec


@contextlib.contextmanager
def python2_modules() -> Iterator[None]:
    """Lets the program's own modules be Python 2, in the block."""
    sys.meta_path.insert(0, _Finder)
    try:
        yield
    finally:
        sys.meta_path.remove(_Finder)
