"""`tensorflow.contrib.opt`'s optimizers that are not of TensorFlow, such as SciPy's L-BFGS."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import tensorflow.compat.v1 as tf

from legacy_cnn.compat.rows import Table

TABLE = Table("tensorflow.contrib.opt.python.training.external_optimizer")


def _shape(variable: Any) -> tuple[int, ...]:
    return tuple(variable.shape.as_list())


def _flat(tensors: Sequence[Any]) -> tf.Tensor:
    """All tensors as one vector."""
    return tf.concat([tf.reshape(each, [-1]) for each in tensors], 0)


def _gradients(tensor: Any, variables: Sequence[Any]) -> tf.Tensor:
    """Gradients as one vector; 0 for what a tensor does not depend on."""
    found = zip(tf.gradients(tensor, variables), variables, strict=True)
    return _flat([tf.zeros_like(var) if grad is None else grad for grad, var in found])


@TABLE.serves()
class ExternalOptimizerInterface:
    """Minimizes a loss by a function of vectors, `_minimize`, which a subclass has."""

    def __init__(
        self,
        loss: Any,
        var_list: Sequence[Any] | None = None,
        equalities: Sequence[Any] | None = None,
        inequalities: Sequence[Any] | None = None,
        var_to_bounds: Mapping[Any, Any] | None = None,
        **optimizer_kwargs: Any,
    ) -> None:
        self._vars = list(tf.trainable_variables() if var_list is None else var_list)
        self._loss = [loss, _gradients(loss, self._vars)]
        self._equalities = [(each, _gradients(each, self._vars)) for each in equalities or ()]
        self._inequalities = [(each, _gradients(each, self._vars)) for each in inequalities or ()]
        self._packed_bounds = self._bounds(var_to_bounds) if var_to_bounds is not None else None
        self._packed_var = _flat(self._vars)
        self._values = [tf.placeholder(each.dtype.base_dtype) for each in self._vars]
        self._updates = [
            var.assign(tf.reshape(value, _shape(var)))
            for var, value in zip(self._vars, self._values, strict=True)
        ]
        ends = np.cumsum([math.prod(_shape(each)) for each in self._vars])
        self._slices = [slice(start, end) for start, end in zip([0, *ends[:-1]], ends, strict=True)]
        self.optimizer_kwargs = optimizer_kwargs

    def _bounds(self, var_to_bounds: Mapping[Any, Any]) -> list[tuple[float, float]]:
        """The least and the largest value of each element."""
        found: list[tuple[float, float]] = []
        for var in self._vars:
            given = [pair for key, pair in var_to_bounds.items() if key is var]
            low, high = given[0] if given else (-np.inf, np.inf)
            edges = [np.broadcast_to(each, _shape(var)).ravel() for each in (low, high)]
            found += zip(*edges, strict=True)
        return found

    def minimize(
        self,
        session: Any = None,
        feed_dict: Mapping[Any, Any] | None = None,
        fetches: Sequence[Any] | None = None,
        step_callback: Callable[..., Any] | None = None,
        loss_callback: Callable[..., Any] | None = None,
        **run_kwargs: Any,
    ) -> None:
        """Minimizes the loss to the end, and gives the variables their new values.

        Args:
          session: the default one if it is None.
          feed_dict: what else is fed.
          fetches: what `loss_callback` gets each time that the loss is computed.
          step_callback: gets all variables as one vector after each step.
          loss_callback: see `fetches`.
          run_kwargs: passed to the session when the variables are set.
        """
        session = session or tf.get_default_session()

        def function(tensors: Sequence[Any], callback: Any = None) -> Callable[[Any], Any]:
            def at(vector: Any) -> Any:
                feed = {**self._fed(vector), **(feed_dict or {})}
                values = session.run([*tensors, *(fetches or ())], feed)
                if callback:
                    callback(*values[len(tensors) :])
                return values[: len(tensors)]

            return at

        def alone(tensor: Any) -> Callable[[Any], Any]:
            of_one = function([tensor])
            return lambda vector: of_one(vector)[0]

        result = self._minimize(
            initial_val=session.run(self._packed_var),
            loss_grad_func=function(self._loss, loss_callback),
            equality_funcs=[alone(each) for each, _ in self._equalities],
            equality_grad_funcs=[alone(each) for _, each in self._equalities],
            inequality_funcs=[alone(each) for each, _ in self._inequalities],
            inequality_grad_funcs=[alone(each) for _, each in self._inequalities],
            packed_bounds=self._packed_bounds,
            step_callback=step_callback or (lambda vector: None),
            optimizer_kwargs=self.optimizer_kwargs,
        )
        feed = dict(zip(self._values, (result[each] for each in self._slices), strict=True))
        session.run(self._updates, feed_dict=feed, **run_kwargs)

    def _fed(self, vector: Any) -> dict[Any, Any]:
        """The variables' values in a vector, as a feed."""
        pairs = zip(self._vars, self._slices, strict=True)
        return {var: vector[part].reshape(_shape(var)) for var, part in pairs}

    def _minimize(self, *_arguments: Any, **_keywords: Any) -> Any:
        raise NotImplementedError(
            "To use ExternalOptimizerInterface, subclass from it and implement "
            "the _minimize() method."
        )


