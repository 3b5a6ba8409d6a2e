"""Functions: the expression of `keras.ops` that computes what one operation of a graph does.

Where no layer is, these are written: in the model, in a loss, in the `call` of a layer of its own.
Each module here is found by itself. Its `ROWS` is a dict from a kind of operation to
`row(scope, op) -> Expr`, where `scope.value(tensor)` is the expression of an input, and
`scope.constant(tensor)` the value of one that is computed from constants. Those of `lists` return
all outputs of an operation at once.
"""

import functools
import importlib
import pkgutil
from collections.abc import Callable
from typing import Any

#: `row(scope, op)`: the expression of the first output of an operation.
Row = Callable[[Any, Any], Any]


@functools.cache
def rows() -> dict[str, Row]:
    """The rows of all modules of this folder."""
    found: dict[str, Row] = {}
    for module in pkgutil.iter_modules(__path__):
        found.update(importlib.import_module(f"{__name__}.{module.name}").ROWS)
    return found


def is_list(kind: str) -> bool:
    """Whether the expression of an operation is of all its outputs."""
    return kind in importlib.import_module(f"{__name__}.lists").ROWS
