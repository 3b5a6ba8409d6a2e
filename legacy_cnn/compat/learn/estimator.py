"""`tf.contrib.learn.Estimator` over `tf.estimator.Estimator`."""

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy
import tensorflow.compat.v1 as tf

from legacy_cnn.compat.hook import faces
from legacy_cnn.compat.learn.feeding import input_fn_of
from legacy_cnn.compat.learn.metric_spec import metric_ops
from legacy_cnn.compat.learn.model_fn import ModeKeys, ModelFnOps


class Estimator:
    """A model function with its checkpoints, as in 1.0: `fit`, `evaluate`, `predict`.

    Args:
      model_fn: called with features and labels, and with `mode`, `params`, `config`, `model_dir`
        if it has parameters of those names; it gives `ModelFnOps`, or (predictions, loss,
        train_op).
      model_dir: where the checkpoints are.
      config: a RunConfig.
      params: for the model function.
      feature_engineering_fn: called with features and labels before the model function.
    """

    def __init__(
        self,
        model_fn: Callable[..., Any] | None = None,
        model_dir: str | None = None,
        config: Any = None,
        params: Any = None,
        feature_engineering_fn: Callable[..., Any] | None = None,
    ) -> None:
        self._model_fn, self._engineering = model_fn, feature_engineering_fn
        self._metrics: Mapping[Any, Any] = {}
        self._params = params
        self._labels: Any = None
        estimators = faces("program").imported("tensorflow.estimator")
        self._estimators = estimators
        self._inner = estimators.Estimator(self._specified, model_dir, config)

    @property
    def model_dir(self) -> str:
        return str(self._inner.model_dir)

    @property
    def config(self) -> Any:
        return self._inner.config

    @property
    def params(self) -> Any:
        return self._params

    def fit(
        self,
        x: Any = None,
        y: Any = None,
        input_fn: Any = None,
        steps: int | None = None,
        batch_size: int | None = None,
        monitors: Iterable[Any] | None = None,
        max_steps: int | None = None,
    ) -> "Estimator":
        """Trains for `steps` more steps, or until step `max_steps`."""
        function = input_fn or input_fn_of(x, y, batch_size, is_training=True)
        hooks = [_bound(each, self) for each in monitors or ()]
        self._inner.train(function, hooks, steps, max_steps)
        return self

    def partial_fit(
        self,
        x: Any = None,
        y: Any = None,
        input_fn: Any = None,
        steps: int = 1,
        batch_size: int | None = None,
        monitors: Iterable[Any] | None = None,
    ) -> "Estimator":
        """Trains for one step more."""
        return self.fit(x, y, input_fn, steps, batch_size, monitors)

    def evaluate(
        self,
        x: Any = None,
        y: Any = None,
        input_fn: Any = None,
        feed_fn: Any = None,
        batch_size: int | None = None,
        steps: int | None = None,
        metrics: Mapping[Any, Any] | None = None,
        name: str | None = None,
        checkpoint_path: str | None = None,
        hooks: Any = None,
        log_progress: bool = True,
    ) -> dict[str, Any]:
        """The loss and the metrics of the last checkpoint."""
        function = input_fn or input_fn_of(x, y, batch_size, is_training=False)
        self._metrics = metrics or {}
        try:
            found = self._inner.evaluate(function, steps, hooks, checkpoint_path, name)
        finally:
            self._metrics = {}
        return dict(found)

    def predict(
        self,
        x: Any = None,
        input_fn: Any = None,
        batch_size: int | None = None,
        outputs: Iterable[str] | None = None,
        as_iterable: bool = True,
        iterate_batches: bool = False,
    ) -> Any:
        """The predictions for each example; all in arrays if they are not to be an iterator."""
        function = input_fn or input_fn_of(x, None, batch_size, is_training=False)
        keys = list(outputs) if outputs else None
        found = self._inner.predict(function, keys, yield_single_examples=not iterate_batches)
        rows = (_unwrapped(row) for row in found)
        return rows if as_iterable else _joined(rows, iterate_batches)

    def get_variable_value(self, name: str) -> Any:
        """A variable's value in the last checkpoint."""
        return self._inner.get_variable_value(name)

    def get_variable_names(self) -> list[str]:
        """The variables' names in the last checkpoint."""
        names: list[str] = self._inner.get_variable_names()
        return names

    def _specified(self, features: Any, labels: Any, mode: str, config: Any) -> Any:
        """The model function, as `tf.estimator` wants it."""
        if mode == self._estimators.ModeKeys.PREDICT:
            mode, labels = ModeKeys.INFER, _placeholders(self._labels)
        else:
            self._labels = labels
        if self._engineering:
            features, labels = self._engineering(features, labels)
        ops = self._called(features, labels, mode, config)
        predictions = ops.predictions
        if mode == ModeKeys.INFER:
            hooks = [_StopAfterOne()] if _is_constant(tf.get_default_graph()) else None
            return self._estimators.EstimatorSpec(
                "infer", _wrapped(predictions), prediction_hooks=hooks
            )
        metrics = {**ops.eval_metric_ops}
        if mode == ModeKeys.EVAL:
            metrics |= metric_ops(self._metrics, features, labels, predictions)
        return self._estimators.EstimatorSpec(
            mode,
            _wrapped(predictions),
            ops.loss,
            ops.train_op,
            metrics,
            training_hooks=ops.training_hooks,
            training_chief_hooks=ops.training_chief_hooks,
            scaffold=ops.scaffold,
        )

    def _called(self, features: Any, labels: Any, mode: str, config: Any) -> ModelFnOps:
        assert self._model_fn is not None, "a model function is needed"
        names = inspect.signature(self._model_fn).parameters
        options = {"mode": mode, "params": self._params or {}, "config": config}
        options["model_dir"] = self.model_dir
        keywords = {name: value for name, value in options.items() if name in names}
        made = self._model_fn(features, labels, **keywords)
        if isinstance(made, ModelFnOps):
            return made
        predictions, loss, train_op = made
        return ModelFnOps(mode, predictions, loss, train_op)


