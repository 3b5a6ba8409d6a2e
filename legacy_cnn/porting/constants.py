"""The values of those tensors of a graph that are computed from constants alone."""

import functools
import math
from typing import Any

import numpy as np
import tensorflow.compat.v1 as tf
from numpy.typing import NDArray

from legacy_cnn.parity.finding.paths import source
from legacy_cnn.parity.updates import closure
from legacy_cnn.programs.elements import DRAWING
from legacy_cnn.programs.variables import is_variable

#: What an initial value or a number may not depend on, if it is to be known.
_UNKNOWN = ("Placeholder", "IteratorGetNext", "QueueDequeueV2", "QueueDequeueManyV2")


#: What tells a size of its input.
_SIZES = ("Shape", "ShapeN", "Size", "Rank")
#: Two sizes of batches: what is the same for both does not depend on the batch.
_BATCHES = (7, 11)


def is_known(tensor: tf.Tensor) -> bool:
    """Whether nothing fed, drawn or stored is needed for a tensor."""
    return not any(_is_unknown(op) for op in closure([tensor.op]))


def _is_unknown(op: tf.Operation) -> bool:
    return op.type in _UNKNOWN or is_variable(op) or bool(DRAWING.match(op.type))


def value_of(tensor: tf.Tensor) -> NDArray[Any] | None:
    """The value of a tensor; None if it is no constant.

    Sizes that a graph knows are constants, too.
    """
    op = source(tensor)
    if op.type == "Const":
        return tf.make_ndarray(op.get_attr("value"))
    if not tensor.graph.is_fetchable(tensor):
        return None
    if is_known(tensor):
        return _run(tensor, {})
    sizes = _sizes_before(tensor)
    if not sizes:
        return None
    one, other = (_run(tensor, _fed(sizes, batch)) for batch in _BATCHES)
    if one is None or other is None or not np.array_equal(one, other):
        return None
    return one


def _sizes_before(tensor: tf.Tensor) -> list[tf.Operation]:
    """What tells the sizes that a tensor is computed from; [] if it needs anything else."""
    waiting, sizes, seen = [tensor.op], [], set()
    while waiting:
        op = waiting.pop()
        if op.name in seen:
            continue
        seen.add(op.name)
        if op.type in _SIZES and all(t.shape.rank is not None for t in op.inputs):
            sizes.append(op)
        elif _is_unknown(op) or any(t.shape.rank not in (0, 1) for t in op.outputs):
            return []
        else:
            waiting.extend(one.op for one in op.inputs)
    return sizes


def _fed(sizes: list[tf.Operation], batch: int) -> dict[tf.Tensor, Any]:
    """Values of sizes, where those that a graph does not know are a batch's."""
    feed: dict[tf.Tensor, Any] = {}
    for op in sizes:
        for given, told in zip(op.inputs, op.outputs, strict=True):
            known = [batch if size is None else size for size in given.shape.as_list()]
            if not told.graph.is_feedable(told):  # such as the rank that a function asked for
                feed[given] = np.zeros(known, given.dtype.as_numpy_dtype)
                continue
            value = {"Size": math.prod(known), "Rank": len(known)}.get(op.type, known)
            feed[told] = np.asarray(value, told.dtype.as_numpy_dtype)
    return feed


def _run(tensor: tf.Tensor, feed: dict[tf.Tensor, Any]) -> NDArray[Any] | None:
    try:
        return session_of(tensor.graph).run(tensor, feed)
    except tf.errors.OpError:  # it lies inside a loop or a branch
        return None


@functools.lru_cache(maxsize=1)
def session_of(graph: tf.Graph) -> tf.Session:
    """The one session for what is tried in a graph: a session copies its graph once."""
    return tf.Session(graph=graph)


def number_of(tensor: tf.Tensor) -> float | None:
    """The value of a tensor that is one constant number."""
    value = value_of(tensor)
    return float(value.ravel()[0]) if value is not None and value.size == 1 else None


def number_among(op: tf.Operation) -> float | None:
    """The first input of an operation that is one constant number."""
    values = [number_of(tensor) for tensor in op.inputs]
    return next((value for value in values if value is not None), None)
