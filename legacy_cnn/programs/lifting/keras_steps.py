"""The steps of a Keras model as functions of what `fit` hands them."""

import contextlib
import functools
from collections.abc import Callable
from typing import Any

import keras
import tensorflow as tf

from legacy_cnn.errors import LiftError, unknown_name
from legacy_cnn.programs.lifting.tracing import called, specs

#: The steps of a Keras model that can be lifted.
METHODS = ("train_step", "test_step", "predict_step", "call")


def step_of(
    model: Any, method: str, training: bool, inputs: tuple[Any, ...]
) -> tuple[Callable[..., Any], Any]:
    """The function of one step, and its only argument.

    Args:
      model: a model of Keras 3 or tf_keras.
      method: one of `METHODS`.
      training: for "call".
      inputs: x, or x and y, or x, y and sample weights.

    Raises:
      LiftError: the model does not run on TensorFlow, or on several replicas.
      UsageError: the method is unknown.
    """
    if method not in METHODS:
        raise unknown_name("method", method, METHODS, "method")
    if isinstance(model, keras.Model) and keras.backend.backend() != "tensorflow":
        raise LiftError(f"Keras runs on {keras.backend.backend()}; set KERAS_BACKEND=tensorflow.")
    if method == "call":
        function, data = functools.partial(model, training=training), inputs[0]
    else:
        function, data = getattr(model, method), keras.utils.pack_x_y_sample_weight(*inputs)
    return _distributed(function, _strategy(model)), data


def _distributed(
    function: Callable[..., Any], strategy: tf.distribute.Strategy | None
) -> Callable[..., Any]:
    """The function as a strategy runs it."""
    if strategy is None:
        return function
    if strategy.num_replicas_in_sync > 1:
        raise LiftError(
            f"The model is distributed over {strategy.num_replicas_in_sync} replicas: build it "
            f"in a strategy of one device, or in none."
        )
    return functools.partial(_run, strategy, function)


def applies_autograph(model: Any) -> bool:
    """Whether the library applies AutoGraph to its users' layers, as tf_keras does."""
    return not isinstance(model, keras.Model)


def build(model: Any, x: Any) -> None:
    """Gives a model without weights its weights, as its first call does."""
    if not _is_built(model):
        with _scope(model):
            call = functools.partial(model, training=False)
            called(call, applies_autograph(model)).get_concrete_function(specs(x))


def _is_built(model: Any) -> bool:
    """Whether a model and its layers are: its own `build` may leave these to the first call."""
    layers = getattr(model, "layers", ())
    return bool(getattr(model, "built", True)) and all(map(_is_built, layers))


def prepare(model: Any, inputs: tuple[Any, ...]) -> None:
    """Builds metrics and optimizer, as `fit` does before Keras 3's first step.

    Args:
      inputs: as for `step_of`.
    """
    if not isinstance(model, keras.Model):
        return  # tf_keras does that in the step
    with _scope(model):
        if not all(getattr(metric, "built", True) for metric in model.metrics):
            # A trace that makes variables is done twice; this one is of the forward pass alone.
            with contextlib.suppress(Exception):  # the step may do without
                _traced_metrics(model, *specs(inputs))
        optimizer = getattr(model, "optimizer", None)
        if optimizer is not None and not optimizer.built:
            optimizer.build(model.trainable_variables)


def _traced_metrics(model: Any, x: Any, y: Any = None, sample_weight: Any = None) -> None:
    def metrics(x: Any, y: Any, sample_weight: Any) -> Any:
        return model.compute_metrics(x, y, model(x, training=False), sample_weight)

    called(metrics, autograph=False).get_concrete_function(x, y, sample_weight)


def _strategy(model: Any) -> tf.distribute.Strategy | None:
    """The strategy that the model was built in; None is TensorFlow's default."""
    strategy = model.distribute_strategy
    is_default = not tf.distribute.has_strategy() and strategy is tf.distribute.get_strategy()
    return None if is_default else strategy


def _scope(model: Any) -> contextlib.AbstractContextManager[Any]:
    strategy = _strategy(model)
    return contextlib.nullcontext() if strategy is None else strategy.scope()


def _run(strategy: tf.distribute.Strategy, function: Callable[..., Any], data: Any) -> Any:
    return strategy.run(function, args=(data,))
