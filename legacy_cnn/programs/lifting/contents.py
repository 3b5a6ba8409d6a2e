"""What one Python object holds, and how to put it back."""

import argparse
import collections
import functools
import random
import types
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf

from legacy_cnn.programs.lifting import containers, namespaces
from legacy_cnn.programs.lifting.containers import Visit, no_undo

#: Where TensorFlow has the kinds in which a `tf.function` keeps its traces.
TRACES = "tensorflow.core.function."

#: Kinds of these packages that are looked into: they hold what a program puts there.
HOLDERS = (
    types.SimpleNamespace,
    argparse.Namespace,
    tf.Module,
    tf.compat.v1.train.Optimizer,
    tf.train.ExponentialMovingAverage,
)


def visit(obj: Any) -> Visit:
    """Looks into one object.

    Returns:
      The objects that it holds, and a function that puts back what it held.
    """
    for kinds, visit_kind in KINDS:
        if issubclass(type(obj), kinds):  # isinstance believes a proxy's __class__
            return visit_kind(obj)
    if isinstance(obj, tf.types.experimental.GenericFunction):
        return [obj.python_function, vars(obj)], no_undo
    if hasattr(type(obj), "__wrapped__"):  # a dict as TensorFlow keeps it in an attribute
        return [obj.__wrapped__, getattr(obj, "__dict__", None)], no_undo
    if type(obj).__module__.startswith(TRACES):
        return _visit_attributes(obj)
    if namespaces.package(type(obj)) in namespaces.FOREIGN and not isinstance(obj, HOLDERS):
        return [], no_undo
    attributes, undo = _visit_attributes(obj)
    return [*attributes, type(obj), *_bound_functions(obj)], undo


def _visit_attributes(obj: Any) -> Visit:
    slots = _slots(type(obj))
    before = {name: getattr(obj, name) for name in slots if hasattr(obj, name)}

    def undo() -> None:
        for name in slots - set(before):
            if hasattr(obj, name):
                object.__delattr__(obj, name)
        for name, value in before.items():
            if getattr(obj, name, None) is not value:
                object.__setattr__(obj, name, value)

    return [getattr(obj, "__dict__", None), *before.values()], undo


def _slots(kind: type) -> set[str]:
    """The names in `__slots__` of a class and its bases."""
    return {
        name
        for base in kind.__mro__
        for name, member in vars(base).items()
        if isinstance(member, types.MemberDescriptorType)
    }


def _bound_functions(obj: Any) -> list[Any]:
    """The `tf.function`s among an object's methods: each object has its own."""
    return [
        getattr(obj, name)
        for kind in type(obj).__mro__
        if namespaces.package(kind) not in namespaces.LIBRARIES
        for name, method in vars(kind).items()
        if isinstance(method, tf.types.experimental.GenericFunction)
    ]


def _visit_variable(variable: tf.Variable) -> Visit:
    try:
        before = variable.numpy()
    except (tf.errors.OpError, NotImplementedError, ValueError):  # no value, or several
        return [], no_undo

    def undo() -> None:
        if variable.numpy().tobytes() != before.tobytes():
            variable.assign(before)

    return [], undo


#: The first row that has the class of an object says how it is visited.
KINDS: tuple[tuple[Any, Callable[[Any], Visit]], ...] = (
    (tf.Variable, _visit_variable),
    (dict, containers.visit_dict),
    (list, containers.visit_list),
    (set, containers.visit_set),
    ((tuple, frozenset), lambda obj: (obj, no_undo)),
    (collections.deque, containers.visit_deque),
    (np.ndarray, containers.visit_array),
    (np.random.Generator, containers.visit_numpy_generator),
    (np.random.RandomState, containers.visit_numpy_state),
    (random.Random, containers.visit_python_generator),
    (weakref.ref, lambda reference: ([reference()], no_undo)),
    (types.CellType, namespaces.visit_cell),
    (types.FunctionType, namespaces.visit_function),
    (types.MethodType, lambda method: ((method.__self__, method.__func__), no_undo)),
    (functools.partial, lambda p: ((p.func, p.args, p.keywords, vars(p)), no_undo)),
    ((staticmethod, classmethod), lambda method: ((method.__func__,), no_undo)),
    (property, lambda obj: ((obj.fget,), no_undo)),
    (type, namespaces.visit_class),
)
