"""Which Python a file is written for, if Python 3 can read it: Python 2, by the names it uses."""

import ast
from collections.abc import Iterator, Mapping

_BUILTINS = {
    "basestring", "cmp", "execfile", "file", "long", "raw_input", "reduce", "reload", "unichr",
    "unicode", "xrange",
}  # fmt: skip
_MODULES = {
    "cPickle", "cStringIO", "ConfigParser", "Queue", "StringIO", "Tkinter", "copy_reg",
    "htmlentitydefs", "httplib", "urllib2", "urlparse",
}  # fmt: skip
#: Modules that Python 2 does not have.
_NEW_MODULES = {
    "asyncio", "builtins", "configparser", "pathlib", "queue", "tkinter", "typing", "urllib.error",
    "urllib.parse", "urllib.request",
}  # fmt: skip
#: Arguments that functions of Python 2 do not have.
_NEW_ARGUMENTS = {
    "open": {"encoding", "errors", "newline"},
    "print": {"end", "file", "flush", "sep"},
}
_METHODS = {"has_key", "iteritems", "iterkeys", "itervalues"}
#: Functions that are elsewhere in Python 3, by their modules.
_MOVED = {
    "itertools": {"imap", "izip", "ifilter"},
    "string": {"letters", "lowercase", "maketrans", "uppercase"},
    "urllib": {"quote", "unquote", "urlencode", "urlopen", "urlretrieve"},
}
#: What a test mentions that tells the two Pythons apart.
_VERSIONS = {"PY2", "PY3", "version", "version_info", "python_version", "six"}
#: What a missing name raises.
_MISSING = {"AttributeError", "ImportError", "ModuleNotFoundError", "NameError"}
#: Statements and expressions that Python 2 does not have.
_NEW = (
    ast.AnnAssign,
    ast.AsyncFunctionDef,
    ast.Await,
    ast.JoinedStr,
    ast.MatMult,
    ast.NamedExpr,
    ast.Nonlocal,
    ast.YieldFrom,
)


def is_python2(tree: ast.Module) -> bool:
    """Whether a file uses what only Python 2 has, other than where it has tried or asked before."""
    found = list(_unguarded(tree))
    bound = {name for node in found for name in _binds(node)}
    arguments = {name: each for name, each in _NEW_ARGUMENTS.items() if name not in bound}
    if "print_function" in bound:  # from __future__
        arguments.pop("print", None)
    if any(_needs_python3(node, arguments) for node in found):
        return False
    if any(_is_new(node) for node in ast.walk(tree)):
        return False
    return any(_prints(node) or _is_old(node, bound) for node in found)


def names_bound(tree: ast.Module) -> set[str]:
    """The names that a file binds somewhere."""
    return {name for node in ast.walk(tree) for name in _binds(node)}


def _unguarded(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes that are in no `try` and under no question for the version of Python."""
    yield node
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If | ast.IfExp) and _asks(child.test):
            continue
        if isinstance(child, ast.Try) and _expects(child):
            for each in [*child.orelse, *child.finalbody]:
                yield from _unguarded(each)
            # Names that it binds are bound; what is used in it may fail.
            yield from (each for each in ast.walk(child) if list(_binds(each)))
            continue
        yield from _unguarded(child)


def _expects(node: ast.Try) -> bool:
    """Whether a `try` is there because a name may be missing."""
    caught = {
        each.id
        for handler in node.handlers
        for each in ast.walk(handler.type or ast.Name("Exception"))
        if isinstance(each, ast.Name)
    }
    return bool(caught & _MISSING) or (len(node.body) < 3 and "Exception" in caught)


def _asks(test: ast.expr) -> bool:
    names = {getattr(each, "id", getattr(each, "attr", None)) for each in ast.walk(test)}
    return bool(names & _VERSIONS)


def _is_new(node: ast.AST) -> bool:
    """Whether only Python 3 has it."""
    if isinstance(node, ast.FunctionDef):
        arguments = node.args
        every = [*arguments.args, *arguments.kwonlyargs]
        return bool(node.returns or arguments.kwonlyargs or any(each.annotation for each in every))
    if isinstance(node, ast.Raise):
        return node.cause is not None
    if isinstance(node, ast.Call):
        return getattr(node.func, "id", "") == "super" and not node.args
    return isinstance(node, _NEW)


def _needs_python3(node: ast.AST, arguments: Mapping[str, set[str]]) -> bool:
    """Whether it fails in Python 2, where nothing else is tried."""
    if isinstance(node, ast.Import):
        return any(each.name in _NEW_MODULES for each in node.names)
    if isinstance(node, ast.ImportFrom):
        return node.level == 0 and node.module in _NEW_MODULES
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return any(each.arg in arguments.get(node.func.id, ()) for each in node.keywords)
    return False


def _prints(node: ast.AST) -> bool:
    """Whether it is `print >>file` or `print [1]`, which Python 3 reads in another way."""
    shown: ast.expr | None = None
    if isinstance(node, ast.Subscript):
        shown = node.value
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.RShift):
        shown = node.left
    return isinstance(shown, ast.Name) and shown.id == "print"


def _binds(node: ast.AST) -> Iterator[str]:
    """The names that a node binds."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
    elif isinstance(node, ast.FunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.arg):
        yield node.arg
    elif isinstance(node, ast.ExceptHandler) and node.name:
        yield node.name
    elif isinstance(node, ast.alias) and node.name.partition(".")[0] not in _MODULES:
        yield (node.asname or node.name).partition(".")[0]
        if node.name == "*":  # of which anything may come
            yield from _BUILTINS


def _is_old(node: ast.AST, bound: set[str]) -> bool:
    if isinstance(node, ast.Name):
        return isinstance(node.ctx, ast.Load) and node.id in _BUILTINS - bound
    if isinstance(node, ast.Import):
        return any(each.name in _MODULES for each in node.names)
    if isinstance(node, ast.ImportFrom):
        names = {each.name for each in node.names}
        return node.module in _MODULES or bool(names & _MOVED.get(node.module or "", set()))
    if not isinstance(node, ast.Attribute):
        return False
    if isinstance(node.value, ast.Name) and node.attr in _MOVED.get(node.value.id, ()):
        return True
    return node.attr in _METHODS and "pandas" not in bound and "pd" not in bound
