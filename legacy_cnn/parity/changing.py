"""Numbers that a script changes while it trains, of which a comparison takes the first.

A learning rate that falls may be fed anew in each step, which the recorded steps show, or after
some epochs, which only the source shows; or operations that no training step runs assign it.
"""

import ast
from collections.abc import Iterator, Mapping, Sequence

import tensorflow.compat.v1 as tf

from legacy_cnn.parity.arrays import Array, Arrays
from legacy_cnn.parity.statements import Places, assigned_at, name_of, shown, tree_of, words
from legacy_cnn.parity.updates import closure, is_assigning, updates_of
from legacy_cnn.programs.variables import is_variable


def changing(
    stages: Sequence[str], numbers: Arrays, given: Sequence[Arrays], places: Places
) -> dict[str, str]:
    """The numbers of a training step that the script changes.

    Args:
      stages: operations of a step, of the current graph.
      numbers: tensor -> the number that it was fed in the first step.
      given: of each recorded step, tensor -> what it was given.
      places: of the operations.

    Returns:
      Placeholder's or variable's operation -> a sentence that says where.
    """
    graph = tf.get_default_graph()
    needed = {op.name: op for op in closure(map(graph.get_operation_by_name, stages))}
    files = sorted({file for lines in places.values() for file, _ in lines})
    found: dict[str, str] = {}
    for tensor, first in numbers.items():
        name = tensor.partition(":")[0]
        if name in needed and first.dtype.kind == "f":
            found |= _fed(name, first, [g[tensor] for g in given if tensor in g], places, files)
    return found | dict(_assigned(needed, stages, places))


def _fed(
    name: str, first: Array, fed: Sequence[Array], places: Places, files: Sequence[str]
) -> dict[str, str]:
    """Whether a placeholder is fed several numbers."""
    sentence = f"the script changes the number that it feeds as {name}; the first is compared"
    later = next((one.item() for one in fed if one != first), None)
    if later is not None:
        return {name: f"{sentence}: {first.item():.7g}, and then {later:.7g}"}
    line = _line_of_change(files, [assigned_at(place) for place in places.get(name, ())])
    return {name: f"{line}: {sentence}: {first.item():.7g}"} if line else {}


def _assigned(
    needed: Mapping[str, tf.Operation], stages: Sequence[str], places: Places
) -> Iterator[tuple[str, str]]:
    """The variables of a step that only operations beside it change."""
    graph = tf.get_default_graph()
    own = set().union(*(updates_of(graph.get_operation_by_name(name)) for name in stages))
    numbers = {n for n, op in needed.items() if is_variable(op) and n not in own and _is_number(op)}
    for op in graph.get_operations():
        name = op.inputs[0].op.name if is_assigning(op) else ""
        if name not in numbers or op.name not in places or _is_beginning(op, name):
            continue
        line = shown(places[op.name][-1])
        yield name, f"{line}: the script can assign {name}; its first value is compared"


def _is_beginning(op: tf.Operation, variable: str) -> bool:
    """Whether an assignment gives a variable its first value, or one from a checkpoint."""
    value = op.inputs[1].op if len(op.inputs) > 1 else op
    return op.name == f"{variable}/Assign" or value.type.startswith("Restore")


def _is_number(variable: tf.Operation) -> bool:
    kind = tf.as_dtype(variable.get_attr("dtype"))
    return bool(kind.is_floating) and tf.TensorShape(variable.get_attr("shape")).rank == 0


# The source ---------------------------------------------------------------------------------------


def _line_of_change(files: Sequence[str], names: Sequence[str]) -> str:
    """Where the source feeds one of some placeholders a number that its loops change."""
    for file in files:
        tree = tree_of(file)
        moving = _moving(tree)
        for key, value in _feeds(tree):
            if name_of(key) in set(names) - {""} and words(value) & moving:
                return shown((file, value.lineno))
    return ""


def _feeds(tree: ast.Module) -> Iterator[tuple[ast.expr, ast.expr]]:
    """The keys and values of all dictionaries, whether written at once or one by one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if key is not None:
                    yield key, value
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Subscript):
                    yield target.slice, node.value


def _moving(tree: ast.Module) -> set[str]:
    """The variables that loops change, and those that are computed or given from them."""
    moving = {name_of(node.target) for node in ast.walk(tree) if isinstance(node, ast.AugAssign)}
    for loop in ast.walk(tree):
        if isinstance(loop, ast.For):
            moving |= {node.id for node in ast.walk(loop.target) if isinstance(node, ast.Name)}
    assigned = [*_assignments(tree), *_arguments(tree)]
    in_loops = {n for loop in ast.walk(tree) if isinstance(loop, ast.For | ast.While)
                for n, _ in _assignments(loop)}  # fmt: skip
    values = {name: {ast.unparse(v) for n, v in assigned if n == name} for name in in_loops}
    moving |= {name for name in in_loops if len(values[name]) > 1}
    while more := {n for n, v in assigned if n not in moving and words(v) & moving}:
        moving |= more
    return moving - {""}


def _assignments(tree: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                yield name_of(target), node.value


def _arguments(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    """The parameters of the script's functions, with what they are given."""
    parameters = {
        node.name: [argument.arg for argument in node.args.args]
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
    }
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and (names := parameters.get(name_of(call.func))):
            yield from zip(names[names[:1] == ["self"] :], call.args, strict=False)
            yield from ((keyword.arg or "", keyword.value) for keyword in call.keywords)