BaseEstimator = Estimator


def _placeholders(labels: Any) -> Any:
    """Labels for a prediction, which no one feeds: those of the training, without values."""
    if labels is None:
        return None
    return tf.nest.map_structure(lambda each: tf.placeholder(each.dtype, each.shape), labels)


#: The key of a prediction that is no dictionary.
_ONLY = "output"


def _wrapped(predictions: Any) -> Any:
    if predictions is None or isinstance(predictions, dict):
        return predictions
    return {_ONLY: predictions}


def _unwrapped(row: Any) -> Any:
    return row[_ONLY] if isinstance(row, dict) and list(row) == [_ONLY] else row


def _joined(rows: Iterator[Any], are_batches: bool) -> Any:
    join = numpy.concatenate if are_batches else numpy.stack
    found = list(rows)
    if found and isinstance(found[0], dict):
        return {name: join([row[name] for row in found]) for name in found[0]}
    return join(found)


def _bound(hook: Any, estimator: Estimator) -> Any:
    """Tells a monitor which Estimator it watches."""
    if hasattr(hook, "set_estimator"):
        hook.set_estimator(estimator)
    return hook


class SKCompat:
    """An Estimator with scikit-learn's methods: arrays only, and batches of 128."""

    def __init__(self, estimator: Estimator) -> None:
        self._estimator = estimator

    def fit(
        self,
        x: Any,
        y: Any,
        batch_size: int = 128,
        steps: int | None = None,
        max_steps: int | None = None,
        monitors: Any = None,
    ) -> "SKCompat":
        """Trains."""
        self._estimator.fit(x, y, None, steps, batch_size, monitors, max_steps)
        return self

    def score(
        self,
        x: Any,
        y: Any,
        batch_size: int = 128,
        steps: int | None = None,
        metrics: Any = None,
        name: str | None = None,
    ) -> dict[str, Any]:
        """Evaluates."""
        return self._estimator.evaluate(
            x, y, batch_size=batch_size, steps=steps, metrics=metrics, name=name
        )

    def predict(self, x: Any, batch_size: int = 128, outputs: Any = None) -> Any:
        """Predicts, in arrays."""
        return self._estimator.predict(x, batch_size=batch_size, outputs=outputs, as_iterable=False)


class _StopAfterOne(tf.train.SessionRunHook):
    """Ends a session after its first run."""

    def after_run(self, run_context: Any, run_values: Any) -> None:
        run_context.request_stop()


def _is_constant(graph: tf.Graph) -> bool:
    """Whether the input is the same in each run: it would never end, so it is predicted once."""
    types = {operation.type for operation in graph.get_operations()}
    return not (graph.get_collection("queue_runners") or "IteratorGetNext" in types)


def infer_real_valued_columns_from_input_fn(input_fn: Callable[[], Any]) -> list[Any]:
    """A column for each feature of an input function, which must be numbers."""
    with tf.Graph().as_default():
        given = input_fn()
        if isinstance(given, tf.data.Dataset):
            given = tf.data.make_initializable_iterator(given).get_next()
        features = given[0] if isinstance(given, tuple) else given
        items = features.items() if isinstance(features, dict) else [("", features)]
        column = tf.feature_column.numeric_column
        return [column(name, [int(each.shape[1])]) for name, each in sorted(items)]


def infer_real_valued_columns_from_input(x: Any) -> list[Any]:
    """As `infer_real_valued_columns_from_input_fn`, of arrays."""
    return infer_real_valued_columns_from_input_fn(input_fn_of(x, None, None, is_training=False))
