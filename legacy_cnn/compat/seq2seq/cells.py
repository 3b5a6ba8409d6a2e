"""Cells for a function that was handed one cell, and uses it in several variable scopes."""

import copy
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.compat.cells.by_scope import spelled


def fresh(cell: Any) -> Any:
    """A copy of a cell that has no variables yet: it makes, or reuses, those of where it is called.

    Until 1.0 a cell had the weights of the variable scope that it was called in. So a function that
    calls copies may be called again, in a scope that reuses variables, with the same cell. A cell
    that has variables already is used itself.
    """
    return cell if _is_built(cell) else copy.deepcopy(cell)


def _is_built(cell: Any) -> bool:
    inner = [getattr(cell, "_cell", None), *(getattr(cell, "_cells", None) or ())]
    return bool(getattr(cell, "built", False)) or any(
        _is_built(each) for each in inner if each is not None
    )


def encoded(cell: Any, inputs: Any, dtype: Any) -> Any:
    """The outputs and the last state of a cell that runs over a list of inputs."""
    return tf.nn.static_rnn(cell, inputs, dtype=dtype, scope=spelled("RNN", "rnn"))
