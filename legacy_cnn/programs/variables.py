"""How a variable of a TensorFlow 1 graph is read and assigned."""

import functools
from collections.abc import Callable
from typing import Any

import tensorflow.compat.v1 as tf

#: Resource variables, and reference variables of two generations.
TYPES = ("VarHandleOp", "VariableV2", "Variable")


def is_variable(op: tf.Operation) -> bool:
    return op.type in TYPES


class GraphVariable:
    """A variable of a graph.

    Its own operations are used where it has them, so that a graph stays as it was built; those
    that it lacks are added when they are first asked for.
    """

    def __init__(self, op: tf.Operation, initialiser: tf.Operation | None) -> None:
        """Adds nothing to the graph yet.

        Args:
          op: the operation that holds it, one of `TYPES`.
          initialiser: the operation that assigns its initial value; None if there is none.
        """
        self.initialiser = initialiser
        self.added: list[str] = []  # names of the operations that were added
        self._op = op
        self._is_resource = op.type == "VarHandleOp"
        #: Whether the initialiser assigns whatever is fed as its second input.
        self.takes_any_value = (
            initialiser is not None
            and initialiser.type in ("Assign", "AssignVariableOp")
            and not initialiser.control_inputs
            and self._has_one_shape  # else the initial value may have another
        )

    @property
    def _has_one_shape(self) -> bool:
        return tf.TensorShape(self._op.get_attr("shape")).is_fully_defined()

    @property
    def shape(self) -> tuple[int | None, ...] | None:
        shape = tf.TensorShape(self._op.get_attr("shape"))
        return None if shape.rank is None else tuple(shape.as_list())

    @functools.cached_property
    def value(self) -> tf.Tensor:
        """Its value at any time in a run."""
        if not self._is_resource:
            return self._op.outputs[0]
        for op in self._op.outputs[0].consumers():
            if op.type == "ReadVariableOp" and not op.control_inputs:
                return op.outputs[0]
        dtype = self._op.get_attr("dtype")
        return self._add(tf.raw_ops.ReadVariableOp, resource=self._op.outputs[0], dtype=dtype)

    @property
    def assignment(self) -> tf.Operation:
        """Assigns what is fed as its second input."""
        return self.initialiser if self.takes_any_value else self._added_assignment

    @functools.cached_property
    def is_ready(self) -> tf.Tensor:
        """Whether it has a value."""
        if self._is_resource:
            return self._add(tf.raw_ops.VarIsInitializedOp, resource=self._op.outputs[0])
        return self._add(tf.raw_ops.IsVariableInitialized, ref=self._op.outputs[0])

    @functools.cached_property
    def _added_assignment(self) -> tf.Operation:
        value = self._add(tf.placeholder, dtype=self._op.get_attr("dtype"), shape=self.shape)
        target = self._op.outputs[0]
        if self._is_resource:
            return self._add(tf.raw_ops.AssignVariableOp, resource=target, value=value)
        validate = self._has_one_shape
        return self._add(tf.raw_ops.Assign, ref=target, value=value, validate_shape=validate).op

    def _add(self, function: Callable[..., Any], **inputs: Any) -> Any:
        with self._op.graph.as_default(), tf.control_dependencies(None), tf.name_scope("session/"):
            result = function(**inputs)
        self.added.append(getattr(result, "op", result).name)
        return result
