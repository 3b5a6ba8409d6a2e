"""Which files are graphs, by their names; does not import TensorFlow."""

import os
from pathlib import Path

#: Files of a SavedModel, of which it has one.
SAVED_MODEL = ("saved_model.pb", "saved_model.pbtxt")


def is_graph_file(path: str | os.PathLike[str]) -> bool:
    """Whether a path looks like a graph."""
    path = Path(path)
    return path.suffix in (".meta", ".pb", ".pbtxt") or any(
        (path / name).exists() for name in SAVED_MODEL
    )


def is_program_file(path: str | os.PathLike[str]) -> bool:
    """Whether a path looks like a graph, or like a trace, which has one."""
    return is_graph_file(path) or Path(path).suffix == ".npz"
