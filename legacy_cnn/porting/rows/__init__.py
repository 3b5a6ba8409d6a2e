"""Layers: a row recognises operations of a graph, and names the layer of Keras that equals them.

Each module here is found by itself. It has one or both of these names:

- `parts(reading)`: dict from the last operation of each pattern that it recognises to what it is;
  what belongs to a pattern is taken, `reading.take`. It is asked before all operations on the way,
  and modules with a smaller `ORDER` are asked first.
- `ROWS`: dict from a kind of operation to `row(reading, op) -> Found | None`: None if there is
  nothing to write for it, `NotImplemented` if another module's row may know it.
"""

import functools
import importlib
import pkgutil
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.porting.found import Found
from legacy_cnn.porting.reading import Reading

#: A row: what an operation is.
Row = Callable[[Reading, tf.Operation], Any]


@functools.cache
def modules() -> tuple[ModuleType, ...]:
    """The modules of this folder, in the order in which they are asked."""
    names = [module.name for module in pkgutil.iter_modules(__path__)]
    found = [importlib.import_module(f"{__name__}.{name}") for name in names]
    return tuple(sorted(found, key=lambda module: getattr(module, "ORDER", 50)))


def layers(reading: Reading) -> Iterator[Found]:
    """What each operation on the way is that nothing before it explains."""
    at_ends: dict[str, Found] = {}
    for module in modules():
        if hasattr(module, "parts"):
            at_ends.update(module.parts(reading))
    for op in reading.way:
        if op.name in at_ends:
            reading.take([op])
            yield at_ends.pop(op.name)
        elif op.name not in reading.used:
            reading.take([op])
            found = _of(reading, op)
            if found is not None:
                yield found


def _of(reading: Reading, op: tf.Operation) -> Found | None:
    for module in modules():
        row: Row | None = getattr(module, "ROWS", {}).get(op.type)
        result = NotImplemented if row is None else row(reading, op)
        if result is not NotImplemented:
            return result
    return unknown(op)


def unknown(op: tf.Operation) -> Found | None:
    """What no row knows."""
    from legacy_cnn.porting.rows.operations import operation

    return operation(op)
