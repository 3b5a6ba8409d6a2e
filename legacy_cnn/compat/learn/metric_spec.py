"""What an evaluation of `tf.contrib.learn` computes: functions of predictions and labels."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

_NAMES = {
    "labels": {"labels", "label", "targets", "target"},
    "predictions": {"predictions", "prediction", "logits", "logit"},
    "weights": {"weights", "weight"},
}


class MetricSpec:
    """Which predictions and labels a metric function gets.

    Args:
      metric_fn: such as `tf.metrics.accuracy`, by whose parameters' names it is called.
      prediction_key: which of several predictions.
      label_key: which of several labels.
      weight_key: which feature has the weights of the examples.
    """

    def __init__(
        self,
        metric_fn: Callable[..., Any],
        prediction_key: str | None = None,
        label_key: str | None = None,
        weight_key: str | None = None,
    ) -> None:
        self.metric_fn, self.prediction_key = metric_fn, prediction_key
        self.label_key, self.weight_key = label_key, weight_key

    def create_metric_ops(self, inputs: Any, labels: Any, predictions: Any) -> Any:
        """The metric's value and what updates it."""
        given = {
            "predictions": _picked(predictions, self.prediction_key),
            "labels": _picked(labels, self.label_key),
        }
        if self.weight_key:
            given["weights"] = inputs[self.weight_key]
        names = list(inspect.signature(self.metric_fn).parameters)
        keywords = {
            name: given[what]
            for name in names
            for what, known in _NAMES.items()
            if name in known and what in given
        }
        if len(keywords) < 2:  # such as (a, b)
            return self.metric_fn(given["predictions"], given["labels"])
        return self.metric_fn(**keywords)


def _picked(values: Any, key: str | None) -> Any:
    if not isinstance(values, dict):
        return values
    if key is not None:
        return values[key]
    if len(values) == 1:
        return next(iter(values.values()))
    raise ValueError(f"A key must say which of {sorted(values)} a metric is of.")


def metric_ops(
    metrics: Mapping[Any, Any], features: Any, labels: Any, predictions: Any
) -> dict[str, Any]:
    """The metrics that an evaluation was asked for: name, or (name, key) -> function, or spec."""
    made = {}
    for name, metric in metrics.items():
        if isinstance(metric, MetricSpec):
            spec = metric
        elif isinstance(name, tuple):
            name, key = name
            spec = MetricSpec(metric, prediction_key=key)
        else:
            key = "classes" if isinstance(predictions, dict) and "classes" in predictions else None
            spec = MetricSpec(metric, prediction_key=key)
        made[name] = spec.create_metric_ops(features, labels, predictions)
    return made
