"""The source of an old program: compiled as it stands, or, if it is Python 2, translated first."""

import ast
import contextlib
import importlib.machinery
import importlib.util
import sys
import warnings
from collections.abc import Iterator, Sequence
from types import CodeType, ModuleType
from typing import TypeGuard

from legacy_cnn.compat import program, python2
from legacy_cnn.compat.python2.translation import after_first_lines

#: What replaces methods that are gone.
_METHODS = ast.parse("from legacy_cnn.compat import methods as __methods__").body


def compiled(data: bytes, path: str, *, in_package: bool = False) -> CodeType:
    """Compiles a file of a program.

    Args:
      data: what is in the file.
      path: the file, for tracebacks.
      in_package: whether it is a module of a package.

    Raises:
      SyntaxError: it is neither Python 3 nor Python 2.
    """
    with warnings.catch_warnings():
        # About escapes and comparisons that were fine when the program was written.
        warnings.simplefilter("ignore")
        return compile(parsed(data, path, in_package=in_package), path, "exec", dont_inherit=True)


def parsed(data: bytes, path: str, *, in_package: bool = False) -> ast.Module:
    """Parses a file of a program, as `compiled` does."""
    return _with_old_methods(as_python3(data, path, in_package=in_package))


def _with_old_methods(tree: ast.Module) -> ast.Module:
    """Has `methods.py` called for what NumPy's arrays cannot do any more."""
    methods = _Methods()
    methods.visit(tree)
    if methods.found:
        tree.body[after_first_lines(tree) : 0] = _METHODS
    return ast.fix_missing_locations(tree)


class _Methods(ast.NodeTransformer):
    """Replaces what `methods.py` has: `array.tostring()`, `int(array)`, `"%d" % array`..."""

    found = False

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        self.generic_visit(node)
        target = node.targets[0]
        if len(node.targets) > 1 or not _is_element(target):
            return node
        return self._called("set_item", node, node.value, target.value, target.slice)

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        self.generic_visit(node)
        target, name = node.target, _IN_PLACE.get(type(node.op))
        if name is None or not _is_element(target):
            return node
        how = ast.copy_location(ast.Constant(name), node)
        return self._called("set_item_in_place", node, how, target.value, target.slice, node.value)

    def _called(self, name: str, node: ast.stmt, *arguments: ast.expr) -> ast.AST:
        call = ast.copy_location(ast.Call(self._helper(name, node), list(arguments), []), node)
        return ast.copy_location(ast.Expr(call), node)

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

    def _helper(self, name: str, node: ast.expr | ast.stmt) -> ast.expr:
        self.found = True
        owner = ast.Name("__methods__", ast.Load())
        return ast.copy_location(ast.Attribute(owner, name, ast.Load()), node)


#: What assigns in place -> its name in `operator`.
_IN_PLACE: dict[type[ast.operator], str] = {
    ast.Add: "iadd",
    ast.Div: "itruediv",
    ast.Mult: "imul",
    ast.Sub: "isub",
}


def _is_element(target: ast.expr) -> TypeGuard[ast.Subscript]:
    """Whether it is `owner[key]`; arrays have no text for a key."""
    if not isinstance(target, ast.Subscript):
        return False
    key = target.slice
    return not isinstance(key, ast.JoinedStr) and not (
        isinstance(key, ast.Constant) and isinstance(key.value, str)
    )


def _is_one(node: ast.Call) -> bool:
    """Whether a call has one argument, and no literal."""
    if len(node.args) != 1 or node.keywords:
        return False
    return not isinstance(node.args[0], ast.Constant | ast.Starred)


def as_python3(
    data: bytes, path: str, *, in_package: bool = False, to_run: bool = True
) -> ast.Module:
    """Parses a file, translated line for line if it is Python 2.

    Args:
      data: what is in the file.
      path: the file.
      in_package: whether it is a module of a package.
      to_run: whether values do what they did in Python 2; else the tree is only to be read.

    Raises:
      SyntaxError: it is neither Python 3 nor Python 2.
      NotInstalledError: it is Python 2, and the translator is not installed.
    """
    if b"\0" in data:  # a ValueError before Python 3.11.4
        raise SyntaxError("source code cannot contain null bytes")
    try:
        tree = ast.parse(data, path)
    except SyntaxError as error:
        try:
            source = importlib.util.decode_source(data)
        except UnicodeDecodeError:
            raise error from None
        translated = python2.translated(source, path, in_package, to_run=to_run)
        if translated is None:
            raise error from None
        return translated
    if python2.is_python2(tree):
        source = importlib.util.decode_source(data)
        return python2.translated(source, path, in_package, to_run=to_run) or tree
    return tree


class _Loader(importlib.machinery.SourceFileLoader):
    """Loads a program's module, always from its source.

    A cached one may be Python's own, and one that is cached here would be run by Python later.
    """

    def get_code(self, fullname: str) -> CodeType:
        path = self.get_filename(fullname)
        in_package = "." in fullname or self.is_package(fullname)
        return compiled(self.get_data(path), path, in_package=in_package)


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
    path_finder = importlib.machinery.PathFinder
    # Python's built-in modules come before files of their names.
    known = sys.meta_path.index(path_finder) if path_finder in sys.meta_path else 0
    sys.meta_path.insert(known, _Finder)
    try:
        yield
    finally:
        sys.meta_path.remove(_Finder)
