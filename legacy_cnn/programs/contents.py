"""What one Python object holds, and how that is put back."""

import argparse
import collections
import dis
import functools
import random
import sys
import types
import weakref
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import tensorflow as tf

#: Packages whose objects are left alone, apart from containers and `tf.function`s.
FOREIGN = {*sys.stdlib_module_names, "tensorflow", "numpy"}

#: Packages whose objects are looked into, but not their classes and the globals of their functions.
LIBRARIES = {*FOREIGN, "keras", "tf_keras"}

#: Where TensorFlow has the kinds in which a `tf.function` keeps its traces.
TRACES = "tensorflow.core.function."

#: Instructions that name a global.
GLOBAL_ACCESS = ("LOAD_GLOBAL", "STORE_GLOBAL")

#: Kinds of these packages that are looked into: they hold what a program puts there.
HOLDERS = (
    types.SimpleNamespace,
    argparse.Namespace,
    tf.Module,
    tf.compat.v1.train.Optimizer,
    tf.train.ExponentialMovingAverage,
)

#: What is visited next, and what puts the thing itself back.
Visit = tuple[Iterable[Any], Callable[[], object]]


def visit(thing: Any) -> Visit:
    """Looks into one object.

    Returns:
      The objects that it holds, and a function that puts back what it held.
    """
    for kinds, visit_kind in KINDS:
        if issubclass(type(thing), kinds):  # isinstance believes a proxy's __class__
            return visit_kind(thing)
    if isinstance(thing, tf.types.experimental.GenericFunction):
        return [thing.python_function, vars(thing)], _nothing
    if hasattr(type(thing), "__wrapped__"):  # a dict as TensorFlow keeps it in an attribute
        return [thing.__wrapped__, getattr(thing, "__dict__", None)], _nothing
    if type(thing).__module__.startswith(TRACES):
        return _visit_attributes(thing)
    if _package(type(thing)) in FOREIGN and not isinstance(thing, HOLDERS):
        return [], _nothing
    attributes, undo = _visit_attributes(thing)
    return [*attributes, type(thing), *_bound_functions(thing)], undo


def _nothing() -> None:
    """There is nothing to put back."""


def _visit_attributes(thing: Any) -> Visit:
    slots = {
        name
        for kind in type(thing).__mro__
        for name, member in vars(kind).items()
        if isinstance(member, types.MemberDescriptorType)
    }
    before = {name: getattr(thing, name) for name in slots if hasattr(thing, name)}

    def undo() -> None:
        for name in slots - set(before):
            if hasattr(thing, name):
                object.__delattr__(thing, name)
        for name, value in before.items():
            if getattr(thing, name, None) is not value:
                object.__setattr__(thing, name, value)

    return [getattr(thing, "__dict__", None), *before.values()], undo


def _bound_functions(thing: Any) -> list[Any]:
    """The `tf.function`s among an object's methods: each object has its own."""
    return [
        getattr(thing, name)
        for kind in type(thing).__mro__
        if _package(kind) not in LIBRARIES
        for name, method in vars(kind).items()
        if isinstance(method, tf.types.experimental.GenericFunction)
    ]


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
    try:
        before = generator.getstate()
    except NotImplementedError:  # random.SystemRandom has no state
        return [], _nothing
    return [], lambda: generator.setstate(before)


def _visit_cell(cell: types.CellType) -> Visit:
    try:
        before = cell.cell_contents
    except ValueError:  # empty
        return [], lambda: delattr(cell, "cell_contents")
    return [before], lambda: setattr(cell, "cell_contents", before)


def _visit_function(function: types.FunctionType) -> Visit:
    parts = [*(function.__closure__ or ()), *(function.__defaults__ or ())]
    parts += [*(function.__kwdefaults__ or {}).values(), getattr(function, "__wrapped__", None)]
    if _package(function) in LIBRARIES:
        return parts, _nothing
    attributes, undo_attributes = _visit_names(function)
    names, space = _names(function.__code__), function.__globals__
    before = {name: space[name] for name in names if name in space}
    absent = _global_names(function.__code__) - set(before)

    def undo() -> None:
        undo_attributes()
        for name in absent:
            space.pop(name, None)
        for name, value in before.items():
            if space.get(name) is not value:
                space[name] = value

    return [*parts, *attributes, *before.values()], undo


def _visit_class(kind: type) -> Visit:
    if _package(kind) in LIBRARIES:
        return [], _nothing
    attributes, undo = _visit_names(kind)
    return [*attributes, *kind.__bases__], undo


def _visit_names(thing: type | types.FunctionType) -> Visit:
    """Visits the attributes without those of Python and of TensorFlow's decorators, `__*`.

    A `tf.function` changes the latter when it is traced, together with a state of its own.
    """
    before = {name: value for name, value in vars(thing).items() if not name.startswith("__")}

    def undo() -> None:
        for name in set(vars(thing)) - set(before):
            if not name.startswith("__"):
                delattr(thing, name)
        for name, value in before.items():
            if vars(thing).get(name) is not value:
                setattr(thing, name, value)

    return before.values(), undo


#: In this order: the first kind that a thing is of says how it is visited.
KINDS: tuple[tuple[Any, Callable[[Any], Visit]], ...] = (
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
    (weakref.ref, lambda reference: ([reference()], _nothing)),
    (types.CellType, _visit_cell),
    (types.FunctionType, _visit_function),
    (types.MethodType, lambda method: ((method.__self__, method.__func__), _nothing)),
    (functools.partial, lambda p: ((p.func, p.args, p.keywords, vars(p)), _nothing)),
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
    return set(code.co_names).union(*map(_names, _inner(code)))


def _global_names(code: types.CodeType) -> set[str]:
    """Those of the names that are globals: no attributes, and no modules that are imported."""
    names = {each.argval for each in dis.get_instructions(code) if each.opname in GLOBAL_ACCESS}
    return names.union(*map(_global_names, _inner(code)))


def _inner(code: types.CodeType) -> list[types.CodeType]:
    """The code of the functions defined in a function."""
    return [constant for constant in code.co_consts if isinstance(constant, types.CodeType)]


def _package(thing: Any) -> str:
    return (getattr(thing, "__module__", None) or "").partition(".")[0]
