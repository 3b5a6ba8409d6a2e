"""Containers, arrays and random generators: what they hold, and how to put it back."""

import collections
import random
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

#: What is visited next, and what puts the object itself back.
Visit = tuple[Iterable[Any], Callable[[], object]]


def no_undo() -> None:
    """Nothing has to be put back."""


def visit_dict(obj: dict[Any, Any]) -> Visit:
    # The methods of dict itself, because those of Keras' and TensorFlow's dicts refuse changes or
    # watch them. An OrderedDict has an order of its own to keep.
    kind = collections.OrderedDict if isinstance(obj, collections.OrderedDict) else dict
    before = list(kind.items(obj))

    def undo() -> None:
        if not _same(kind.items(obj), before, lambda a, b: a[0] is b[0] and a[1] is b[1]):
            kind.clear(obj)
            kind.update(obj, before)

    return [*(part for item in before for part in item), getattr(obj, "__dict__", None)], undo


def visit_list(obj: list[Any]) -> Visit:
    before = list(list.__iter__(obj))

    def undo() -> None:
        if not _same(list.__iter__(obj), before):
            list.__setitem__(obj, slice(None), before)

    return [*before, getattr(obj, "__dict__", None)], undo


def visit_set(obj: set[Any]) -> Visit:
    before = set(set.__iter__(obj))

    def undo() -> None:
        set.intersection_update(obj, before)
        set.update(obj, before)

    return [*before, getattr(obj, "__dict__", None)], undo


def visit_deque(obj: collections.deque[Any]) -> Visit:
    before = list(obj)

    def undo() -> None:
        if not _same(obj, before):
            obj.clear()
            obj.extend(before)

    return before, undo


def visit_array(array: np.ndarray) -> Visit:
    if not array.flags.writeable or array.dtype.hasobject:
        return [], no_undo
    before = array.copy()

    def undo() -> None:
        if array.tobytes() != before.tobytes():
            array[...] = before

    return [], undo


def visit_numpy_generator(generator: np.random.Generator) -> Visit:
    before = generator.bit_generator.state
    return [], lambda: setattr(generator.bit_generator, "state", before)


def visit_numpy_state(generator: np.random.RandomState) -> Visit:
    before = generator.get_state()
    return [], lambda: generator.set_state(before)


def visit_python_generator(generator: random.Random) -> Visit:
    try:
        before = generator.getstate()
    except NotImplementedError:  # random.SystemRandom has no state
        return [], no_undo
    return [], lambda: generator.setstate(before)


def _same(
    now: Iterable[Any],
    before: list[Any],
    is_same: Callable[[Any, Any], bool] = lambda a, b: a is b,
) -> bool:
    now = list(now)
    return len(now) == len(before) and all(map(is_same, now, before))
