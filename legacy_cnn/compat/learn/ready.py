"""The ready Estimators of `tf.contrib.learn`, with the variables that they had."""

import math
from collections.abc import Callable, Iterable
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.compat.hook import faces
from legacy_cnn.compat.learn.estimator import Estimator
from legacy_cnn.compat.learn.heads import (
    Head,
    PredictionKey,
    RegressionHead,
    classification_head,
)
from legacy_cnn.compat.learn.model_fn import ModeKeys


def _layers() -> Any:
    return faces("program").imported("tensorflow.contrib.layers")


def dictionary(features: Any) -> dict[str, Any]:
    """Features by their names; the name of a single one is empty."""
    return dict(features) if isinstance(features, dict) else {"": features}


def network(
    features: Any, columns: Any, units: list[int], size: int, activation: Any, dropout: float | None
) -> tf.Tensor:
    """The logits of a network: `dnn/hiddenlayer_0/weights`, ..., `dnn/logits/biases`."""
    layers = _layers()
    with tf.variable_scope("dnn"):
        with tf.variable_scope("input_from_feature_columns") as scope:
            net = layers.input_from_feature_columns(features, columns, ["dnn"], scope=scope)
        for index, count in enumerate(units):
            with tf.variable_scope(f"hiddenlayer_{index}") as scope:
                net = layers.fully_connected(net, count, activation, scope=scope)
                if dropout is not None:
                    net = layers.dropout(net, keep_prob=1.0 - dropout)
        with tf.variable_scope("logits") as scope:
            return layers.fully_connected(net, size, None, scope=scope)


def linear(features: Any, columns: Any, size: int) -> tf.Tensor:
    """The logits of a linear model: `linear/NAME/weights`, `linear/bias_weight`."""
    with tf.variable_scope("linear") as scope:
        return _layers().weighted_sum_from_feature_columns(features, columns, size, scope=scope)[0]


def trained(
    name: str, rate: float | None, optimizer: Any, clip: Any, **options: Any
) -> Callable[[Any], Any]:
    """What makes an operation that trains of a loss."""

    def train(loss: tf.Tensor) -> Any:
        chosen = optimizer() if callable(optimizer) else optimizer
        return _layers().optimize_loss(
            loss=loss,
            global_step=tf.train.get_global_step(),
            learning_rate=rate,
            optimizer=chosen,
            clip_gradients=clip,
            name=name,
            summaries=[],
            **options,
        )

    return train


class Ready(Estimator):
    """An Estimator with a head, and what `predict` gives if nothing is asked for."""

    _PREDICTED = PredictionKey.CLASSES
    _head: Head

    def predict(
        self,
        x: Any = None,
        input_fn: Any = None,
        batch_size: int | None = None,
        outputs: Iterable[str] | None = None,
        as_iterable: bool = True,
        iterate_batches: bool = False,
    ) -> Any:
        """Classes or scores, or the `outputs` in dictionaries."""
        if outputs:
            return super().predict(x, input_fn, batch_size, outputs, as_iterable)
        return self._only(self._PREDICTED, x, input_fn, batch_size, as_iterable)

    def _only(self, key: str, x: Any, input_fn: Any, batch_size: Any, as_iterable: bool) -> Any:
        found = super().predict(x, input_fn, batch_size, [key], as_iterable)
        return (each[key] for each in found) if as_iterable else found[key]


class Classifier(Ready):
    """An Estimator of classes."""

    def predict_classes(
        self, x: Any = None, input_fn: Any = None, batch_size: Any = None, as_iterable: bool = True
    ) -> Any:
        """The likeliest class of each example."""
        return self._only(PredictionKey.CLASSES, x, input_fn, batch_size, as_iterable)

    def predict_proba(
        self, x: Any = None, input_fn: Any = None, batch_size: Any = None, as_iterable: bool = True
    ) -> Any:
        """The probabilities of the classes."""
        return self._only(PredictionKey.PROBABILITIES, x, input_fn, batch_size, as_iterable)


class Regressor(Ready):
    """An Estimator of values."""

    _PREDICTED = PredictionKey.SCORES

    def predict_scores(
        self, x: Any = None, input_fn: Any = None, batch_size: Any = None, as_iterable: bool = True
    ) -> Any:
        """The values."""
        return self._only(PredictionKey.SCORES, x, input_fn, batch_size, as_iterable)


