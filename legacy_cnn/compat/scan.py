"""What a program uses of TensorFlow, read from its text: dotted names, and where."""

import ast
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from legacy_cnn.compat import source


class Use(NamedTuple):
    """A use of an old name.

    Attributes:
      name: the dotted name, such as `tensorflow.nn.relu`.
      file: the file.
      line: its line.
      call: the call, where it is called.
      optional: whether the program looks first whether it is there.
    """

    name: str
    file: Path
    line: int
    call: ast.Call | None
    optional: bool


def uses(script: Path, text: bytes | None = None) -> list[Use]:
    """Finds what a script and the modules beside it use of TensorFlow.

    Args:
      script: its path.
      text: what is in it, where it has been read.

    Raises:
      SyntaxError: a file is neither Python 3 nor Python 2.
    """
    found: list[Use] = []
    own: set[str] = set()
    waiting, done = [script], set()
    while waiting:
        file = waiting.pop(0)
        if file in done:
            continue
        done.add(file)
        data = text if text is not None and file == script else file.read_bytes()
        reader = _Reader(file)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            reader.visit(source.parsed(data, str(file)))
        found += reader.uses
        own |= reader.own
        waiting += _beside(script.parent, file.parent, reader.imports)
    return [each for each in found if not _is_below(each.name, own)]


def _is_below(name: str, own: set[str]) -> bool:
    """Whether a dotted name is one of those that the program itself sets, or is reached by one."""
    return any(name == each or name.startswith(f"{each}.") for each in own)


def _beside(*folders_and_imports: object) -> Iterator[Path]:
    """The files of modules that are imported from the program's own folders."""
    *folders, imports = folders_and_imports
    assert isinstance(imports, set)
    for name in sorted(imports):
        for folder in folders:
            path = Path(str(folder), *name.split("."))
            for file in (path.with_suffix(".py"), path / "__init__.py"):
                if file.is_file():
                    yield file


class _Reader(ast.NodeVisitor):
    """Collects uses: names that an import bound, and what is reached from them by dots.

    Attributes:
      uses: what is found.
      imports: the modules that the file imports.
      own: dotted names that the file sets.
    """

    def __init__(self, file: Path) -> None:
        self.uses: list[Use] = []
        self.imports: set[str] = set()
        self.own: set[str] = set()
        self._file = file
        self._bound: dict[str, str] = {}
        self._optional = 0  # how many tests of what is there the reader is inside of

    def visit_Import(self, node: ast.Import) -> None:
        for each in node.names:
            self._import(node.lineno, each.name)
            if each.asname:
                self._bound[each.asname] = each.name
            else:
                top = each.name.partition(".")[0]
                self._bound[top] = top

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        module = node.module or ""
        self.imports |= {module, *(f"{module}.{each.name}".strip(".") for each in node.names)}
        for each in node.names:
            name = f"{module}.{each.name}"
            if node.level == 0:
                self._bound[each.asname or each.name] = name
                self._import(node.lineno, name if each.name != "*" else module)

    def visit_Try(self, node: ast.Try) -> None:
        self._inside(node, bool(node.handlers))

    def visit_If(self, node: ast.If) -> None:
        self._inside(node, _asks(node.test))

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        self._inside(node, _asks(node))

    def visit_IfExp(self, node: ast.IfExp) -> None:
        self._inside(node, _asks(node.test))

    def visit_Call(self, node: ast.Call) -> None:
        looked_for = self._looked_for(node)
        if looked_for:
            self._optional += 1
            self._use(looked_for, node.lineno, None)
            self._optional -= 1
        name = self._dotted(node.func)
        if name:
            self._use(name, node.lineno, node)
        else:
            self.visit(node.func)
        for each in (*node.args, *node.keywords):
            self.visit(each)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        name = self._dotted(node)
        if name and isinstance(node.ctx, ast.Store):
            self.own.add(name)
        elif name:
            self._use(name, node.lineno, None)
        else:
            self.generic_visit(node)

    def _looked_for(self, node: ast.Call) -> str | None:
        """The name that `hasattr` or `getattr` asks for."""
        if not (isinstance(node.func, ast.Name) and node.func.id in ("hasattr", "getattr")):
            return None
        owner = self._dotted(node.args[0]) if len(node.args) > 1 else None
        name = ast.literal_eval(node.args[1]) if owner and _is_text(node.args[1]) else ""
        return f"{owner}.{name}" if name else None

    def _inside(self, node: ast.AST, optional: bool) -> None:
        self._optional += optional
        self.generic_visit(node)
        self._optional -= optional

    def _import(self, line: int, name: str) -> None:
        self.imports.add(name)
        self._use(name, line, None)

    def _use(self, name: str, line: int, call: ast.Call | None) -> None:
        if name.partition(".")[0] == "tensorflow":
            self.uses.append(Use(name, self._file, line, call, self._optional > 0))

    def _dotted(self, node: ast.expr) -> str | None:
        """The dotted name of an expression that begins with an imported one."""
        if isinstance(node, ast.Name):
            return self._bound.get(node.id)
        if isinstance(node, ast.Attribute):
            inner = self._dotted(node.value)
            return f"{inner}.{node.attr}" if inner else None
        return None


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _asks(test: ast.expr) -> bool:
    """Whether a condition asks which names, or which release, there are."""
    names = [getattr(each, "id", getattr(each, "attr", "")) for each in ast.walk(test)]
    return not {"hasattr", "getattr"}.isdisjoint(names) or any(
        "version" in name.lower() for name in names
    )
