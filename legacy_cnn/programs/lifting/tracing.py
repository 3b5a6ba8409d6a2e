"""Traces a Python step into a graph."""

import contextlib
import operator
from collections.abc import Callable, Iterator
from typing import Any

import tensorflow as tf

from legacy_cnn.errors import LiftError, first_line

#: A leaf of a nest of inputs: an array or a spec, or else a constant of the trace.
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
    function: Callable[..., Any],
    inputs: tuple[Any, ...],
    autograph: bool,
    begin_again: Callable[[], None],
) -> tf.types.experimental.ConcreteFunction:
    """Traces a step as its user runs it, with nothing hidden in calls of functions if possible.

    Args:
      function: the step, a `tf.function` or not.
      inputs: its arguments, as `specs` makes them.
      autograph: whether libraries that apply AutoGraph to parts of the step do so; tf_keras does
        for the layers of others.
      begin_again: called between two attempts.

    Raises:
      LiftError: TensorFlow cannot trace it.
    """
    *attempts, last_attempt = _attempts(function, inputs, autograph)
    for attempt in attempts:
        try:
            return attempt()
        except Exception:  # whatever a foreign program raises
            begin_again()
    try:
        return last_attempt()
    except Exception as error:  # whatever a foreign program raises
        raise LiftError(_refusal(error)) from error


def _attempts(
    function: Callable[..., Any], inputs: tuple[Any, ...], autograph: bool
) -> list[Callable[[], tf.types.experimental.ConcreteFunction]]:
    """The ways to trace a step, in the order in which they are tried."""
    # First, nested functions are traced in their place, without AutoGraph: it belongs to those
    # functions that their author has decorated. If that fails, the latter are traced as such; a
    # loop over a tensor in a function without decoration is refused here as everywhere.
    if isinstance(function, tf.types.experimental.GenericFunction):
        return [
            lambda: _called(function, inputs, autograph, inline=True),
            lambda: _decorated(function, inputs, inline=True),
            lambda: _decorated(function, inputs, inline=False),
        ]
    return [
        lambda: _called(function, inputs, autograph, inline=True),
        lambda: _called(function, inputs, autograph, inline=False),
    ]


def called(function: Callable[..., Any], autograph: bool) -> tf.types.experimental.GenericFunction:
    """A `tf.function` that calls another function, which AutoGraph leaves as it is."""

    def step(*inputs: Any) -> Any:
        return operator.call(function, *inputs)  # of a built-in AutoGraph converts no argument

    return tf.function(step, autograph=autograph)


def _called(
    function: Callable[..., Any], inputs: tuple[Any, ...], autograph: bool, inline: bool
) -> tf.types.experimental.ConcreteFunction:
    leaves = tf.nest.flatten(inputs)
    fed = [index for index, leaf in enumerate(leaves) if isinstance(leaf, tf.TypeSpec)]

    def step(*values: Any) -> Any:
        value_at = dict(zip(fed, values, strict=True))
        arguments = [value_at.get(index, leaf) for index, leaf in enumerate(leaves)]
        return function(*tf.nest.pack_sequence_as(inputs, arguments))

    with _functions_run_eagerly(inline):
        return called(step, autograph).get_concrete_function(*(leaves[index] for index in fed))


def _decorated(
    function: tf.types.experimental.GenericFunction, inputs: tuple[Any, ...], inline: bool
) -> tf.types.experimental.ConcreteFunction:
    # Another `tf.function` of the same Python function, for the traces of the given one stay.
    with _functions_run_eagerly(inline):
        return tf.function(function.python_function).get_concrete_function(*inputs)


@contextlib.contextmanager
def _functions_run_eagerly(run_eagerly: bool) -> Iterator[None]:
    before = tf.config.functions_run_eagerly()
    tf.config.run_functions_eagerly(run_eagerly)
    try:
        yield
    finally:
        tf.config.run_functions_eagerly(before)


def _refusal(error: BaseException) -> str:
    while str(error).startswith("in user code:") and error.__context__:
        error = error.__context__  # AutoGraph's text begins with a traceback
    reason = first_line(error).split(". ")[0].rstrip(".")
    if isinstance(error, tf.errors.OperatorNotAllowedInGraphError):
        advice = "Decorate the function that has this loop or condition with @tf.function."
    else:
        advice = "It has to run as a graph, as it does without run_eagerly."
    return f"The step cannot be traced: {reason}. {advice}"