class _Network(Ready):
    def _made(
        self, head: Head, hidden_units: Any, columns: Any, shape: Any, training: Any, places: Any
    ) -> None:
        """Sets the Estimator up; AdaGrad with a rate of 0.05 trains it if nothing else is said."""
        units, columns, (activation, dropout) = list(hidden_units), list(columns or []), shape
        optimizer, clip = training

        def model_fn(features: Any, labels: Any, mode: str) -> Any:
            features = dictionary(features)
            dropped = dropout if mode == ModeKeys.TRAIN else None
            logits = network(features, columns, units, head.size, activation, dropped)
            train = trained("dnn", 0.05, optimizer or "Adagrad", clip)
            with tf.variable_scope("dnn"), tf.variable_scope(head.scope):
                return head.ops(features, labels, mode, logits, train)

        super().__init__(model_fn, *places)


class DNNClassifier(Classifier, _Network):
    """A network that classifies."""

    def __init__(
        self,
        hidden_units: Iterable[int],
        feature_columns: Iterable[Any],
        model_dir: str | None = None,
        n_classes: int = 2,
        weight_column_name: str | None = None,
        optimizer: Any = None,
        activation_fn: Any = tf.nn.relu,
        dropout: float | None = None,
        gradient_clip_norm: float | None = None,
        enable_centered_bias: bool = False,
        config: Any = None,
        feature_engineering_fn: Any = None,
        **options: Any,
    ) -> None:
        head = classification_head(n_classes, weight_column_name)
        shape, training = (activation_fn, dropout), (optimizer, gradient_clip_norm)
        places = model_dir, config, None, feature_engineering_fn
        self._made(head, hidden_units, feature_columns, shape, training, places)


class DNNRegressor(Regressor, _Network):
    """A network that predicts values."""

    def __init__(
        self,
        hidden_units: Iterable[int],
        feature_columns: Iterable[Any],
        model_dir: str | None = None,
        weight_column_name: str | None = None,
        optimizer: Any = None,
        activation_fn: Any = tf.nn.relu,
        dropout: float | None = None,
        gradient_clip_norm: float | None = None,
        enable_centered_bias: bool = False,
        config: Any = None,
        feature_engineering_fn: Any = None,
        label_dimension: int = 1,
        **options: Any,
    ) -> None:
        head = RegressionHead(label_dimension, weight_column_name)
        shape, training = (activation_fn, dropout), (optimizer, gradient_clip_norm)
        places = model_dir, config, None, feature_engineering_fn
        self._made(head, hidden_units, feature_columns, shape, training, places)


class _Linear(Ready):
    def _made(self, head: Head, columns: Any, training: Any, places: Any) -> None:
        """Sets the Estimator up; FTRL trains it if nothing else is said."""
        columns, (optimizer, clip) = list(columns or []), training
        rate = min(0.2, 1.0 / math.sqrt(len(columns) or 1))

        def model_fn(features: Any, labels: Any, mode: str) -> Any:
            features = dictionary(features)
            logits = linear(features, columns, head.size)
            train = trained("linear", None, optimizer or tf.train.FtrlOptimizer(rate), clip)
            with tf.variable_scope("linear"), tf.variable_scope(head.scope):
                return head.ops(features, labels, mode, logits, train)

        super().__init__(model_fn, *places)


class LinearClassifier(Classifier, _Linear):
    """A linear model that classifies."""

    def __init__(
        self,
        feature_columns: Iterable[Any],
        model_dir: str | None = None,
        n_classes: int = 2,
        weight_column_name: str | None = None,
        optimizer: Any = None,
        gradient_clip_norm: float | None = None,
        enable_centered_bias: bool = False,
        _joint_weight: bool = False,
        config: Any = None,
        feature_engineering_fn: Any = None,
        label_keys: Any = None,
    ) -> None:
        head = classification_head(n_classes, weight_column_name)
        places = model_dir, config, None, feature_engineering_fn
        self._made(head, feature_columns, (optimizer, gradient_clip_norm), places)


class LinearRegressor(Regressor, _Linear):
    """A linear model that predicts values."""

    def __init__(
        self,
        feature_columns: Iterable[Any],
        model_dir: str | None = None,
        weight_column_name: str | None = None,
        optimizer: Any = None,
        gradient_clip_norm: float | None = None,
        enable_centered_bias: bool = False,
        label_dimension: int = 1,
        _joint_weights: bool = False,
        config: Any = None,
        feature_engineering_fn: Any = None,
    ) -> None:
        head = RegressionHead(label_dimension, weight_column_name)
        places = model_dir, config, None, feature_engineering_fn
        self._made(head, feature_columns, (optimizer, gradient_clip_norm), places)
