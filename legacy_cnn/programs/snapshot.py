"""What the Python objects behind a function hold, so that it can be put back after a trace.

A trace runs the user's Python with symbolic tensors: a layer counts its calls, keeps an
activation, a model collects losses, metrics are built. Nothing of that may stay.
"""

import argparse
import collections
import functools
import random
import sys
import types
from collections.abc import Callable, Iterable
from typing import Any

import keras
import numpy as np
import tensorflow as tf

#: Packages whose objects and functions are left alone.
FOREIGN = {*sys.stdlib_module_names, "tensorflow", "numpy"}

#: Packages whose objects are looked into, but whose classes and globals are not.
LIBRARIES = {*FOREIGN, "keras", "tf_keras"}

#: Kinds that hold nothing which could change.
ATOMS = (str, bytes, int, float, complex, types.NoneType, types.ModuleType, np.generic)

#: Kinds of the standard library that are there to hold attributes.
NAMESPACES = (types.SimpleNamespace, argparse.Namespace)


class Snapshot:
    """The contents of everything that can be reached from some objects.

    Reached are attributes, containers, arrays, closures, the globals that functions name, class
    attributes, random generators, and values of TensorFlow variables.
    """

    def __init__(self, *roots: Any) -> None:
        """
        Args:
          roots: functions, methods, models, or any other objects.
        """
        self._undo: list[Callable[[], object]] = _global_generators()
        self._seen: dict[int, Any] = {}  # keeps the objects, so that each id stays one object's
        waiting = list(roots)
        while waiting:
            thing = waiting.pop()
            if id(thing) not in self._seen and not isinstance(thing, ATOMS):
                self._seen[id(thing)] = thing
                parts, undo = _visit(thing)
                waiting.extend(parts)
                self._undo.append(undo)

    def restore(self) -> None:
        """Puts back whatever has changed."""
        for undo in self._undo:
            undo()

    def variables(self) -> list[tf.Variable]:
        """TensorFlow's variables that were reached."""
        return [each for each in self._seen.values() if isinstance(each, tf.Variable)]

    def keras_variables(self) -> list[keras.Variable]:
        """Keras 3's variables that were reached."""
        return [each for each in self._seen.values() if isinstance(each, keras.Variable)]


#: What is visited next, and what puts the thing itself back.
Visit = tuple[Iterable[Any], Callable[[], object]]


def _visit(thing: Any) -> Visit:
    for kinds, visit in VISITS:
        if issubclass(type(thing), kinds):  # isinstance believes a proxy's __class__
            return visit(thing)
    if hasattr(thing, "python_function"):  # a tf.function
        return [thing.python_function], _nothing
    if _package(type(thing)) in FOREIGN and not isinstance(thing, NAMESPACES):
        return [getattr(thing, "__wrapped__", None)], _nothing
    return [getattr(thing, "__dict__", None), type(thing)], _nothing


def _nothing() -> None:
    """There is nothing to put back."""


def _global_generators() -> list[Callable[[], object]]:
    python, numpy = random.getstate(), np.random.get_state()
    return [lambda: random.setstate(python), lambda: np.random.set_state(numpy)]


def _visit_variable(variable: tf.Variable) -> Visit:
    try:
        before = variable.numpy()
    except (tf.errors.OpError, NotImplementedError, ValueError):  # it has no value, or not one
        return [], _nothing

    def undo() -> None:
        if variable.numpy().tobytes() != before.tobytes():
            variable.assign(before)

    return [], undo


def _visit_dict(thing: dict[Any, Any]) -> Visit:
    # The methods of dict itself, because those of Keras' and TensorFlow's dicts refuse changes or
    # watch them. An OrderedDict has an order of its own to keep.
    kind = collections.OrderedDict if isinstance(thing, collections.OrderedDict) else dict
    before = list(kind.items(thing))

    def undo() -> None:
        if not _same(kind.items(thing), before, lambda a, b: a[0] is b[0] and a[1] is b[1]):
            kind.clear(thing)
            kind.update(thing, before)

    return [*(part for item in before for part in item), getattr(thing, "__dict__", None)], undo


def _visit_list(thing: list[Any]) -> Visit:
    before = list(list.__iter__(thing))

    def undo() -> None:
        if not _same(list.__iter__(thing), before):
            list.__setitem__(thing, slice(None), before)

    return [*before, getattr(thing, "__dict__", None)], undo


