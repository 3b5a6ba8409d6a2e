"""Gradients, counted as in the old releases; see `op_seeds`.

A gradient is made operation by operation of what it is of, in a name scope of each: so rows are by
type, and by how many operations the gradient has today, which tells what is known of the shapes.
"""

import collections
import contextlib
import functools
import re
import weakref
from collections.abc import Iterator
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.compat import options, origins, private
from legacy_cnn.compat.gradient_rows import (
    ALL_LOOPS,
    BROADCAST,
    COUNTED,
    NOT_COUNTED,
    ONCE,
    ROWS,
    UNDIFFERENTIATED,
)
from legacy_cnn.compat.op_seeds import more
from legacy_cnn.compat.patching import patched
from legacy_cnn.settings.running import RELEASES

#: Graph -> the pairs of shapes whose broadcasting 1.15 has looked at: it did so once.
_looked_at: "weakref.WeakKeyDictionary[tf.Graph, set[tuple[Any, ...]]]"
_looked_at = weakref.WeakKeyDictionary()

#: The scope of a loop's body.
_LOOP = re.compile(r"(^|/)while(_\d+)?/")


@contextlib.contextmanager
def old_gradients() -> Iterator[None]:
    """Counts the operations of gradients as the release made them, in the block."""
    module: Any = private.module("gradients")
    real = module._GradientsHelper

    @functools.wraps(real)
    def make_gradients(ys: Any, xs: Any, *arguments: Any, **keywords: Any) -> Any:
        graph = tf.get_default_graph()
        before, scope = len(graph.get_operations()), graph.get_name_scope()
        made = real(ys, xs, *arguments, **keywords)
        if graph.seed is not None:
            if options.release() in ALL_LOOPS:
                _note_loops(graph)
            new = graph.get_operations()[before:]
            more(_more_operations(_differentiated(ys, xs), new, scope), lasting=True)
        return made

    with patched(module, "_GradientsHelper", make_gradients):
        yield


def _note_loops(graph: tf.Graph) -> None:
    if any(each.type == "Exit" for each in graph.get_operations()):
        origins.is_unknown("gradients/while")


def _differentiated(ys: Any, xs: Any) -> list[tf.Operation]:
    """The operations on the ways from `xs` to `ys`, in the order that they were made in."""
    reached: set[tf.Operation] = set()
    waiting = _operations(xs)
    while waiting:
        users = {user for tensor in waiting.pop().outputs for user in tensor.consumers()}
        found = {each for each in users - reached if _is_differentiable(each)}
        reached |= found
        waiting += found
    needed: set[tf.Operation] = set()
    waiting = _operations(ys)
    while waiting:
        operation = waiting.pop()
        if operation in reached and operation not in needed:
            needed.add(operation)
            waiting += [each.op for each in operation.inputs]
    return [each for each in tf.get_default_graph().get_operations() if each in needed]


def _is_differentiable(operation: tf.Operation) -> bool:
    kinds = [each.dtype.base_dtype for each in operation.outputs]
    return operation.type not in UNDIFFERENTIATED and any(each.is_floating for each in kinds)


def _operations(values: Any) -> list[tf.Operation]:
    """Those of tensors and variables, or of the values of sparse ones."""
    listed = values if isinstance(values, (list, tuple)) else [values]
    tensors: list[Any] = [getattr(each, "handle", getattr(each, "values", each)) for each in listed]
    return [each.op for each in tensors if hasattr(each, "op")]


def _more_operations(
    differentiated: list[tf.Operation], made: list[tf.Operation], scope: str
) -> int:
    """How many operations more the release made of a gradient.

    Args:
      differentiated: the operations that it is of.
      made: the gradient's operations today.
      scope: the name scope in which it was made.
    """
    names = [each.name.removeprefix(f"{scope}/") for each in made]
    matched = [re.match(r"[^/]+/(.+)_grad(?:_\d+)?/(?!tuple/)", each) for each in names]
    today = collections.Counter(each[1] for each in matched if each)
    found = 0
    for operation in differentiated:
        name = f"{operation.type}[{today[operation.name]}]"
        row = ROWS.get(f"{name}({_variant(operation)})", ROWS.get(name))
        after = row[RELEASES.index(options.release())] if row else 0
        if after is None or operation.type not in COUNTED or _is_not_counted(operation):
            origins.is_unknown(f"gradients/{operation.name}")
        found += (after or 0) - _looked_at_before(operation)
    return found - _taken_as_they_are(made, names)


def _taken_as_they_are(made: list[tf.Operation], names: list[str]) -> int:
    """How many operations today only hand a gradient on, or wait for one that then was none."""
    if options.release() == options.RELEASE:
        return 0
    labels = [each for each in names if re.search(r"softmax_.*_grad/tuple/", each, re.I)]
    handing = [
        each.type for each, name in zip(made, names, strict=True) if name.count("/") == 1
    ].count("Identity")
    return len(labels) + handing


def _variant(operation: tf.Operation) -> str:
    """Whether a sum is of everything; or whether sizes are not known in a loop."""
    if operation.type in ("Mean", "Sum"):
        return "whole" if operation.outputs[0].shape.num_elements() == 1 else "part"
    is_known = all(each.shape.is_fully_defined() for each in operation.inputs)
    return "loop" if not is_known and _LOOP.search(operation.name) else ""


def _is_not_counted(operation: tf.Operation) -> bool:
    """Whether what the program called made other operations then, as gradients did."""
    scopes = operation.name.split("/")[:-1]
    return "_grad" in operation.name or any(
        each.startswith(name) and options.release() in releases
        for each in scopes
        for name, releases in NOT_COUNTED.items()
    )


def _looked_at_before(operation: tf.Operation) -> int:
    """How many operations 1.15 did not make again, of a gradient with known shapes."""
    if operation.type not in BROADCAST or options.release() != options.RELEASE:
        return 0
    shapes = tuple(each.shape for each in operation.inputs)
    if not all(each.is_fully_defined() for each in shapes):
        return 0
    key = tuple(tuple(each.as_list()) for each in shapes)
    if key[0] == key[1] and operation.type != "Pow":
        return 0
    known = _looked_at.setdefault(operation.graph, set())
    was_known = key in known
    known.add(key)
    return ONCE if was_known else 0
