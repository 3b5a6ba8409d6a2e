"""From a Python step to the graph that TensorFlow traces of it."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import tensorflow as tf

from legacy_cnn.errors import LiftError, first_line

#: A leaf of a nest of inputs: what is fed, or what is a constant of the trace.
Leaf = Any


def specs(values: Any) -> Any:
    """The nest of `tf.TypeSpec`s for a nest of values.

    Args:
      values: a nest of arrays, tensors, `tf.TensorSpec`s, or whatever else has a shape and a
        dtype. Anything else, a number or None, stays what it is: a constant of the trace.
    """
    return tf.nest.map_structure(_spec, values)


def any_batch(values: Any) -> Any:
    """The same as `specs`, for a batch of any size: the first size of each shape is unknown."""

    def spec(leaf: Leaf) -> Leaf:
        leaf = _spec(leaf)
        if not isinstance(leaf, tf.TensorSpec) or not leaf.shape.rank:
            return leaf
        return tf.TensorSpec([None, *leaf.shape[1:]], leaf.dtype, leaf.name)

    return tf.nest.map_structure(spec, values)


def _spec(leaf: Leaf) -> Leaf:
    if isinstance(leaf, tf.TypeSpec):
        return leaf
    if isinstance(leaf, tf.RaggedTensor | tf.SparseTensor):
        return tf.type_spec_from_value(leaf)
    if hasattr(leaf, "shape") and hasattr(leaf, "dtype"):
        return tf.TensorSpec(leaf.shape, leaf.dtype)
    return leaf


def trace(
    function: Callable[..., Any], inputs: tuple[Any, ...], put_back: Callable[[], None]
) -> tf.types.experimental.ConcreteFunction:
    """Traces a step as its user runs it, with nothing hidden in calls of functions if possible.

    Args:
      function: the step, a `tf.function` or not.
      inputs: its arguments, as `specs` makes them.
      put_back: called after each attempt but the last.

    Raises:
      LiftError: TensorFlow cannot trace it.
    """
    # Nested functions are traced in their place, without AutoGraph, which `fit` does not apply.
    try:
        return _traced(function, inputs, inline=True)
    except Exception:  # whatever a foreign program raises
        put_back()
    # AutoGraph belongs to those functions that their author has decorated. Left to themselves,
    # they take it; an undecorated loop is refused here as everywhere.
    try:
        plain = _traced(function, inputs, inline=False)
    except Exception as error:  # whatever a foreign program raises
        raise LiftError(_refusal(error)) from error
    if not hasattr(function, "python_function"):
        return plain
    for inline in (True, False):
        put_back()
        with contextlib.suppress(Exception):  # `plain` is left
            return _traced(function.python_function, inputs, inline, autograph=True)
    return plain


def _traced(
    function: Callable[..., Any], inputs: tuple[Any, ...], inline: bool, autograph: bool = False
) -> tf.types.experimental.ConcreteFunction:
    with _functions_run_eagerly(inline):
        if autograph:
            return tf.function(function).get_concrete_function(*inputs)
        leaves = tf.nest.flatten(inputs)
        fed = [at for at, leaf in enumerate(leaves) if isinstance(leaf, tf.TypeSpec)]

        def step(*values: Any) -> Any:
            given = [*leaves]
            for at, value in zip(fed, values, strict=True):
                given[at] = value
            return function(*tf.nest.pack_sequence_as(inputs, given))

        traced = tf.function(step, autograph=False)
        return traced.get_concrete_function(*(leaves[at] for at in fed))


@contextlib.contextmanager
def _functions_run_eagerly(run_eagerly: bool) -> Iterator[None]:
    before = tf.config.functions_run_eagerly()
    tf.config.run_functions_eagerly(run_eagerly)
    try:
        yield
    finally:
        tf.config.run_functions_eagerly(before)


def _refusal(error: Exception) -> str:
    said = f"TensorFlow cannot trace the step: {first_line(error)}"
    if isinstance(error, tf.errors.OperatorNotAllowedInGraphError):
        return f"{said} Decorate the function that has the loop or the if with @tf.function."
    return said
