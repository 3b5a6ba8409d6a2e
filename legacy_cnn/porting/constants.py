"""The values of those tensors of a graph that are computed from constants alone."""

from typing import Any

import tensorflow.compat.v1 as tf
from numpy.typing import NDArray

from legacy_cnn.parity.finding.paths import source
from legacy_cnn.parity.updates import closure
from legacy_cnn.programs.elements import DRAWING
from legacy_cnn.programs.variables import is_variable

#: What an initial value or a number may not depend on, if it is to be known.
_UNKNOWN = ("Placeholder", "IteratorGetNext", "QueueDequeueV2", "QueueDequeueManyV2")


def is_known(tensor: tf.Tensor) -> bool:
    """Whether nothing fed, drawn or stored is needed for a tensor."""
    return not any(
        op.type in _UNKNOWN or is_variable(op) or DRAWING.match(op.type)
        for op in closure([tensor.op])
    )


def value_of(tensor: tf.Tensor) -> NDArray[Any] | None:
    """The value of a tensor; None if it is no constant."""
    op = source(tensor)
    if op.type == "Const":
        return tf.make_ndarray(op.get_attr("value"))
    if not is_known(tensor) or not tensor.graph.is_fetchable(tensor):
        return None
    try:
        with tf.Session(graph=tensor.graph) as session:
            return session.run(tensor)
    except tf.errors.OpError:  # it lies inside a loop or a branch
        return None


def number_of(tensor: tf.Tensor) -> float | None:
    """The value of a tensor that is one constant number."""
    value = value_of(tensor)
    return float(value.ravel()[0]) if value is not None and value.size == 1 else None


def number_among(op: tf.Operation) -> float | None:
    """The first input of an operation that is one constant number."""
    values = [number_of(tensor) for tensor in op.inputs]
    return next((value for value in values if value is not None), None)
