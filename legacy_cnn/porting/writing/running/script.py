"""What the source of a script tells beside its graph: constants, flags, loops."""

import ast
import operator
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from legacy_cnn.parity.sides.graph_side import GraphSide
from legacy_cnn.porting.origins import Origins, tree_of

_OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul,
    ast.Div: operator.truediv, ast.FloorDiv: operator.floordiv,
}  # fmt: skip
_SEEDING = ("set_random_seed", "set_seed")
#: What the training data are called.
_TRAINING = re.compile(
    r"len\((\w+\.)*(train_?(x|images|data|set)|(x|data)_train|tr_?x)\)", re.IGNORECASE
)
_CONVERTING: dict[str, Callable[[Any], Any]] = {"int": int, "float": float, "round": round}


class Script:
    """The files of a program, and the numbers that are assigned in them."""

    def __init__(self, files: list[str]) -> None:
        self.trees = {file: tree_of(file) for file in files}
        self._names: dict[str, ast.expr] = {}
        self._attributes: dict[str, ast.expr] = {}
        self._examples: ast.expr | None = None
        for tree in self.trees.values():
            for node in ast.walk(tree):
                self._learn(node)

    @classmethod
    def of(cls, side: GraphSide, origins: Origins) -> "Script":
        """The files that made a graph, the script itself first."""
        own = [side.name] if side.name.endswith(".py") and Path(side.name).is_file() else []
        resolved = {str(Path(file).resolve()): file for file in [*origins.files, *own]}
        files = list(resolved.values())
        return cls(sorted(files, key=lambda file: file not in own))

    def number(self, node: ast.AST | None) -> Any:
        """The number that an expression is, if constants make it; else None."""
        try:
            return self._number(node, 0)
        except (TypeError, ZeroDivisionError, OverflowError, ValueError):
            return None

    def named(self, name: str) -> Any:
        """The number that a variable or a flag has, if constants make it; else None."""
        found = self._names.get(name, self._attributes.get(name))
        return self.number(found)

    def learn_examples(self, count: int) -> None:
        """Takes a number for that of the examples that the script trains on."""
        self._examples = ast.Constant(count)
        self._attributes.setdefault("num_examples", self._examples)

    def calls(self, name: str) -> Iterator[tuple[str, ast.Call]]:
        """The calls of what has a name, each with its file."""
        for file, tree in self.trees.items():
            for node in ast.walk(tree):
                if isinstance(node, ast.Call) and called(node) == name:
                    yield file, node

    def seed(self) -> int | None:
        """The seed that it gives its graph, if constants make it."""
        calls = [call for name in _SEEDING for _, call in self.calls(name)]
        numbers = [self.number(call.args[0]) for call in calls if call.args]
        return next((number for number in numbers if isinstance(number, int)), None)

    def attributes(self) -> set[str]:
        """The attributes that it names: `validation` of `mnist.validation`."""
        nodes = [node for tree in self.trees.values() for node in ast.walk(tree)]
        return {node.attr for node in nodes if isinstance(node, ast.Attribute)}

    def mentions(self, word: str) -> bool:
        """Whether a name or an attribute has a word in it."""
        return any(
            word in name.lower()
            for tree in self.trees.values()
            for node in ast.walk(tree)
            if (name := getattr(node, "id", None) or getattr(node, "attr", None))
        )

    # Parts ------------------------------------------------------------------------------------

    def _learn(self, node: ast.AST) -> None:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                self._assign(target, node.value)
        elif isinstance(node, ast.Call):
            self._learn_flag(node)
        elif isinstance(node, ast.FunctionDef):
            given = node.args.args[len(node.args.args) - len(node.args.defaults) :]
            for argument, default in zip(given, node.args.defaults, strict=True):
                self._names.setdefault(argument.arg, default)

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            for one, its in zip(target.elts, value.elts, strict=False):
                self._assign(one, its)
        elif isinstance(target, ast.Name):
            self._names.setdefault(target.id, value)
            self._attributes.setdefault(target.id, value)  # of a class, perhaps
        elif isinstance(target, ast.Attribute):
            self._attributes[target.attr] = value

    def _learn_flag(self, call: ast.Call) -> None:
        """A default of `DEFINE_integer` or `add_argument`."""
        words = [a.value for a in call.args if isinstance(a, ast.Constant)]
        given = {keyword.arg: keyword.value for keyword in call.keywords}
        name = words[0] if words and isinstance(words[0], str) else ""
        if called(call).startswith("DEFINE_") and name:
            default = given.get("default_value", call.args[1] if len(call.args) > 1 else None)
        elif called(call) == "add_argument" and "default" in given:
            name = next((w for w in reversed(words) if isinstance(w, str)), "")
            default = given["default"]
        else:
            return
        if default is not None:
            self._attributes[name.lstrip("-").replace("-", "_")] = default

    def _number(self, node: ast.AST | None, depth: int) -> Any:
        if depth > 20:  # a name that is made of itself
            return None
        deeper = depth + 1
        if isinstance(node, ast.Constant):
            return node.value if isinstance(node.value, int | float) else None
        if isinstance(node, ast.Name):
            return self._number(self._names.get(node.id), deeper)
        if isinstance(node, ast.Attribute):
            return self._number(self._attributes.get(node.attr), deeper)
        if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
            values = self._number(node.left, deeper), self._number(node.right, deeper)
            return _OPERATORS[type(node.op)](*values)
        if isinstance(node, ast.Call):
            return self._of_call(node, deeper)
        return None

    def _of_call(self, node: ast.Call, depth: int) -> Any:
        if called(node) == "len" and _TRAINING.fullmatch(ast.unparse(node)):
            return self._number(self._examples, depth)
        values = [self._number(one, depth) for one in node.args]
        if called(node) in _CONVERTING and len(values) == 1:
            return _CONVERTING[called(node)](values[0])
        if called(node) == "divided":  # Python 2's division, as it was translated
            whole = all(isinstance(value, int) for value in values)
            return values[0] // values[1] if whole else values[0] / values[1]
        return None


def called(call: ast.Call) -> str:
    """The last name of what is called."""
    return str(getattr(call.func, "attr", None) or getattr(call.func, "id", ""))