def _visit_set(thing: set[Any]) -> Visit:
    before = set(set.__iter__(thing))

    def undo() -> None:
        set.intersection_update(thing, before)
        set.update(thing, before)

    return [*before, getattr(thing, "__dict__", None)], undo


def _visit_deque(thing: collections.deque[Any]) -> Visit:
    before = list(thing)

    def undo() -> None:
        if not _same(thing, before):
            thing.clear()
            thing.extend(before)

    return before, undo


def _visit_array(array: np.ndarray) -> Visit:
    if not array.flags.writeable or array.dtype.hasobject:
        return [], _nothing
    before = array.copy()

    def undo() -> None:
        if array.tobytes() != before.tobytes():
            array[...] = before

    return [], undo


def _visit_numpy_generator(generator: np.random.Generator) -> Visit:
    before = generator.bit_generator.state
    return [], lambda: setattr(generator.bit_generator, "state", before)


def _visit_numpy_state(generator: np.random.RandomState) -> Visit:
    before = generator.get_state()
    return [], lambda: generator.set_state(before)


def _visit_python_generator(generator: random.Random) -> Visit:
    before = generator.getstate()
    return [], lambda: generator.setstate(before)


def _visit_cell(cell: types.CellType) -> Visit:
    try:
        before = cell.cell_contents
    except ValueError:  # empty
        return [], _nothing

    def undo() -> None:
        if cell.cell_contents is not before:
            cell.cell_contents = before

    return [before], undo


def _visit_function(function: types.FunctionType) -> Visit:
    parts = [*(function.__closure__ or ()), *(function.__defaults__ or ())]
    parts += [*(function.__kwdefaults__ or {}).values(), getattr(function, "__wrapped__", None)]
    if _package(function) in LIBRARIES:
        return parts, _nothing
    names, space = _names(function.__code__), function.__globals__
    before = {name: space[name] for name in names if name in space}

    def undo() -> None:
        for name, value in before.items():
            if space.get(name) is not value:
                space[name] = value

    return [*parts, *before.values()], undo


def _visit_class(kind: type) -> Visit:
    if _package(kind) in LIBRARIES:
        return [], _nothing
    before = {name: value for name, value in vars(kind).items() if not name.startswith("__")}

    def undo() -> None:
        for name in set(vars(kind)) - set(before):
            if not name.startswith("__"):
                delattr(kind, name)
        for name, value in before.items():
            if vars(kind).get(name) is not value:
                setattr(kind, name, value)

    return [*before.values(), *kind.__bases__], undo


#: In this order: the first kind that a thing is of says how it is visited.
VISITS: tuple[tuple[Any, Callable[[Any], Visit]], ...] = (
    (tf.Variable, _visit_variable),
    (dict, _visit_dict),
    (list, _visit_list),
    (set, _visit_set),
    ((tuple, frozenset), lambda thing: (thing, _nothing)),
    (collections.deque, _visit_deque),
    (np.ndarray, _visit_array),
    (np.random.Generator, _visit_numpy_generator),
    (np.random.RandomState, _visit_numpy_state),
    (random.Random, _visit_python_generator),
    (types.CellType, _visit_cell),
    (types.FunctionType, _visit_function),
    (types.MethodType, lambda method: ((method.__self__, method.__func__), _nothing)),
    (functools.partial, lambda p: ((p.func, p.args, p.keywords), _nothing)),
    ((staticmethod, classmethod), lambda method: ((method.__func__,), _nothing)),
    (property, lambda each: ((each.fget,), _nothing)),
    (type, _visit_class),
)


def _same(
    now: Iterable[Any],
    before: list[Any],
    is_same: Callable[[Any, Any], bool] = lambda a, b: a is b,
) -> bool:
    now = list(now)
    return len(now) == len(before) and all(map(is_same, now, before))


def _names(code: types.CodeType) -> set[str]:
    """The names that a function, and the functions defined in it, look up."""
    inner = (each for each in code.co_consts if isinstance(each, types.CodeType))
    return set(code.co_names).union(*map(_names, inner))


def _package(thing: Any) -> str:
    return (getattr(thing, "__module__", None) or "").partition(".")[0]
