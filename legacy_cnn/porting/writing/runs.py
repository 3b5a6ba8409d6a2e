"""How a script trains: its data, batch size and epochs."""

import ast
import dataclasses
from pathlib import Path

from legacy_cnn.porting.origins import Origins, tree_of
from legacy_cnn.porting.reading import Reading

#: What loaders of MNIST are called.
LOADER = "read_data_sets"


@dataclasses.dataclass
class Run:
    """What `main` does."""

    loader: str = ""  #: 'input_data.read_data_sets("MNIST_data", one_hot=True)'; "" for no MNIST
    batch_size: int | None = None
    epochs: int = 1


def run_of(reading: Reading, origins: Origins) -> Run:
    """What can be told of a reference's training."""
    file = _script(reading)
    if file is None:
        return Run(batch_size=_batch_size(reading))
    tree = tree_of(file)
    return Run(_loader(tree), _batch_size(reading), _epochs(tree))


def _script(reading: Reading) -> str | None:
    name = reading.side.name
    return name if name.endswith(".py") and Path(name).is_file() else None


def _batch_size(reading: Reading) -> int | None:
    """As in the steps that were recorded."""
    recorded, inputs = reading.side.recorded, reading.side.inputs
    if recorded is None or not recorded.given or not inputs:
        return None
    value = recorded.given[0].get(inputs[0].name)
    return None if value is None or not value.ndim else int(value.shape[0])


def _loader(tree: ast.Module) -> str:
    """The call that loads MNIST, if all its arguments are constants."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(LOADER):
            given = [*node.args, *(keyword.value for keyword in node.keywords)]
            if all(isinstance(one, ast.Constant) for one in given):
                words = [_written(one) for one in node.args]
                words += [f"{one.arg}={_written(one.value)}" for one in node.keywords]
                return f"input_data.{LOADER}({', '.join(words)})"
    return ""


def _written(node: ast.expr) -> str:
    value = node.value if isinstance(node, ast.Constant) else None
    return f'"{value}"' if isinstance(value, str) else ast.unparse(node)


def _epochs(tree: ast.Module) -> int:
    """Of the first loop over epochs."""
    constants = {
        target.id: node.value.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.For) and "epoch" in ast.unparse(node.target).lower():
            given = (
                node.iter.args[-1] if isinstance(node.iter, ast.Call) and node.iter.args else None
            )
            value = (
                given.value
                if isinstance(given, ast.Constant)
                else constants.get(given.id)
                if isinstance(given, ast.Name)
                else None
            )
            if isinstance(value, int):
                return value
    return 1