@TABLE.serves()
class ScipyOptimizerInterface(ExternalOptimizerInterface):
    """`scipy.optimize.minimize`, L-BFGS-B unless `method` says another; SciPy must be there."""

    _DEFAULT_METHOD = "L-BFGS-B"

    def _minimize(
        self,
        initial_val: Any,
        loss_grad_func: Callable[[Any], Any],
        equality_funcs: Sequence[Any],
        equality_grad_funcs: Sequence[Any],
        inequality_funcs: Sequence[Any],
        inequality_grad_funcs: Sequence[Any],
        packed_bounds: Any,
        step_callback: Callable[..., Any],
        optimizer_kwargs: Mapping[str, Any],
    ) -> Any:
        import scipy.optimize

        def loss_and_gradient(vector: Any) -> tuple[Any, Any]:
            loss, gradient = loss_grad_func(vector)
            return loss, gradient.astype("float64")  # as SciPy's Fortran wants it

        options = {"method": self._DEFAULT_METHOD, **optimizer_kwargs}
        given = {
            "jac": True,
            "callback": step_callback,
            "constraints": [
                {"type": kind, "fun": each, "jac": gradient}
                for kind, functions, gradients in (
                    ("eq", equality_funcs, equality_grad_funcs),
                    ("ineq", inequality_funcs, inequality_grad_funcs),
                )
                for each, gradient in zip(functions, gradients, strict=True)
            ],
            "bounds": packed_bounds,
        }
        _refuse(set(given) & set(options))
        result = scipy.optimize.minimize(loss_and_gradient, initial_val, **given, **options)
        _report(result)
        return result["x"]


def _refuse(names: set[str]) -> None:
    """Refuses options that are set anyway.

    Raises:
      ValueError: there is one.
    """
    for name in sorted(names):
        if name == "bounds":
            raise ValueError("Bounds must be set using the var_to_bounds argument")
        raise ValueError(
            f"Optimizer keyword arg '{name}' is set automatically and cannot be injected manually"
        )


def _report(result: Any) -> None:
    """Logs how it ended."""
    lines = {
        "Message: %s": "message",
        "Objective function value: %f": "fun",
        "Number of iterations: %d": "nit",
        "Number of functions evaluations: %d": "nfev",
    }
    there = {line: name for line, name in lines.items() if hasattr(result, name)}
    text = "\n".join(["Optimization terminated with:", *(f"  {each}" for each in there)])
    tf.logging.info(text, *(getattr(result, name) for name in there.values()))
